//! The events of a delivery: what CodePipeline, CodeDeploy, CodeBuild, CloudWatch and ECS tell EventBridge, and what a
//! manual approval tells its SNS topic.
//!
//! [`read`] takes an event as a function gets it and says what it is. It is lenient, because an alert with a gap is worth
//! more than none: numbers come as floats (`"version": 4.0`), fields are missing (a `SUCCEEDED` has no trigger), states
//! appear that no page lists. Whatever cannot be read is [`None`], an unknown state keeps its text, and an unknown kind of
//! event is [`DeliveryEvent::Other`]. An error is left for what is no event at all.
//!
//! ```
//! use delivery_event::{DeliveryEvent, ExecutionState, read};
//!
//! let event = serde_json::json!({
//!     "detail-type": "CodePipeline Stage Execution State Change",
//!     "detail": {"pipeline": "storefront", "stage": "Staging", "state": "FAILED", "version": 4.0},
//! });
//! let DeliveryEvent::Stage(change) = read(&event)? else { unreachable!() };
//! assert_eq!((change.stage.as_deref(), change.state), (Some("Staging"), ExecutionState::Failed));
//! # Ok::<(), delivery_event::EventError>(())
//! ```
//!
//! The envelope is our own. That of `aws_lambda_events` refuses an event over a time or a version that it does not
//! expect, and knows neither the processed notifications of notification rules (`detailType`, `additionalAttributes`) nor
//! the payload of an alarm's Lambda action.
//!
//! Credentials never get in: environment variables of builds are not read, and an approval's token is not printed.

mod approval;
mod arn;
mod cloudwatch;
mod codebuild;
mod codedeploy;
mod codepipeline;
mod ecs;
mod envelope;
mod error;
mod event;
mod fields;
mod notification;
mod state;
mod time;
mod trigger;

pub use approval::{ApprovalRequest, ApprovalToken};
pub use cloudwatch::{AlarmChange, AlarmMetric, AlarmMoment, AlarmState, Mute};
pub use codebuild::{BuildChange, BuildLog, BuildPhase, BuildStatus};
pub use codedeploy::{DeploymentChange, DeploymentState, InstanceChange};
pub use codepipeline::{
    ActionChange, ActionState, ActionType, ExecutionResult, ExecutionState, PipelineChange, StageChange,
};
pub use ecs::{ServiceDeploymentChange, ServiceDeploymentState};
pub use envelope::Envelope;
pub use error::EventError;
pub use event::{DeliveryEvent, OtherEvent, read};
pub use notification::{FailedAction, Notification, SourceAction};
pub use trigger::Trigger;
