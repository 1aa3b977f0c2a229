//! Telling events apart.

use serde_json::Value;

use crate::approval::ApprovalRequest;
use crate::cloudwatch::AlarmChange;
use crate::codebuild::BuildChange;
use crate::codedeploy::{DeploymentChange, InstanceChange};
use crate::codepipeline::{ActionChange, PipelineChange, StageChange};
use crate::ecs::ServiceDeploymentChange;
use crate::envelope::Envelope;
use crate::error::EventError;
use crate::fields::Fields;

/// An event of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeliveryEvent {
    /// An execution of a pipeline changed its state.
    Pipeline(PipelineChange),
    /// An execution changed its state in a stage.
    Stage(StageChange),
    /// An action changed its state.
    Action(ActionChange),
    /// A CodeDeploy deployment changed its state.
    Deployment(DeploymentChange),
    /// An instance changed its state in a CodeDeploy deployment.
    Instance(InstanceChange),
    /// A build changed its state.
    Build(BuildChange),
    /// An alarm changed its state.
    Alarm(AlarmChange),
    /// A deployment of an ECS service changed its state.
    ServiceDeployment(ServiceDeploymentChange),
    /// A manual approval waits for an answer.
    Approval(ApprovalRequest),
    /// An event of another kind.
    Other(OtherEvent),
}

/// An event of a kind that this version does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherEvent {
    /// What is around it, with its kind.
    pub envelope: Envelope,
}

impl DeliveryEvent {
    /// What is around the event.
    #[must_use]
    pub fn envelope(&self) -> &Envelope {
        match self {
            Self::Pipeline(change) => &change.envelope,
            Self::Stage(change) => &change.envelope,
            Self::Action(change) => &change.envelope,
            Self::Deployment(change) => &change.envelope,
            Self::Instance(change) => &change.envelope,
            Self::Build(change) => &change.envelope,
            Self::Alarm(change) => &change.envelope,
            Self::ServiceDeployment(change) => &change.envelope,
            Self::Approval(request) => &request.envelope,
            Self::Other(event) => &event.envelope,
        }
    }
}

/// Reads an event as Lambda hands it over: from EventBridge, from an alarm's Lambda action, from SNS with either an
/// approval's or a notification rule's message in it, or such a message alone.
pub fn read(event: &Value) -> Result<DeliveryEvent, EventError> {
    if let Some(message) = sns_message(event)? {
        return read_one(&message);
    }
    read_one(event)
}

fn read_one(event: &Value) -> Result<DeliveryEvent, EventError> {
    let Value::Object(keys) = event else { return Err(EventError::NotAnObject { found: kind_of(event) }) };
    let fields = Fields::of(event);
    if fields.value("approval").is_some_and(Value::is_object) {
        return Ok(DeliveryEvent::Approval(ApprovalRequest::read(fields)));
    }
    if fields.value("alarmData").is_some_and(Value::is_object) {
        return Ok(DeliveryEvent::Alarm(AlarmChange::read_direct(fields)));
    }
    let envelope = Envelope::read(fields);
    let detail = fields.object("detail");
    let event = match envelope.detail_type.as_str() {
        "" => return Err(EventError::Unknown { keys: some_keys(keys) }),
        "CodePipeline Pipeline Execution State Change" => {
            DeliveryEvent::Pipeline(PipelineChange::read(envelope, detail))
        }
        "CodePipeline Stage Execution State Change" => DeliveryEvent::Stage(StageChange::read(envelope, detail)),
        "CodePipeline Action Execution State Change" => DeliveryEvent::Action(ActionChange::read(envelope, detail)),
        "CodeDeploy Deployment State-change Notification" => {
            DeliveryEvent::Deployment(DeploymentChange::read(envelope, detail))
        }
        "CodeDeploy Instance State-change Notification" => {
            DeliveryEvent::Instance(InstanceChange::read(envelope, detail))
        }
        "CodeBuild Build State Change" => DeliveryEvent::Build(BuildChange::read(envelope, detail)),
        "CloudWatch Alarm State Change" => DeliveryEvent::Alarm(AlarmChange::read(envelope, detail)),
        "ECS Deployment State Change" => {
            DeliveryEvent::ServiceDeployment(ServiceDeploymentChange::read(envelope, detail))
        }
        _ => DeliveryEvent::Other(OtherEvent { envelope }),
    };
    Ok(event)
}

/// The message of an SNS event; nothing when the event is none.
fn sns_message(event: &Value) -> Result<Option<Value>, EventError> {
    let Some(records) = event.get("Records").and_then(Value::as_array) else { return Ok(None) };
    let [record] = records.as_slice() else { return Err(EventError::Records { count: records.len() }) };
    let message = Fields::of(record).object("Sns").text("Message").ok_or(EventError::Message)?;
    let message: Value = serde_json::from_str(&message).map_err(|_| EventError::Message)?;
    if message.is_object() { Ok(Some(message)) } else { Err(EventError::Message) }
}

/// Few and short, because nobody knows what the event is.
fn some_keys(keys: &serde_json::Map<String, Value>) -> String {
    if keys.is_empty() {
        return "none".to_owned();
    }
    let shown: Vec<String> = keys.keys().take(8).map(|key| key.chars().take(40).collect()).collect();
    shown.join(", ")
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
