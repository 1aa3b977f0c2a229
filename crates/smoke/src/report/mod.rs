//! What came of a run, for people, for programs and for test readers.

mod junit;
mod summary;
mod text;

use serde::Serialize;

/// What came of a run. Serialises to the JSON that the crate's documentation describes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The suite's file.
    pub suite: String,
    /// The site that was tested.
    pub base_url: String,
    /// When the run began, RFC 3339.
    pub started: String,
    /// How long the run took.
    pub duration_ms: u64,
    /// Nothing failed, nothing stayed unrun for lack of time, and at least one check ran.
    pub passed: bool,
    /// The tags that were asked for.
    pub tags: Vec<String>,
    /// How many checks ended in which way.
    pub counts: Counts,
    /// The check that took longest.
    pub slowest_check: Option<SlowestCheck>,
    /// Every check of the suite, in its order.
    pub checks: Vec<CheckReport>,
}

/// How many checks ended in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// They are as they should be.
    pub passed: usize,
    /// They are not.
    pub failed: usize,
    /// They were chosen, and the deadline came before they began.
    pub not_run: usize,
    /// The tags that were asked for did not choose them.
    pub not_chosen: usize,
}

/// The check that took longest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SlowestCheck {
    /// Its name.
    pub name: String,
    /// How long it took.
    pub duration_ms: u64,
}

/// What came of one check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    /// Its name.
    pub name: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// How it ended: in JSON `outcome`, and with it `failure` or `chosen` and `reason`.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// How long it took, with retries; 0 for a check that did not run.
    pub duration_ms: u64,
    /// How often requests were sent, redirects not counted; 0 for a check that did not run.
    pub tries: u32,
}

/// How a check ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome")]
pub enum Outcome {
    /// Everything is as it should be.
    #[serde(rename = "passed")]
    Passed,
    /// Something is not.
    #[serde(rename = "failed")]
    Failed {
        /// What.
        failure: Box<Failure>,
    },
    /// The check did not begin.
    #[serde(rename = "not run")]
    NotRun {
        /// Whether the tags chose it; if so, the deadline was in the way.
        chosen: bool,
        /// Why, in words.
        reason: String,
    },
}

/// The first expectation that was not met. No text in it holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The step, from one.
    pub step: usize,
    /// Steps of the check.
    pub steps: usize,
    /// The request as the suite has it, such as `POST /api/carts/{{cart}}/items`.
    pub request: String,
    /// Where it went; after redirects, where that led.
    pub url: String,
    /// The place of the expectation, such as `smoke.yaml:12:7`.
    pub location: String,
    /// What was looked at: `status`, `header location`, `body`, `json $.total`, `latency`, `answer`, `redirect`,
    /// `capture cart` or `certificate`.
    pub expectation: String,
    /// What it should have been, such as `201` or `above 0`.
    pub expected: String,
    /// What it was.
    pub actual: String,
    /// All of that in one phrase, such as `expected status 201, got 500`.
    pub message: String,
    /// The status of the answer, if there was one.
    pub status: Option<u16>,
    /// The beginning of the answer's body, at most 300 characters.
    pub excerpt: Option<String>,
    /// How often this step was tried.
    pub tries: u32,
    /// How long this step took, with retries.
    pub duration_ms: u64,
}

impl Report {
    /// Whether the site may be used: nothing failed, nothing stayed unrun for lack of time, and at least one check ran.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.passed
    }

    /// The report as indented JSON.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self)
    }

    /// Puts a run's checks together.
    pub(crate) fn of_checks(mut self, checks: Vec<CheckReport>) -> Self {
        self.counts = Counts::of(&checks);
        let Counts { passed, failed, not_run, .. } = self.counts;
        self.passed = failed == 0 && not_run == 0 && passed > 0;
        // The first of equals, so that two readings of one report say the same.
        let slowest = checks.iter().filter(|check| check.ran()).rev().max_by_key(|check| check.duration_ms);
        self.slowest_check =
            slowest.map(|check| SlowestCheck { name: check.name.clone(), duration_ms: check.duration_ms });
        self.checks = checks;
        self
    }
}

impl CheckReport {
    /// Why it failed, if it did.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        match &self.outcome {
            Outcome::Failed { failure } => Some(failure),
            Outcome::Passed | Outcome::NotRun { .. } => None,
        }
    }

    /// Whether it began.
    #[must_use]
    pub fn ran(&self) -> bool {
        !matches!(self.outcome, Outcome::NotRun { .. })
    }
}

impl Counts {
    /// Checks that the tags chose.
    #[must_use]
    pub fn chosen(&self) -> usize {
        self.passed + self.failed + self.not_run
    }

    fn of(checks: &[CheckReport]) -> Self {
        checks.iter().fold(Self::default(), |mut counts, check| {
            match check.outcome {
                Outcome::Passed => counts.passed += 1,
                Outcome::Failed { .. } => counts.failed += 1,
                Outcome::NotRun { chosen: true, .. } => counts.not_run += 1,
                Outcome::NotRun { chosen: false, .. } => counts.not_chosen += 1,
            }
            counts
        })
    }
}

#[cfg(test)]
mod tests;
