//! `GetPipelineState`: what happened last in each stage.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::error::ApiError;
use super::executions::type_of;
use super::request::{Limits, read};
use super::seconds;
use crate::engine::context::Context;
use crate::engine::execution::{Disabled, StageQueue};
use crate::engine::pipeline::ExecutionMode;
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
    let disabled = known.queues.get(name).and_then(StageQueue::disabled);
    let mut shown = json!({ "stageName": name, "inboundTransitionState": transition(disabled) });
    let waiting = known.queues.get(name).into_iter().flat_map(StageQueue::waiting);
    let waiting: Vec<Value> = waiting.map(|id| json!({ "pipelineExecutionId": id, "status": "InProgress" })).collect();
    if let Some(first) = waiting.first() {
        shown["inboundExecution"] = first.clone();
        shown["inboundExecutions"] = waiting.into();
    }
    if let Some((record, stage)) = entered {
        shown["latestExecution"] =
            json!({ "pipelineExecutionId": record.id, "status": stage.status, "type": type_of(record) });
        // In the mode PARALLEL, many executions may wait for an answer, and no token is shown here.
        let tokens = known.definition.execution_mode != ExecutionMode::Parallel;
        shown["actionStates"] = stage.actions.iter().map(|record| action(record, tokens)).collect();
        if let Some((_, trigger)) = stage.retries.latest {
            shown["retryStageMetadata"] = json!({
                "autoStageRetryAttempt": stage.retries.automatic,
                "manualStageRetryAttempt": stage.retries.manual,
                "latestRetryTrigger": trigger,
            });
        }
    } else {
        let stage = known.definition.stages.iter().find(|stage| stage.name == name);
        let actions = stage.into_iter().flat_map(|stage| &stage.actions);
        shown["actionStates"] = actions.map(|action| json!({ "actionName": action.name })).collect();
    }
    shown
}

fn transition(disabled: Option<&Disabled>) -> Value {
    match disabled {
        None => json!({ "enabled": true }),
        Some(disabled) => json!({
            "enabled": false,
            "disabledReason": disabled.reason,
            "lastChangedBy": disabled.by,
            "lastChangedAt": seconds(disabled.at),
        }),
    }
}

fn action(record: &ActionRecord, tokens: bool) -> Value {
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
        if let Some(token) = record.approval_token.as_ref().filter(|_| tokens) {
            shown["latestExecution"]["token"] = token.as_str().into();
        }
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
    set("lastUpdatedBy", record.updated_by.clone().map(Value::from));
    set("lastStatusChange", record.updated.map(seconds));
    set("externalExecutionId", record.external_execution_id.clone().map(Value::from));
    set("percentComplete", record.percent_complete.map(Value::from));
    set("errorDetails", record.error.as_ref().map(|error| json!({ "code": error.code, "message": error.message })));
    latest
}
