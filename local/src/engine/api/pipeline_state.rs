//! `GetPipelineState`: what happened last in each stage.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::error::ApiError;
use super::request::{Limits, read};
use super::seconds;
use crate::engine::context::Context;
use crate::engine::execution::StageQueue;
use crate::engine::record::{ActionRecord, ActionStatus};
use crate::engine::state::{PipelineState, State};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Request {
    name: String,
}

pub(super) fn get(context: &Arc<Context>, body: &[u8]) -> Result<Value, ApiError> {
    let request: Request = read(body)?;
    Limits::default().name("name", &request.name).check()?;
    let state = context.state();
    let known = state.pipelines.get(&request.name).ok_or_else(|| ApiError::pipeline_not_found(&request.name))?;
    let stages = known.definition.stages.iter().map(|stage| stage_state(&state, known, &stage.name));
    Ok(json!({
        "pipelineName": request.name,
        "pipelineVersion": known.definition.version,
        "stageStates": stages.collect::<Vec<_>>(),
        "created": seconds(known.created),
        "updated": seconds(known.updated),
    }))
}

fn stage_state(memory: &State, known: &PipelineState, name: &str) -> Value {
    let entered = memory.executions_of(&known.definition.name).find_map(|record| {
        let stage = record.stages.iter().find(|stage| stage.name == name && stage.status.is_some())?;
        Some((record, stage))
    });
    let mut shown = json!({ "stageName": name, "inboundTransitionState": { "enabled": true } });
    let waiting = known.queues.get(name).into_iter().flat_map(StageQueue::waiting);
    let waiting: Vec<Value> = waiting.map(|id| json!({ "pipelineExecutionId": id, "status": "InProgress" })).collect();
    if let Some(first) = waiting.first() {
        shown["inboundExecution"] = first.clone();
        shown["inboundExecutions"] = waiting.into();
    }
    if let Some((record, stage)) = entered {
        shown["latestExecution"] =
            json!({ "pipelineExecutionId": record.id, "status": stage.status, "type": "STANDARD" });
        shown["actionStates"] = stage.actions.iter().map(action).collect();
    } else {
        let stage = known.definition.stages.iter().find(|stage| stage.name == name);
        let actions = stage.into_iter().flat_map(|stage| &stage.actions);
        shown["actionStates"] = actions.map(|action| json!({ "actionName": action.name })).collect();
    }
    shown
}

fn action(record: &ActionRecord) -> Value {
    let mut shown = json!({ "actionName": record.name });
    if let Some(revision) = &record.current_revision {
        shown["currentRevision"] = json!({
            "revisionId": revision.revision,
            "revisionChangeId": revision.change_identifier,
            "created": revision.created,
        });
    }
    if let Some(status) = record.status {
        shown["latestExecution"] = latest(record, status);
    }
    shown
}

fn latest(record: &ActionRecord, status: ActionStatus) -> Value {
    let mut latest = json!({ "actionExecutionId": record.action_execution_id, "status": status });
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            latest[name] = value;
        }
    };
    set("summary", record.summary.clone().map(Value::from));
    set("lastStatusChange", record.updated.map(seconds));
    set("externalExecutionId", record.external_execution_id.clone().map(Value::from));
    set("percentComplete", record.percent_complete.map(Value::from));
    set("errorDetails", record.error.as_ref().map(|error| json!({ "code": error.code, "message": error.message })));
    latest
}
