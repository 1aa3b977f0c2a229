//! CodePipeline: state changes of executions and of their stages
//! (<https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html>).

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::state_change::{Origin, StateChange, milliseconds};
use crate::engine::ExecutionRecord;

pub(super) const SOURCE: &str = "aws.codepipeline";

/// A state change of an execution. Of a failed one AWS does not say why, and only the start names its trigger.
pub(super) fn of_execution(
    origin: &Origin,
    record: &ExecutionRecord,
    state: &'static str,
    at: Timestamp,
) -> StateChange {
    let mut detail = beginning(record, record.started);
    if state == "STARTED" {
        let trigger =
            json!({ "trigger-type": format!("{:?}", record.trigger), "trigger-detail": record.trigger_detail });
        detail.insert("execution-trigger".to_owned(), trigger);
    }
    ending(&mut detail, record, state);
    if let Some(reason) = record.stop_reason.as_ref().filter(|_| state == "STOPPING") {
        detail.insert("stop-execution-comments".to_owned(), json!(reason));
    }
    change(origin, record, "CodePipeline Pipeline Execution State Change", detail, at)
}

/// A state change of a stage.
pub(super) fn of_stage(
    origin: &Origin,
    record: &ExecutionRecord,
    name: &str,
    state: &'static str,
    at: Timestamp,
) -> StateChange {
    let known = record.stages.iter().find(|known| known.name == name);
    let started = known.and_then(|stage| stage.started).unwrap_or(record.started);
    let mut detail = beginning(record, started);
    detail.insert("stage".to_owned(), json!(name));
    ending(&mut detail, record, state);
    change(origin, record, "CodePipeline Stage Execution State Change", detail, at)
}

fn beginning(record: &ExecutionRecord, started: Timestamp) -> Map<String, Value> {
    let mut detail = Map::new();
    detail.insert("pipeline".to_owned(), json!(record.pipeline));
    detail.insert("execution-id".to_owned(), json!(record.id));
    detail.insert("start-time".to_owned(), json!(milliseconds(started)));
    detail
}

fn ending(detail: &mut Map<String, Value>, record: &ExecutionRecord, state: &'static str) {
    detail.insert("state".to_owned(), json!(state));
    // Numbers are floats in these events.
    detail.insert("version".to_owned(), json!(f64::from(record.pipeline_version)));
    detail.insert("pipeline-execution-attempt".to_owned(), json!(f64::from(record.attempt)));
}

pub(super) fn change(
    origin: &Origin,
    record: &ExecutionRecord,
    detail_type: &'static str,
    detail: Map<String, Value>,
    at: Timestamp,
) -> StateChange {
    let arn = format!("arn:aws:codepipeline:{}:{}:{}", origin.region, origin.account, record.pipeline);
    StateChange { source: SOURCE, detail_type, resources: vec![arn], at, detail }
}
