//! `GetPipelineExecution` and `ListPipelineExecutions`.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::error::ApiError;
use super::page::page;
use super::request::{Limits, read};
use super::seconds;
use crate::engine::context::Context;
use crate::engine::record::{ExecutionRecord, ExecutionType, StageStatus};
use crate::engine::state::State;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct GetRequest {
    pipeline_name: String,
    pipeline_execution_id: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ListRequest {
    pipeline_name: String,
    max_results: Option<i64>,
    next_token: Option<String>,
    filter: Option<Filter>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Filter {
    succeeded_in_stage: Option<SucceededInStage>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SucceededInStage {
    stage_name: Option<String>,
}

pub(super) fn get(context: &Arc<Context>, body: &[u8]) -> Result<Value, ApiError> {
    let request: GetRequest = read(body)?;
    let (pipeline, execution) = (&request.pipeline_name, &request.pipeline_execution_id);
    Limits::default().name("pipelineName", pipeline).id("pipelineExecutionId", execution).check()?;
    let state = context.state();
    let record = find(&state, pipeline, execution)?;
    let mode = state.pipelines.get(pipeline).map(|known| known.definition.execution_mode.text());
    let revisions = record.source_revisions.iter().map(
        |revision| json!({ "name": revision.artifact, "revisionId": revision.id, "revisionSummary": revision.summary }),
    );
    let variables = record.variables.iter().map(|(name, value)| json!({ "name": name, "resolvedValue": value }));
    let mut execution = json!({
        "pipelineName": record.pipeline,
        "pipelineVersion": record.pipeline_version,
        "pipelineExecutionId": record.id,
        "status": record.status,
        "artifactRevisions": revisions.collect::<Vec<_>>(),
        "variables": variables.collect::<Vec<_>>(),
        "trigger": trigger(record),
        "executionMode": mode,
    });
    add_type(&mut execution, record);
    Ok(json!({ "pipelineExecution": execution }))
}

pub(super) fn list(context: &Arc<Context>, body: &[u8]) -> Result<Value, ApiError> {
    let request: ListRequest = read(body)?;
    let succeeded_in = request.filter.and_then(|filter| filter.succeeded_in_stage).and_then(|stage| stage.stage_name);
    let mut limits = Limits::default();
    limits.name("pipelineName", &request.pipeline_name).range("maxResults", request.max_results, 1, 100).optional(
        "nextToken",
        request.next_token.as_ref(),
        1,
        2048,
    );
    if let Some(stage) = &succeeded_in {
        limits.name("filter.succeededInStage.stageName", stage);
    }
    limits.check()?;
    let state = context.state();
    let known = state.pipelines.get(&request.pipeline_name);
    let known = known.ok_or_else(|| ApiError::pipeline_not_found(&request.pipeline_name))?;
    let wanted = state.executions_of(&request.pipeline_name).filter(|record| {
        succeeded_in.as_ref().is_none_or(|name| {
            record.stages.iter().any(|stage| stage.name == *name && stage.status == Some(StageStatus::Succeeded))
        })
    });
    let summaries = wanted.map(|record| summary(record, known.definition.execution_mode.text()));
    let (summaries, next) = page(summaries, request.next_token.as_deref(), request.max_results.unwrap_or(100))?;
    let mut answer = json!({ "pipelineExecutionSummaries": summaries });
    if let Some(token) = next {
        answer["nextToken"] = token.into();
    }
    Ok(answer)
}

/// The record of an execution of a pipeline.
pub(super) fn find<'s>(state: &'s State, pipeline: &str, execution: &str) -> Result<&'s ExecutionRecord, ApiError> {
    if !state.pipelines.contains_key(pipeline) {
        return Err(ApiError::pipeline_not_found(pipeline));
    }
    let known = state.execution(execution).map(|known| &known.record).filter(|record| record.pipeline == pipeline);
    known.ok_or_else(|| ApiError::execution_not_found(pipeline, execution))
}

fn summary(record: &ExecutionRecord, mode: &str) -> Value {
    let revisions = record.source_revisions.iter().map(|revision| {
        json!({ "actionName": revision.action, "revisionId": revision.id, "revisionSummary": revision.summary })
    });
    let last_update = record.stages.iter().flat_map(|stage| &stage.actions).filter_map(|action| action.updated).max();
    let mut summary = json!({
        "pipelineExecutionId": record.id,
        "status": record.status,
        "startTime": seconds(record.started),
        "lastUpdateTime": seconds(record.ended.or(last_update).unwrap_or(record.started)),
        "sourceRevisions": revisions.collect::<Vec<_>>(),
        "trigger": trigger(record),
        "executionMode": mode,
    });
    add_type(&mut summary, record);
    if let Some(reason) = &record.stop_reason {
        summary["stopTrigger"] = json!({ "reason": reason });
    }
    summary
}

/// `executionType`, and of a rollback what it goes back to.
fn add_type(shown: &mut Value, record: &ExecutionRecord) {
    shown["executionType"] = type_of(record).into();
    if let ExecutionType::Rollback { target } = &record.execution_type {
        shown["rollbackMetadata"] = json!({ "rollbackTargetPipelineExecutionId": target });
    }
}

/// `STANDARD` or `ROLLBACK`.
pub(super) const fn type_of(record: &ExecutionRecord) -> &'static str {
    match record.execution_type {
        ExecutionType::Standard => "STANDARD",
        ExecutionType::Rollback { .. } => "ROLLBACK",
    }
}

fn trigger(record: &ExecutionRecord) -> Value {
    json!({ "triggerType": record.trigger, "triggerDetail": record.trigger_detail })
}
