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
}

impl Verdict {
    /// Whether the function kept its promise: the invocation succeeded with exactly one answer.
    #[must_use]
    pub fn answered_once(&self) -> bool {
        let once = match &self.answer {
            Answer::Job(results) => results.len() == 1,
            Answer::CodeDeployHook(statuses) => statuses.len() == 1,
            Answer::EcsHook(returned) => {
                matches!(returned["hookStatus"].as_str(), Some("SUCCEEDED" | "FAILED" | "IN_PROGRESS"))
            }
        };
        once && matches!(self.invocation.outcome, Outcome::Succeeded(_))
    }
}
