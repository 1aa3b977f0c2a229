//! An event that tells how a delivery goes, replayed: the alert function finds out why, and tells people or nobody.
//!
//! Each service's events are a file: what is read of them, and what the service then has to show.

mod approval;
mod build;
mod deployment;
mod desk;
mod history;
mod pipeline;

use std::io::Write;

use serde_json::Value;

use super::steps::Replay;
use super::verdict::returned;
use super::{Answer, ReplayError, Verdict, text};
use crate::standin::aws::Aws;

pub use approval::ApprovalMessage;
pub use build::BuildEvent;
pub use deployment::DeploymentEvent;
pub use pipeline::PipelineEvent;

use desk::Desk;

/// An event of EventBridge, a notification that AWS made of one, or the message of an approval.
#[derive(Debug, Clone)]
pub struct DeliveryEvent {
    /// What it is and what it names, in words.
    pub title: String,
    /// What it is about.
    pub subject: Subject,
    /// The whole event, as the function gets it.
    pub event: Vec<u8>,
}

/// What an event is about, as far as the stand-ins have to know it.
#[derive(Debug, Clone)]
pub enum Subject {
    /// An execution of a pipeline.
    Pipeline(Box<PipelineEvent>),
    /// An approval that waits.
    Approval(ApprovalMessage),
    /// A deployment of CodeDeploy.
    Deployment(DeploymentEvent),
    /// A build of CodeBuild.
    Build(BuildEvent),
    /// Something that the event tells all of: an alarm, a deployment of ECS, or what the function does not know.
    Itself,
}

/// What the title names of a detail, in this order.
const NAMED: [&str; 15] = [
    "/pipeline",
    "/stage",
    "/action",
    "/project-name",
    "/application",
    "/deploymentGroup",
    "/deploymentId",
    "/instanceId",
    "/alarmName",
    "/eventName",
    "/state",
    "/build-status",
    "/previousState/value",
    "/state/value",
    "/reason",
];

impl DeliveryEvent {
    /// Reads an event; nothing when it is of another kind. Fields may be missing: the function has to do without them too.
    pub(super) fn read(value: &Value, event: &[u8]) -> Option<Self> {
        let (title, subject) = if let Some(message) = ApprovalMessage::read(value) {
            (format!("a message of an approval: {}", message.place()), Subject::Approval(message))
        } else if value["alarmData"].is_object() {
            let name = value["alarmData"]["alarmName"].as_str().unwrap_or_default();
            (format!("an alarm's own invocation: {name}"), Subject::Itself)
        } else {
            let notified = value["detailType"].as_str();
            let kind = value["detail-type"].as_str().or(notified).filter(|_| value["detail"].is_object())?;
            let what = if notified.is_some() { "a notification of" } else { "an event," };
            (format!("{what} {kind}: {}", named(&value["detail"])), Subject::read(value))
        };
        Some(Self { title, subject, event: event.to_vec() })
    }

    pub(super) async fn replay(
        &self,
        mut replay: Replay<'_, impl Write, impl FnMut(&str)>,
    ) -> Result<Verdict, ReplayError> {
        let function = replay.function("stage-alert").await?;
        let desk = Desk::open().await?;
        replay.event(&self.title)?;
        replay.fact("Playing", &self.subject.show(&desk.aws))?;
        let function = (function, "stage-alert");
        let (invocation, log) = replay.invoke(function, desk.environment(), &desk.aws, &self.event).await?;
        let verdict = Verdict { answer: Answer::Alert(returned(&invocation)), invocation };
        text::told(replay.out, &desk.aws, &desk.slack, &verdict, &log)?;
        Ok(verdict)
    }
}

impl Subject {
    fn read(value: &Value) -> Self {
        let of_source = match value["source"].as_str() {
            Some("aws.codepipeline") => PipelineEvent::read(value).map(Box::new).map(Self::Pipeline),
            Some("aws.codedeploy") => DeploymentEvent::read(value).map(Self::Deployment),
            Some("aws.codebuild") => BuildEvent::read(value).map(Self::Build),
            _ => None,
        };
        of_source.unwrap_or(Self::Itself)
    }

    /// Lets the stand-ins show what the event is about, and says what that is.
    fn show(&self, aws: &Aws) -> String {
        match self {
            Self::Pipeline(event) => event.show(aws),
            Self::Approval(message) => message.show(aws),
            Self::Deployment(event) => event.show(aws),
            Self::Build(event) => event.show(aws),
            Self::Itself => "nothing: the event says all that there is to know".to_owned(),
        }
    }
}

fn named(detail: &Value) -> String {
    NAMED.into_iter().filter_map(|pointer| detail.pointer(pointer)?.as_str()).collect::<Vec<_>>().join(", ")
}

/// A text of an event that is not empty.
fn owned(value: &Value) -> Option<String> {
    value.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn kind(value: &Value) -> Option<(String, &'static str)> {
        let event = DeliveryEvent::read(value, b"event")?;
        assert_eq!(event.event, b"event");
        let kind = match event.subject {
            Subject::Pipeline(_) => "pipeline",
            Subject::Approval(_) => "approval",
            Subject::Deployment(_) => "deployment",
            Subject::Build(_) => "build",
            Subject::Itself => "itself",
        };
        Some((event.title, kind))
    }

    fn event(source: &str, detail: &Value) -> Value {
        json!({ "detail-type": "Change", "source": source, "detail": detail })
    }

    #[test]
    fn an_event_is_known_by_its_source() {
        let cases = [
            (
                event("aws.codepipeline", &json!({ "state": "FAILED", "pipeline": "p", "stage": "s" })),
                "an event, Change: p, s, FAILED",
                "pipeline",
            ),
            (event("aws.codepipeline", &json!({ "state": "FAILED" })), "an event, Change: FAILED", "itself"),
            (
                json!({ "detailType": "Change", "source": "aws.codepipeline", "detail": { "pipeline": "p" } }),
                "a notification of Change: p",
                "pipeline",
            ),
            (event("aws.codedeploy", &json!({ "deploymentId": "d-1" })), "an event, Change: d-1", "deployment"),
            (event("aws.codebuild", &json!({ "build-id": "b/p:1" })), "an event, Change: ", "build"),
            (
                event("aws.cloudwatch", &json!({ "alarmName": "a", "state": { "value": "ALARM" } })),
                "an event, Change: a, ALARM",
                "itself",
            ),
            (event("aws.ec2", &json!({})), "an event, Change: ", "itself"),
            (json!({ "alarmData": { "alarmName": "a" } }), "an alarm's own invocation: a", "itself"),
            (
                json!({ "approval": { "pipelineName": "p", "stageName": "s", "actionName": "a" } }),
                "a message of an approval: p, s, a",
                "approval",
            ),
        ];
        for (value, title, subject) in cases {
            assert_eq!(kind(&value), Some((title.to_owned(), subject)), "{value}");
        }
    }

    #[test]
    fn what_tells_nothing_of_a_delivery_is_another_kind() {
        for value in [
            json!({}),
            json!(null),
            json!({ "detail-type": "Change" }),
            json!({ "detail-type": 1, "detail": {} }),
            json!({ "Records": [{ "Sns": { "Message": "no JSON" } }] }),
            json!({ "Records": [{ "s3": {} }] }),
        ] {
            assert!(DeliveryEvent::read(&value, b"").is_none(), "{value}");
        }
    }
}
