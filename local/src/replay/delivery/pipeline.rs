//! Events of a pipeline: of an execution, a stage or an action.

use jiff::Timestamp;
use serde_json::Value;

use super::history::{self, Change};
use super::{DeploymentEvent, owned};
use crate::standin::aws::{Aws, PipelineView};

/// What the smoke test is said to have answered.
const CHECKS: &str =
    "1 of 9 checks failed: \"a customer can check out\" step 2 POST /api/orders: expected status 201, got 500";

/// A deployment that is said to have failed; events call theirs `<ID>`.
const DEPLOYMENT: &str = "d-ABCDEF123";

/// What an event says of an execution.
#[derive(Debug, Clone)]
pub struct PipelineEvent {
    /// The pipeline's name.
    pub pipeline: String,
    /// The execution's id; made up when the event has none.
    pub execution: String,
    /// The stage, when the event names one.
    pub stage: Option<String>,
    /// The action, when the event names one.
    pub action: Option<String>,
    /// What the stage, the action or the execution became, e.g. `FAILED`.
    pub state: String,
    is_approval: bool,
    failure: Option<(String, String)>,
    change: Change,
    at: Timestamp,
}

impl PipelineEvent {
    /// Nothing when no pipeline is named.
    pub(super) fn read(value: &Value) -> Option<Self> {
        let (detail, more) = (&value["detail"], &value["additionalAttributes"]);
        let failed = &more["failedActions"][0];
        Some(Self {
            pipeline: owned(&detail["pipeline"])?,
            execution: owned(&detail["execution-id"]).unwrap_or_else(|| "12345678-1234-5678-abcd-12345678abcd".into()),
            stage: owned(&detail["stage"]).or_else(|| owned(&more["failedStage"])),
            action: owned(&detail["action"]),
            state: owned(&detail["state"]).unwrap_or_default(),
            is_approval: detail["type"]["category"] == "Approval",
            failure: owned(&failed["action"]).zip(owned(&failed["additionalInformation"])),
            change: Change::of_trigger(&detail["execution-trigger"]),
            at: moment(value),
        })
    }

    /// Shows an execution in which happened what the event tells.
    pub(super) fn show(&self, aws: &Aws) -> String {
        let stage = self.stage.as_deref().unwrap_or("Staging");
        let (mut actions, mut stage_states) = (Vec::new(), Vec::new());
        let mut played = format!("execution {} of {}", self.execution, self.pipeline);
        match (self.state.as_str(), &self.action, &self.failure) {
            ("FAILED", None, Some((action, message))) => {
                let failed = history::action(stage, action, ("Deploy", "CodeDeploy"), "Failed", self.at);
                actions.push(history::failed(failed, DEPLOYMENT, message));
                let deployment = DeploymentEvent::failed(DEPLOYMENT, &self.pipeline, stage).show(aws);
                played = format!("{played}, where {action} failed; {deployment}");
            }
            ("FAILED", None, None) => {
                let failed = history::action(stage, "SmokeTest", ("Invoke", "Lambda"), "Failed", self.at);
                actions.push(history::failed(failed, &self.execution, CHECKS));
                played = format!("{played}, where SmokeTest failed in {stage}");
            }
            ("STARTED", Some(action), _) if self.is_approval => {
                let token = "a-replays-token";
                stage_states.push(history::waiting(stage, action, &self.execution, token, self.at));
                played = format!("{played}, which waits in {stage} for {action}");
            }
            _ => {}
        }
        let status = if self.state == "FAILED" && self.action.is_none() { "Failed" } else { "InProgress" };
        let executions = vec![
            history::execution(&self.execution, status, &self.change, self.at, actions),
            history::released(stage, self.at),
        ];
        aws.show_pipeline(&self.pipeline, PipelineView { stage_states, executions });
        played
    }
}

/// When it happened, as far as the event says so.
fn moment(value: &Value) -> Timestamp {
    let said = [&value["time"], &value["detail"]["start-time"]];
    said.into_iter().find_map(|time| time.as_str()?.parse().ok()).unwrap_or_else(Timestamp::now)
}
