//! What happened: executions, their stages and actions, as the observers and the API show them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::Serialize;

/// The status of an execution, in the API's spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ExecutionStatus {
    /// It runs, or waits for a stage.
    InProgress,
    /// It was asked to stop and some actions still run.
    Stopping,
    /// It was stopped.
    Stopped,
    /// Every stage succeeded.
    Succeeded,
    /// A newer execution took its place while it waited for a stage.
    Superseded,
    /// An action failed.
    Failed,
    /// Its pipeline was deleted.
    Cancelled,
}

/// The status of a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum StageStatus {
    /// Its actions run.
    InProgress,
    /// All its actions succeeded.
    Succeeded,
    /// An action failed.
    Failed,
    /// The execution was stopped in it.
    Stopped,
}

/// The status of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ActionStatus {
    /// It runs.
    InProgress,
    /// It was cut off when the execution stopped.
    Abandoned,
    /// It succeeded.
    Succeeded,
    /// It failed.
    Failed,
}

/// What started an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum TriggerType {
    /// The pipeline was made, or changed with `RestartExecutionOnUpdate`.
    CreatePipeline,
    /// Somebody called `StartPipelineExecution`.
    StartPipelineExecution,
    /// A source action found a new revision.
    PollForSourceChanges,
    /// A rule of EventBridge had the pipeline for its target.
    CloudWatchEvent,
    /// Somebody called `RollbackStage`.
    ManualRollback,
    /// A stage failed whose `OnFailure` says so.
    AutomatedRollback,
}

/// Whether an execution goes through the pipeline, or back to what a stage had before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum ExecutionType {
    /// Through the pipeline.
    Standard,
    /// One stage alone, with the artifacts and variables of an execution that succeeded in it.
    Rollback {
        /// That execution.
        target: String,
    },
}

/// What retried a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum RetryTrigger {
    /// The stage's `OnFailure`.
    AutomatedStageRetry,
    /// Somebody called `RetryStageExecution`.
    ManualStageRetry,
}

/// One execution of a pipeline.
#[derive(Debug, Clone, Serialize)]
pub struct ExecutionRecord {
    /// A lower-case UUID.
    pub id: String,
    /// The pipeline's name.
    pub pipeline: String,
    /// The pipeline's version at the start.
    pub pipeline_version: u32,
    /// Where it stands.
    pub status: ExecutionStatus,
    /// What started it.
    pub trigger: TriggerType,
    /// Who or what that was: the caller's ARN, the rule's ARN, or the name of the source action.
    pub trigger_detail: String,
    /// Whether it is a rollback.
    pub execution_type: ExecutionType,
    /// Counts up from 1 with each retry of a stage.
    pub attempt: u32,
    /// When it started.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// Why it was stopped, when somebody gave a reason.
    pub stop_reason: Option<String>,
    /// The pipeline's variables with the values of this execution.
    pub variables: BTreeMap<String, String>,
    /// The revisions that the source actions found.
    pub source_revisions: Vec<SourceRevision>,
    /// All stages of the pipeline, in order.
    pub stages: Vec<StageRecord>,
}

/// What a source action found.
#[derive(Debug, Clone, Serialize)]
pub struct SourceRevision {
    /// The source action.
    pub action: String,
    /// Its output artifact.
    pub artifact: String,
    /// The revision's id; of S3, the object's version.
    pub id: String,
    /// What people are shown of it.
    pub summary: String,
}

/// One stage of an execution.
#[derive(Debug, Clone, Serialize)]
pub struct StageRecord {
    /// The stage's name.
    pub name: String,
    /// Where it stands; nothing when the execution has not entered it.
    pub status: Option<StageStatus>,
    /// When the execution entered it.
    pub started: Option<Timestamp>,
    /// When the execution left it.
    pub ended: Option<Timestamp>,
    /// All its actions, in the template's order; of an action that was retried, its last try.
    pub actions: Vec<ActionRecord>,
    /// The tries before, the first one first.
    pub earlier: Vec<ActionRecord>,
    /// How often it was retried.
    pub retries: Retries,
}

/// The retries of a stage.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Retries {
    /// By the stage's `OnFailure`.
    pub automatic: u32,
    /// By `RetryStageExecution`.
    pub manual: u32,
    /// When the last one began, and what it was.
    pub latest: Option<(Timestamp, RetryTrigger)>,
}

/// One action of a stage.
#[derive(Debug, Clone, Serialize)]
pub struct ActionRecord {
    /// The action's name.
    pub name: String,
    /// E.g. `Source`, `Test` or `Approval`.
    pub category: &'static str,
    /// E.g. `S3`, `CodeBuild` or `Manual`.
    pub provider: &'static str,
    /// Where it stands; nothing when it has not started.
    pub status: Option<ActionStatus>,
    /// The id of this execution of the action, a lower-case UUID; empty when it has not started.
    pub action_execution_id: String,
    /// When it started.
    pub started: Option<Timestamp>,
    /// When its status changed last.
    pub updated: Option<Timestamp>,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// What it said of itself.
    pub summary: Option<String>,
    /// Why it failed.
    pub error: Option<ActionError>,
    /// The id of the build or deployment, or what the job's result gave.
    pub external_execution_id: Option<String>,
    /// While an approval waits: what its answer has to name.
    pub approval_token: Option<String>,
    /// The ARN of who answered an approval.
    pub updated_by: Option<String>,
    /// What the job's last result gave.
    pub percent_complete: Option<u8>,
    /// The configuration with its variables resolved.
    pub configuration: BTreeMap<String, String>,
    /// The artifacts it read.
    pub input_artifacts: Vec<Artifact>,
    /// Where the artifacts it makes are put.
    pub output_artifacts: Vec<Artifact>,
    /// The revision that a job's result said it made.
    pub current_revision: Option<CurrentRevision>,
    /// The variables it set.
    pub output_variables: BTreeMap<String, String>,
    /// The jobs that a Lambda invoke action gave to its function.
    pub jobs: Vec<JobRecord>,
    /// Calls of this action's function that IAM refused.
    pub denials: Vec<String>,
    /// The log of a build or deployment.
    pub log: Option<PathBuf>,
}

/// Why an action failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActionError {
    /// E.g. `JobFailed`, `ConfigurationError`, `PermissionError`.
    pub code: String,
    /// What people are shown.
    pub message: String,
}

/// An artifact in its store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Artifact {
    /// The artifact's name.
    pub name: String,
    /// The artifact store's bucket.
    pub bucket: String,
    /// The object's key.
    pub key: String,
    /// The source revision it is a copy of.
    pub revision: Option<String>,
}

/// A revision that a job's result said it made.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CurrentRevision {
    /// The revision's id.
    pub revision: String,
    /// What identifies the change.
    pub change_identifier: String,
    /// When it was made, in seconds since 1970.
    pub created: Option<f64>,
    /// What people are shown of it.
    pub summary: Option<String>,
}

/// One job of a Lambda invoke action.
#[derive(Debug, Clone, Serialize)]
pub struct JobRecord {
    /// A lower-case UUID.
    pub id: String,
    /// Whether it continues an earlier job.
    pub continued: bool,
    /// How it ended.
    pub status: JobStatus,
    /// When the function was invoked with it.
    pub started: Timestamp,
    /// When its result came, or when nobody waited for it any more.
    pub ended: Option<Timestamp>,
}

/// How a job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum JobStatus {
    /// The result is awaited.
    InProgress,
    /// A result with a continuation token.
    Continued,
    /// A result without one.
    Succeeded,
    /// A failure result.
    Failed,
    /// No result in time, or the function could not be invoked.
    TimedOut,
    /// The execution was stopped.
    Abandoned,
}

impl ActionRecord {
    /// An action that has not started.
    pub(crate) fn waiting(name: &str, category: &'static str, provider: &'static str) -> Self {
        Self {
            name: name.to_owned(),
            category,
            provider,
            status: None,
            action_execution_id: String::new(),
            started: None,
            updated: None,
            ended: None,
            summary: None,
            error: None,
            external_execution_id: None,
            approval_token: None,
            updated_by: None,
            percent_complete: None,
            configuration: BTreeMap::new(),
            input_artifacts: Vec::new(),
            output_artifacts: Vec::new(),
            current_revision: None,
            output_variables: BTreeMap::new(),
            jobs: Vec::new(),
            denials: Vec::new(),
            log: None,
        }
    }
}
