//! The message of an approval, as a topic tells it to its subscribers, or alone.

use jiff::Timestamp;
use serde_json::Value;

use super::history::{self, Change};
use super::owned;
use crate::standin::aws::{Aws, PipelineView};

/// The execution that is said to wait: the message does not tell.
const EXECUTION: &str = "12345678-1234-5678-abcd-12345678abcd";

/// What a message says of an approval.
#[derive(Debug, Clone)]
pub struct ApprovalMessage {
    /// The pipeline's name.
    pub pipeline: String,
    /// The stage's name.
    pub stage: String,
    /// The action's name.
    pub action: String,
    token: String,
}

impl ApprovalMessage {
    /// Nothing when it is no such message.
    pub(super) fn read(value: &Value) -> Option<Self> {
        let text = |approval: &Value, name: &str| owned(&approval[name]).unwrap_or_default();
        let of = |approval: &Value| Self {
            pipeline: text(approval, "pipelineName"),
            stage: text(approval, "stageName"),
            action: text(approval, "actionName"),
            token: text(approval, "token"),
        };
        let bare = value.get("approval").filter(|approval| approval.is_object());
        if let Some(approval) = bare {
            return Some(of(approval));
        }
        let message = value["Records"][0]["Sns"]["Message"].as_str()?;
        let message: Value = serde_json::from_str(message).ok()?;
        message.get("approval").filter(|approval| approval.is_object()).map(of)
    }

    /// Where somebody is waited for.
    pub(super) fn place(&self) -> String {
        [self.pipeline.as_str(), &self.stage, &self.action].join(", ")
    }

    /// Shows an execution that waits there.
    pub(super) fn show(&self, aws: &Aws) -> String {
        let Self { pipeline, stage, action, token } = self;
        let now = Timestamp::now();
        let change = Change::of_trigger(&Value::Null);
        let view = PipelineView {
            stage_states: vec![history::waiting(stage, action, EXECUTION, token, now)],
            executions: vec![
                history::execution(EXECUTION, "InProgress", &change, now, Vec::new()),
                history::released(stage, now),
            ],
        };
        aws.show_pipeline(pipeline, view);
        format!("execution {EXECUTION} of {pipeline}, which waits in {stage} for {action}")
    }
}
