//! What happened in a deployment, as the observers and the API show it.

use jiff::Timestamp;
use serde::Serialize;

use super::revision::Revision;
use crate::deploy::{ComputePlatform, Status};

/// The status of a deployment, in the API's spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum DeploymentState {
    /// It was made and has not started.
    Created,
    /// It runs.
    InProgress,
    /// It waits for `ContinueDeployment`.
    Ready,
    /// The new version has the traffic.
    Succeeded,
    /// Something went wrong.
    Failed,
    /// Somebody or an alarm stopped it.
    Stopped,
}

/// Who made a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Creator {
    /// A caller of the API, a pipeline being one.
    User,
    /// CodeDeploy itself, after another deployment.
    CodeDeployRollback,
}

/// One deployment.
#[derive(Debug, Clone, Serialize)]
pub struct DeploymentRecord {
    /// `d-` and nine letters or digits.
    pub id: String,
    /// The application's name.
    pub application: String,
    /// The deployment group's name.
    pub group: String,
    /// The deployment configuration's name.
    pub config_name: String,
    /// What is deployed to.
    pub platform: ComputePlatform,
    /// What is brought out.
    pub revision: Revision,
    /// What was brought out last before it.
    pub previous_revision: Option<Revision>,
    /// Where it stands.
    pub status: DeploymentState,
    /// Why it failed or was stopped.
    pub error: Option<ErrorInformation>,
    /// Who made it.
    pub creator: Creator,
    /// What its maker said about it.
    pub description: Option<String>,
    /// How it belongs to a rollback.
    pub rollback: Option<RollbackRecord>,
    /// When it was made.
    pub created: Timestamp,
    /// When it started.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub completed: Option<Timestamp>,
    /// Whether the original version waits for its end.
    pub termination_wait_started: bool,
    /// What is deployed to.
    pub targets: Vec<TargetRecord>,
}

/// Why a deployment failed or was stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErrorInformation {
    /// E.g. `HOOK_EXECUTION_FAILURE`.
    pub code: &'static str,
    /// CodeDeploy's text.
    pub message: String,
}

/// How a deployment belongs to a rollback.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RollbackRecord {
    /// The deployment that rolls this one back.
    pub rolled_back_by: Option<String>,
    /// The deployment that this one rolls back.
    pub triggered_by: Option<String>,
    /// What is to be said about it.
    pub message: String,
}

/// A target of a deployment.
#[derive(Debug, Clone, Serialize)]
pub struct TargetRecord {
    /// An instance's name, `cluster:service`, or a function's name.
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// Where it stands.
    pub status: EventStatus,
    /// When something changed.
    pub updated: Timestamp,
    /// Its lifecycle events, in order.
    pub events: Vec<EventRecord>,
    /// What it is.
    pub kind: TargetKind,
}

/// What a target is.
#[derive(Debug, Clone, Serialize)]
pub enum TargetKind {
    /// An instance.
    Instance,
    /// A service, with its task sets.
    Ecs(Vec<TaskSetRecord>),
    /// An alias of a function.
    Lambda(LambdaRecord),
}

/// A task set of a service.
#[derive(Debug, Clone, Serialize)]
pub struct TaskSetRecord {
    /// `ecs-svc/` and a number.
    pub id: String,
    /// `PRIMARY`, `ACTIVE` or `DRAINING`.
    pub status: &'static str,
    /// What it gets of the traffic, in percent.
    pub traffic: u32,
    /// The target group that it is registered with.
    pub target_group: String,
    /// `Blue`, the original, or `Green`, the replacement.
    pub label: &'static str,
    /// How many tasks run.
    pub running: u32,
}

/// An alias of a function and the versions it moves between.
#[derive(Debug, Clone, Serialize)]
pub struct LambdaRecord {
    /// The function's name.
    pub function: String,
    /// The alias.
    pub alias: String,
    /// The version it had.
    pub current_version: String,
    /// The version it gets.
    pub target_version: String,
    /// What the new version gets of the traffic, in percent.
    pub target_weight: u32,
}

/// The status of a target or of a lifecycle event, in the API's spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum EventStatus {
    /// It has not begun.
    Pending,
    /// It runs.
    InProgress,
    /// It succeeded.
    Succeeded,
    /// It failed.
    Failed,
    /// It was not tried, or had nothing to do.
    Skipped,
}

/// A lifecycle event of a target.
#[derive(Debug, Clone, Serialize)]
pub struct EventRecord {
    /// E.g. `AfterAllowTestTraffic`.
    pub name: &'static str,
    /// Where it stands.
    pub status: EventStatus,
    /// When it began.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// What is known about its end.
    pub diagnostics: Option<Diagnostics>,
}

/// What is known about the end of a lifecycle event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostics {
    /// E.g. `ScriptFailed`; `Success` when it did not fail.
    pub code: &'static str,
    /// The script; empty where none ran.
    pub script: String,
    /// Why it failed.
    pub message: String,
    /// The last lines of its output.
    pub log_tail: String,
}

impl EventRecord {
    /// An event that has not begun.
    pub(in crate::engine) fn pending(name: &'static str) -> Self {
        Self { name, status: EventStatus::Pending, started: None, ended: None, diagnostics: None }
    }
}

impl DeploymentState {
    /// Whether nothing more happens.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Stopped)
    }

    /// As the API writes it.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Created => "Created",
            Self::InProgress => "InProgress",
            Self::Ready => "Ready",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Stopped => "Stopped",
        }
    }
}

impl EventStatus {
    /// As the API writes it.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::InProgress => "InProgress",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Skipped => "Skipped",
        }
    }
}

impl From<Status> for EventStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::InProgress => Self::InProgress,
            Status::Succeeded => Self::Succeeded,
            Status::Failed => Self::Failed,
            Status::Skipped => Self::Skipped,
        }
    }
}
