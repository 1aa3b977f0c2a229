//! What happened in a hook's scene.

use std::ops::Deref;
use std::time::Duration;

use launchway::standin::Outcome;
use serde_json::Value;

use super::scene::DEPLOYMENT;
use crate::traces::Traces;

/// A hook's scene after it was played.
pub(crate) struct HookPlayed {
    pub(crate) traces: Traces,
    /// What the site was asked.
    pub(crate) requests: Vec<String>,
}

impl Deref for HookPlayed {
    type Target = Traces;

    fn deref(&self) -> &Traces {
        &self.traces
    }
}

/// The answer that a hook is to get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answered {
    /// Checks ran and passed.
    Succeeded,
    /// Anything else.
    Failed,
}

impl HookPlayed {
    /// What is wrong with it, if anything: exactly one status, the expected one, with a reason that has all of these texts; the
    /// last invocation well; nothing succeeded that was not checked; and everything that holds always.
    pub(crate) fn verdict(&self, expected: Answered, parts: &[&str]) -> Result<(), String> {
        self.answers(expected, parts).and_then(|()| self.always()).map_err(|reason| format!("{reason}\n{}", self.log))
    }

    fn answers(&self, expected: Answered, parts: &[&str]) -> Result<(), String> {
        let statuses = self.aws.hook_statuses(DEPLOYMENT);
        let [status] = statuses.as_slice() else { return Err(format!("expected one status, got {statuses:?}")) };
        if status.status != format!("{expected:?}") {
            return Err(format!("expected {expected:?}, got {status:?}"));
        }
        match self.invocations.last().map(|invocation| &invocation.outcome) {
            Some(Outcome::Succeeded(_)) => {}
            outcome => return Err(format!("the last invocation ended with {outcome:?}")),
        }
        let report = self.report();
        let checked = !self.requests.is_empty() && (report["passed"] == true || report["gates"] == false);
        if expected == Answered::Succeeded && !checked {
            return Err(format!("it succeeded without passed checks: {report}"));
        }
        let reason = self.reason();
        match parts.iter().find(|part| !reason.contains(**part)) {
            Some(part) => Err(format!("the reason {reason:?} should say {part:?}")),
            None => Ok(()),
        }
    }

    /// The reason as the report says it.
    pub(crate) fn reason(&self) -> String {
        self.report()["summary"].as_str().unwrap_or_default().to_owned()
    }

    /// The last report that goes with the status that was taken, or else the last; null when none was stored. A second
    /// delivery may store a report of its own, and its status is not taken.
    pub(crate) fn report(&self) -> Value {
        let uploads = self.aws.uploads();
        let reports: Vec<Value> = uploads
            .iter()
            .map(|(_, object)| serde_json::from_slice(&object.read_all().unwrap()).unwrap_or_default())
            .collect();
        let taken = self.aws.hook_statuses(DEPLOYMENT).pop().map(|status| status.status);
        let goes_with = |report: &&Value| report["status"].as_str() == taken.as_deref();
        reports.iter().rev().find(goes_with).or(reports.last()).cloned().unwrap_or_default()
    }

    /// From the event to the end of the last invocation, without Lambda's own delays between them.
    pub(crate) fn duration(&self) -> Duration {
        self.invocations.iter().map(|invocation| invocation.duration).sum()
    }
}
