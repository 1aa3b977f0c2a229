//! CodePipeline: state changes of actions.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::execution::change;
use super::state_change::{Origin, StateChange, milliseconds};
use crate::engine::{ActionRecord, Artifact, ExecutionRecord};

/// A state change of an action, with what AWS's samples have in each state: the start has the input artifacts and no region, an
/// abandoned action no start time, a success its output artifacts.
pub(super) fn of_action(
    origin: &Origin,
    record: &ExecutionRecord,
    (of_stage, action): (&str, &ActionRecord),
    state: &'static str,
    at: Timestamp,
) -> StateChange {
    let mut detail = Map::new();
    let mut set = |name: &str, value: Value| drop(detail.insert(name.to_owned(), value));
    set("pipeline", json!(record.pipeline));
    set("execution-id", json!(record.id));
    if let Some(started) = action.started.filter(|_| state != "ABANDONED") {
        set("start-time", json!(milliseconds(started)));
    }
    set("stage", json!(of_stage));
    if matches!(state, "SUCCEEDED" | "FAILED") {
        set("execution-result", result(origin, action));
    }
    if state == "SUCCEEDED" && !action.output_artifacts.is_empty() {
        set("output-artifacts", artifacts(&action.output_artifacts));
    }
    set("action-execution-id", json!(action.action_execution_id));
    set("action", json!(action.name));
    set("state", json!(state));
    if state != "STARTED" {
        set("region", json!(origin.region));
    }
    set(
        "type",
        json!({
            "owner": "AWS", "category": action.category, "provider": action.provider, "version": "1",
        }),
    );
    set("version", json!(f64::from(record.pipeline_version)));
    set("pipeline-execution-attempt", json!(f64::from(record.attempt)));
    if state == "STARTED" && !action.input_artifacts.is_empty() {
        set("input-artifacts", artifacts(&action.input_artifacts));
    }
    change(origin, record, "CodePipeline Action Execution State Change", detail, at)
}

fn result(origin: &Origin, action: &ActionRecord) -> Value {
    let mut result = Map::new();
    let summary = action.error.as_ref().map(|error| &error.message).or(action.summary.as_ref());
    let members = [
        ("external-execution-url", action.external_execution_url(&origin.region)),
        ("external-execution-summary", summary.cloned()),
        ("external-execution-id", action.external_execution_id.clone()),
        ("error-code", action.error.as_ref().map(|error| error.code.clone())),
    ];
    for (name, value) in members {
        result.extend(value.map(|value| (name.to_owned(), json!(value))));
    }
    Value::Object(result)
}

fn artifacts(artifacts: &[Artifact]) -> Value {
    let one = |artifact: &Artifact| json!({ "name": artifact.name, "s3location": { "bucket": artifact.bucket, "key": artifact.key } });
    artifacts.iter().map(one).collect()
}
