//! The reports of a build: what its commands wrote about tests
//! (<https://docs.aws.amazon.com/codebuild/latest/userguide/test-reporting.html>).

mod collect;
mod junit;
mod spec;
#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

pub(super) use collect::collect;
pub(super) use spec::{ReportSpec, check};

/// A report of one build.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TestReport {
    /// The report group as the buildspec has it: a name, or an ARN.
    pub group: String,
    /// How it ended.
    pub status: ReportStatus,
    /// When it was made.
    pub created: Timestamp,
    /// The test cases, those of a file together.
    pub cases: Vec<TestCase>,
    /// Why it is incomplete.
    pub problem: Option<String>,
}

/// One test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TestCase {
    /// The name of its suite or class; may be empty.
    pub suite: String,
    /// Its name.
    pub name: String,
    /// How it ended.
    pub status: CaseStatus,
    /// How long it took, as the report says.
    pub duration: Duration,
    /// Why it failed or was skipped.
    pub message: Option<String>,
    /// The file that tells of it, from the base directory.
    pub file: String,
}

/// How a report ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReportStatus {
    /// No test failed.
    Succeeded,
    /// A test failed.
    Failed,
    /// Its files are missing or cannot be read, or the project's role may not report.
    Incomplete,
}

/// How a test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CaseStatus {
    /// It failed.
    Failed,
    /// Something else went wrong with it.
    Error,
    /// It passed.
    Succeeded,
    /// It did not run.
    Skipped,
}

impl TestReport {
    /// How many of the tests ended so.
    #[must_use]
    pub fn count(&self, status: CaseStatus) -> usize {
        self.cases.iter().filter(|case| case.status == status).count()
    }

    /// The tests that did not pass and were not skipped.
    pub fn failures(&self) -> impl Iterator<Item = &TestCase> {
        self.cases.iter().filter(|case| matches!(case.status, CaseStatus::Failed | CaseStatus::Error))
    }

    /// How long all tests took together.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.cases.iter().map(|case| case.duration).fold(Duration::ZERO, Duration::saturating_add)
    }

    /// Takes the report for incomplete.
    pub fn fail(&mut self, problem: &str) {
        self.status = ReportStatus::Incomplete;
        self.problem = Some(problem.to_owned());
    }
}

impl CaseStatus {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Failed, Self::Error, Self::Succeeded, Self::Skipped];
}

impl fmt::Display for ReportStatus {
    /// As CodeBuild writes it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::Incomplete => "INCOMPLETE",
        })
    }
}

impl fmt::Display for CaseStatus {
    /// As CodeBuild writes it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Failed => "FAILED",
            Self::Error => "ERROR",
            Self::Succeeded => "SUCCEEDED",
            Self::Skipped => "SKIPPED",
        })
    }
}
