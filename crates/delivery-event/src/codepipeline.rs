//! State changes of pipelines, stages and actions (CodePipeline User Guide, "Monitoring CodePipeline events").

use jiff::Timestamp;

use crate::envelope::Envelope;
use crate::fields::Fields;
use crate::state::states;
use crate::trigger::Trigger;

states! {
    /// The state of an execution in a pipeline or in a stage.
    ExecutionState {
        Canceled = "CANCELED",
        Failed = "FAILED",
        Resumed = "RESUMED",
        Started = "STARTED",
        Stopped = "STOPPED",
        Stopping = "STOPPING",
        Succeeded = "SUCCEEDED",
        /// Pipelines only.
        Superseded = "SUPERSEDED",
    }
}

states! {
    /// The state of an action.
    ActionState {
        Abandoned = "ABANDONED",
        Canceled = "CANCELED",
        Failed = "FAILED",
        Started = "STARTED",
        Succeeded = "SUCCEEDED",
    }
}

/// An execution of a pipeline changed its state. The event of a failure has no reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PipelineChange {
    /// What is around it.
    pub envelope: Envelope,
    /// The pipeline's name.
    pub pipeline: Option<String>,
    /// The execution's id.
    pub execution: Option<String>,
    /// Its new state.
    pub state: ExecutionState,
    /// When the execution started; some events do not say.
    pub started: Option<Timestamp>,
    /// Which attempt of the execution it is, from one; stage events may say 0.
    pub attempt: Option<u64>,
    /// What started it.
    pub trigger: Option<Trigger>,
    /// Why it is stopped, in the words of who stopped it.
    pub stop_comments: Option<String>,
}

/// An execution changed its state in a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageChange {
    /// What is around it.
    pub envelope: Envelope,
    /// The pipeline's name.
    pub pipeline: Option<String>,
    /// The execution's id.
    pub execution: Option<String>,
    /// The stage's name.
    pub stage: Option<String>,
    /// Its new state.
    pub state: ExecutionState,
    /// When the execution started.
    pub started: Option<Timestamp>,
    /// Which attempt it is; stage events may say 0.
    pub attempt: Option<u64>,
    /// When the stage was last tried again.
    pub retried: Option<Timestamp>,
}

/// An action changed its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionChange {
    /// What is around it.
    pub envelope: Envelope,
    /// The pipeline's name.
    pub pipeline: Option<String>,
    /// The execution's id.
    pub execution: Option<String>,
    /// The stage's name.
    pub stage: Option<String>,
    /// The action's name.
    pub action: Option<String>,
    /// The id of this run of the action.
    pub action_execution: Option<String>,
    /// Its new state. A rejected approval is [`ActionState::Failed`].
    pub state: ActionState,
    /// What kind of action it is.
    pub action_type: ActionType,
    /// What came of it.
    pub result: ExecutionResult,
    /// The action's region, which may be another than the pipeline's.
    pub region: Option<String>,
    /// When the execution started.
    pub started: Option<Timestamp>,
    /// Which attempt it is.
    pub attempt: Option<u64>,
}

/// What kind of action it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActionType {
    /// `Source`, `Build`, `Test`, `Deploy`, `Approval`, `Invoke` or `Compute`.
    pub category: Option<String>,
    /// Such as `CodeBuild`, `CodeDeploy`, `Lambda` or `Manual`.
    pub provider: Option<String>,
    /// `AWS`, `ThirdParty` or `Custom`.
    pub owner: Option<String>,
}

/// What came of an action.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExecutionResult {
    /// Where the service behind the action shows it.
    pub url: Option<String>,
    /// What it says, such as `Deployment d-1 failed`.
    pub summary: Option<String>,
    /// Its id there: of a build, a deployment, a commit.
    pub id: Option<String>,
    /// Such as `JobFailed`.
    pub error_code: Option<String>,
}

impl PipelineChange {
    pub(crate) fn read(envelope: Envelope, detail: Fields<'_>) -> Self {
        Self {
            pipeline: pipeline(&envelope, detail),
            execution: detail.text("execution-id"),
            state: ExecutionState::read(detail.text("state")),
            started: detail.time("start-time"),
            attempt: detail.count("pipeline-execution-attempt"),
            trigger: Trigger::read(detail),
            stop_comments: detail.text("stop-execution-comments"),
            envelope,
        }
    }
}

impl StageChange {
    pub(crate) fn read(envelope: Envelope, detail: Fields<'_>) -> Self {
        Self {
            pipeline: pipeline(&envelope, detail),
            execution: detail.text("execution-id"),
            stage: detail.text("stage"),
            state: ExecutionState::read(detail.text("state")),
            started: detail.time("start-time"),
            attempt: detail.count("pipeline-execution-attempt"),
            retried: detail.time("stage-last-retry-attempt-time"),
            envelope,
        }
    }
}

impl ActionChange {
    pub(crate) fn read(envelope: Envelope, detail: Fields<'_>) -> Self {
        let action_type = detail.object("type");
        let result = detail.object("execution-result");
        Self {
            pipeline: pipeline(&envelope, detail),
            execution: detail.text("execution-id"),
            stage: detail.text("stage"),
            action: detail.text("action"),
            action_execution: detail.text("action-execution-id"),
            state: ActionState::read(detail.text("state")),
            action_type: ActionType {
                category: action_type.text("category"),
                provider: action_type.text("provider"),
                owner: action_type.text("owner"),
            },
            result: ExecutionResult {
                url: result.text("external-execution-url"),
                summary: result.text("external-execution-summary"),
                id: result.text("external-execution-id"),
                error_code: result.text("error-code"),
            },
            region: detail.text("region"),
            started: detail.time("start-time"),
            attempt: detail.count("pipeline-execution-attempt"),
            envelope,
        }
    }

    /// Whether somebody has to approve or reject.
    #[must_use]
    pub fn is_approval(&self) -> bool {
        self.action_type.category.as_deref() == Some("Approval")
    }
}

/// The pipeline's name, out of the ARN when the detail lacks it: a pipeline's ARN is its name behind the account.
fn pipeline(envelope: &Envelope, detail: Fields<'_>) -> Option<String> {
    detail.text("pipeline").or_else(|| envelope.resource("codepipeline", "").map(str::to_owned))
}
