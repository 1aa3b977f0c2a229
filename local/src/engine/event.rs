//! What observers are told while the engine works.

use jiff::Timestamp;
use serde::Serialize;

use super::builds::BuildRecord;
use super::codedeploy::{DeploymentState, EventStatus};
use super::record::{ExecutionStatus, JobStatus, RetryTrigger, StageStatus, TriggerType};

/// Something that happened.
#[derive(Debug, Clone, Serialize)]
pub struct EngineEvent {
    /// When.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// An action of an execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The pipeline's name.
    pub pipeline: String,
    /// The execution's id.
    pub execution: String,
    /// The stage's name.
    pub stage: String,
    /// The action's name.
    pub action: String,
}

/// The kinds of events.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "event")]
pub enum EventKind {
    /// An execution started.
    ExecutionStarted {
        /// The pipeline's name.
        pipeline: String,
        /// The execution's id.
        execution: String,
        /// What started it.
        trigger: TriggerType,
    },
    /// An execution was asked to stop.
    ExecutionStopping {
        /// The pipeline's name.
        pipeline: String,
        /// The execution's id.
        execution: String,
    },
    /// An execution that had failed goes on, because a stage of it is retried.
    ExecutionResumed {
        /// The pipeline's name.
        pipeline: String,
        /// The execution's id.
        execution: String,
    },
    /// An execution ended.
    ExecutionEnded {
        /// The pipeline's name.
        pipeline: String,
        /// The execution's id.
        execution: String,
        /// How.
        status: ExecutionStatus,
    },
    /// An execution entered a stage, or the stage ended.
    Stage {
        /// The pipeline's name.
        pipeline: String,
        /// The execution's id.
        execution: String,
        /// The stage's name.
        stage: String,
        /// Its status.
        status: StageStatus,
    },
    /// A stage that had failed is retried. It is in progress from here on; no further event says so.
    StageResumed {
        /// The pipeline's name.
        pipeline: String,
        /// The execution's id.
        execution: String,
        /// The stage's name.
        stage: String,
        /// What retried it.
        trigger: RetryTrigger,
    },
    /// An approval waits for somebody to answer it.
    ApprovalNeeded {
        /// Which.
        #[serde(flatten)]
        place: Place,
        /// What `PutApprovalResult` has to name.
        token: String,
    },
    /// An action started.
    ActionStarted {
        /// Which.
        #[serde(flatten)]
        place: Place,
        /// Who carries it out.
        provider: &'static str,
    },
    /// An action succeeded.
    ActionSucceeded {
        /// Which.
        #[serde(flatten)]
        place: Place,
        /// What it said of itself.
        summary: Option<String>,
        /// The build's or deployment's id, or what the job's result gave.
        external_execution_id: Option<String>,
    },
    /// An action failed.
    ActionFailed {
        /// Which.
        #[serde(flatten)]
        place: Place,
        /// E.g. `JobFailed`.
        code: String,
        /// Why.
        message: String,
        /// The build's or deployment's id, or what the job's result gave.
        external_execution_id: Option<String>,
    },
    /// An action was cut off because the execution stopped.
    ActionAbandoned {
        /// Which.
        #[serde(flatten)]
        place: Place,
    },
    /// A function was invoked with a job.
    JobStarted {
        /// The action.
        #[serde(flatten)]
        place: Place,
        /// The job's id.
        job: String,
        /// Whether it continues an earlier job.
        continued: bool,
    },
    /// A job got its result, or nobody waits for it any more.
    JobEnded {
        /// The action.
        #[serde(flatten)]
        place: Place,
        /// The job's id.
        job: String,
        /// How.
        status: JobStatus,
    },
    /// A line of a build's or a deployment's log.
    LogLine {
        /// The action.
        #[serde(flatten)]
        place: Place,
        /// The line, without its end.
        line: String,
    },
    /// A build started or ended. It goes with the record as it was then.
    Build(Box<BuildRecord>),
    /// A deployment started.
    DeploymentStarted {
        /// The deployment's id.
        deployment: String,
        /// The application's name.
        application: String,
        /// The deployment group's name.
        group: String,
    },
    /// A deployment waits until somebody lets its traffic move.
    DeploymentReady {
        /// The deployment's id.
        deployment: String,
        /// The application's name.
        application: String,
        /// The deployment group's name.
        group: String,
    },
    /// A lifecycle event of a deployment began or ended.
    DeploymentLifecycle {
        /// The deployment's id.
        deployment: String,
        /// The target's id.
        target: String,
        /// E.g. `AfterAllowTestTraffic`.
        lifecycle_event: &'static str,
        /// Its status now.
        status: EventStatus,
        /// Why it failed.
        message: Option<String>,
    },
    /// A deployment ended.
    DeploymentEnded {
        /// The deployment's id.
        deployment: String,
        /// The application's name.
        application: String,
        /// The deployment group's name.
        group: String,
        /// How.
        status: DeploymentState,
    },
    /// IAM refused a call. Of a job's result, nothing else would be heard of it.
    Denied {
        /// The ARN of the caller or of the role.
        principal: String,
        /// The IAM action, e.g. `codepipeline:PutJobSuccessResult`.
        operation: String,
        /// The whole refusal.
        message: String,
        /// The action it was about, when that is known.
        place: Option<Place>,
    },
    /// A call of an operation that is not implemented.
    UnknownOperation {
        /// `codepipeline`, `codedeploy` or `codebuild`.
        service: String,
        /// The operation's name.
        operation: String,
    },
}
