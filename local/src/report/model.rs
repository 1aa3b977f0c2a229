//! The report of a run, as `run.json` has it.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::tested::TestReport;
use crate::inbox::Received;

/// What the execution is called that gives production its last release back.
pub const ROLLBACK: &str = "rollback";

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
    /// The release's name: `good`, `bad`, `killed` or `undone`; `rollback` of what gives production its last release back.
    pub release: String,
    /// The execution's id.
    pub id: String,
    /// `Succeeded`, `Failed` and so on, in the pipeline's spelling.
    pub status: String,
    /// The version of the source object that was delivered.
    pub revision: String,
    /// When it started, RFC 3339 with milliseconds, by which messages are told apart.
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
    /// Who carried it out: `S3`, `CodeBuild`, `CodeDeploy`, `CodeDeployToECS`, `Lambda`.
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
    /// What was smoke-tested in the course of the action.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub smoke_reports: Vec<SmokeReport>,
    /// What the action's build reported about tests.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub test_reports: Vec<TestReport>,
    /// The last lines of the action's log, when it has one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub log: String,
}

/// A smoke report and where it comes from.
#[derive(Debug, Clone, Serialize)]
pub struct SmokeReport {
    /// `SmokeTest`, or the lifecycle event whose hook ran the checks.
    pub of: String,
    /// The report, in the shape that the crate `smoke` documents.
    pub report: Value,
}

impl RunReport {
    /// What came from the start of the execution at this index until the next one started. Messages do not say to machines
    /// which execution they are about; executions of a run come one after the other.
    #[must_use]
    pub fn messages_of(&self, index: usize) -> Vec<&Received> {
        let start = |execution: &ExecutionReport| execution.started.parse::<Timestamp>().ok();
        let from = start(&self.executions[index]);
        let until = self.executions.get(index + 1).and_then(start);
        // What came before the first execution is shown with it rather than not at all.
        let begins = |at: Timestamp| index == 0 || from.is_none_or(|from| at >= from);
        let ends = |at: Timestamp| until.is_none_or(|until| at < until);
        self.messages.iter().filter(|received| begins(received.at()) && ends(received.at())).collect()
    }
}

impl ExecutionReport {
    /// What it is called in a sentence.
    #[must_use]
    pub fn title(&self) -> String {
        if self.is_rollback() { self.release.clone() } else { format!("{} release", self.release) }
    }

    /// The stages that it goes through; a rollback runs one alone.
    pub fn shown_stages(&self) -> impl Iterator<Item = &StageReport> {
        self.stages.iter().filter(|stage| !(self.is_rollback() && stage.actions.is_empty()))
    }

    /// Whether it ran one stage alone, with what an earlier execution had brought there.
    fn is_rollback(&self) -> bool {
        self.release == ROLLBACK
    }

    /// Whether this action of this stage failed with this error code.
    #[must_use]
    pub fn failed_in(&self, stage: &str, action: &str, code: &str) -> bool {
        self.action(stage, action).is_some_and(|action| action.error_code.as_deref() == Some(code))
    }

    /// An action by its stage's name and its own, when it was reached.
    #[must_use]
    pub fn action(&self, stage: &str, action: &str) -> Option<&ActionReport> {
        let stage = self.stages.iter().find(|candidate| candidate.name == stage)?;
        stage.actions.iter().find(|candidate| candidate.name == action)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rollback_is_called_so_and_has_one_stage() {
        let stage = |name: &str| StageReport { name: name.into(), status: "NotReached".into(), actions: vec![] };
        for (release, title, stages) in [("good", "good release", 2), (ROLLBACK, "rollback", 0)] {
            let report = ExecutionReport {
                release: release.into(),
                id: String::new(),
                status: String::new(),
                revision: String::new(),
                started: String::new(),
                duration_ms: 0,
                stages: vec![stage("Build"), stage("Staging")],
                staging_version: String::new(),
                production_version: String::new(),
            };
            assert_eq!((report.title().as_str(), report.shown_stages().count()), (title, stages));
        }
    }
}
