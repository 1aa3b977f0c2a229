//! The report of a run, as `run.json` has it.

use serde::Serialize;
use serde_json::Value;

use crate::inbox::Received;

/// Everything a run has shown.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RunReport {
    /// The executions, in the order of their releases.
    pub executions: Vec<ExecutionReport>,
    /// The messages people would have got.
    pub messages: Vec<Received>,
}

/// One release on its way through the pipeline.
#[derive(Debug, Clone, Serialize)]
pub struct ExecutionReport {
    /// The release's name: `good` or `bad`.
    pub release: String,
    /// The execution's id.
    pub id: String,
    /// `Succeeded`, `Failed` and so on, in the pipeline's spelling.
    pub status: String,
    /// The version of the source object that was delivered.
    pub revision: String,
    /// When it started, RFC 3339.
    pub started: String,
    /// How long it took.
    pub duration_ms: u64,
    /// The stages, in the pipeline's order.
    pub stages: Vec<StageReport>,
    /// What staging answered at `/version` after the execution.
    pub staging_version: String,
    /// What production answered at `/version` after the execution.
    pub production_version: String,
}

/// One stage of an execution.
#[derive(Debug, Clone, Serialize)]
pub struct StageReport {
    /// The stage's name.
    pub name: String,
    /// Its status, or `NotReached`.
    pub status: String,
    /// Its actions, in the order they ran.
    pub actions: Vec<ActionReport>,
}

/// One action of a stage.
#[derive(Debug, Clone, Serialize)]
pub struct ActionReport {
    /// The action's name.
    pub name: String,
    /// Who carried it out: `S3`, `CodeBuild`, `CodeDeploy`, `Lambda`.
    pub provider: String,
    /// Its status.
    pub status: String,
    /// What it said of itself; of a failed action, why it failed.
    pub summary: String,
    /// The error code of a failed action, for example `JobFailed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// Milliseconds from the execution's start to the action's.
    pub started_after_ms: u64,
    /// How long it took.
    pub duration_ms: u64,
    /// The smoke report, when the action wrote one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smoke_report: Option<Value>,
    /// The last lines of the action's log, when it has one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub log: String,
}

impl ExecutionReport {
    /// Whether this action of this stage failed with this error code.
    #[must_use]
    pub fn failed_in(&self, stage: &str, action: &str, code: &str) -> bool {
        self.stages
            .iter()
            .filter(|candidate| candidate.name == stage)
            .flat_map(|stage| &stage.actions)
            .any(|candidate| candidate.name == action && candidate.error_code.as_deref() == Some(code))
    }
}
