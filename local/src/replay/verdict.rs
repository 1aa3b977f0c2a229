//! How a replay ended.

use serde_json::Value;

use crate::standin::aws::{HookStatus, JobResult};
use crate::standin::{Invocation, Outcome};

/// How a replay ended.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// What was answered.
    pub answer: Answer,
    /// How the invocation ended.
    pub invocation: Invocation,
}

/// What was answered, to whom the event came from.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The results that the job was given, in order.
    Job(Vec<JobResult>),
    /// The statuses that CodeDeploy took, in order.
    CodeDeployHook(Vec<HookStatus>),
    /// What the function returned to ECS.
    EcsHook(Value),
    /// What the function returned of people it told, or of why it told nobody.
    Alert(Value),
}

impl Verdict {
    /// Whether the function kept its promise: the invocation succeeded with exactly one answer. Nobody waits
    /// for the answer to an event; what the function returned says that it was dealt with.
    #[must_use]
    pub fn answered_once(&self) -> bool {
        let once = match &self.answer {
            Answer::Job(results) => results.len() == 1,
            Answer::CodeDeployHook(statuses) => statuses.len() == 1,
            Answer::EcsHook(returned) => {
                matches!(returned["hookStatus"].as_str(), Some("SUCCEEDED" | "FAILED" | "IN_PROGRESS"))
            }
            Answer::Alert(returned) => matches!(returned["outcome"].as_str(), Some("said" | "shown" | "silent")),
        };
        once && matches!(self.invocation.outcome, Outcome::Succeeded(_))
    }
}

/// What the function returned; null when it did not.
pub(super) fn returned(invocation: &Invocation) -> Value {
    match &invocation.outcome {
        Outcome::Succeeded(text) => serde_json::from_str(text).unwrap_or_default(),
        _ => Value::Null,
    }
}
