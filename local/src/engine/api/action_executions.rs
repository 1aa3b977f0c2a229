//! `ListActionExecutions`.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::error::ApiError;
use super::executions::find;
use super::page::page;
use super::request::{Limits, read};
use super::seconds;
use crate::engine::context::Context;
use crate::engine::pipeline::Pipeline;
use crate::engine::record::{ActionRecord, Artifact, ExecutionRecord};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Request {
    pipeline_name: String,
    filter: Option<Filter>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Filter {
    pipeline_execution_id: Option<String>,
    latest_in_pipeline_execution: Option<LatestIn>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LatestIn {
    pipeline_execution_id: String,
    start_time_range: String,
}

pub(super) fn list(context: &Arc<Context>, body: &[u8]) -> Result<Value, ApiError> {
    let request: Request = read(body)?;
    let mut limits = Limits::default();
    limits.name("pipelineName", &request.pipeline_name).range("maxResults", request.max_results, 1, 100).optional(
        "nextToken",
        request.next_token.as_ref(),
        1,
        2048,
    );
    let latest = request.filter.as_ref().and_then(|filter| filter.latest_in_pipeline_execution.as_ref());
    let every_try = latest.is_none_or(|latest| latest.start_time_range == "All");
    let execution = match request.filter {
        Some(Filter { latest_in_pipeline_execution: Some(latest), .. }) => {
            limits.one_of(
                "filter.latestInPipelineExecution.startTimeRange",
                &latest.start_time_range,
                &["Latest", "All"],
            );
            Some(latest.pipeline_execution_id)
        }
        Some(Filter { pipeline_execution_id, .. }) => pipeline_execution_id,
        None => None,
    };
    if let Some(execution) = &execution {
        limits.id("filter.pipelineExecutionId", execution);
    }
    limits.check()?;
    let state = context.state();
    let known = state.pipelines.get(&request.pipeline_name);
    let known = known.ok_or_else(|| ApiError::pipeline_not_found(&request.pipeline_name))?;
    if let Some(execution) = &execution {
        find(&state, &request.pipeline_name, execution)?;
    }
    let records = state.executions_of(&request.pipeline_name);
    let records = records.filter(|record| execution.as_ref().is_none_or(|execution| record.id == *execution));
    let details = records.flat_map(|record| of_execution(&known.definition, record, every_try));
    let (details, next) = page(details, request.next_token.as_deref(), request.max_results.unwrap_or(100))?;
    let mut answer = json!({ "actionExecutionDetails": details });
    if let Some(token) = next {
        answer["nextToken"] = token.into();
    }
    Ok(answer)
}

/// The actions of an execution that have started, the last ones first. Those that were retried are there as often as they
/// were tried, if `every_try` says so.
fn of_execution<'r>(
    pipeline: &'r Pipeline,
    record: &'r ExecutionRecord,
    every_try: bool,
) -> impl Iterator<Item = Value> + 'r {
    let mut started: Vec<(&str, &ActionRecord)> = record
        .stages
        .iter()
        .flat_map(|stage| {
            let earlier = stage.earlier.iter().filter(move |_| every_try);
            earlier.chain(&stage.actions).map(|action| (stage.name.as_str(), action))
        })
        .filter(|(_, action)| action.started.is_some())
        .collect();
    started.sort_by_key(|(_, action)| std::cmp::Reverse(action.started));
    started.into_iter().map(move |(stage, action)| detail(pipeline, record, stage, action))
}

fn detail(pipeline: &Pipeline, execution: &ExecutionRecord, stage: &str, action: &ActionRecord) -> Value {
    let mut result = json!({});
    // An approval is answered by what stands here.
    if let Some(id) = action.external_execution_id.as_ref().or(action.approval_token.as_ref()) {
        result["externalExecutionId"] = id.as_str().into();
    }
    // Of a failed action the summary is the error's message when it said nothing else of itself, as in its events.
    if let Some(summary) = action.summary.as_ref().or(action.error.as_ref().map(|error| &error.message)) {
        result["externalExecutionSummary"] = summary.as_str().into();
    }
    if let Some(url) = action.external_execution_url(&pipeline.region) {
        result["externalExecutionUrl"] = url.into();
    }
    if let Some(error) = &action.error {
        result["errorDetails"] = json!({ "code": error.code, "message": error.message });
    }
    let mut detail = json!({
        "pipelineExecutionId": execution.id,
        "actionExecutionId": action.action_execution_id,
        "pipelineVersion": execution.pipeline_version,
        "stageName": stage,
        "actionName": action.name,
        "startTime": action.started.map(seconds),
        "lastUpdateTime": action.updated.map(seconds),
        "status": action.status,
        "input": input(pipeline, stage, action),
        "output": {
            "outputArtifacts": artifacts(&action.output_artifacts),
            "executionResult": result,
            "outputVariables": action.output_variables,
        },
    });
    if let Some(by) = &action.updated_by {
        detail["updatedBy"] = by.as_str().into();
    }
    detail
}

fn input(pipeline: &Pipeline, stage: &str, record: &ActionRecord) -> Value {
    let mut input = json!({
        "resolvedConfiguration": record.configuration,
        "region": pipeline.region,
        "inputArtifacts": artifacts(&record.input_artifacts),
    });
    // The pipeline may have changed since.
    let stages = pipeline.stages.iter().filter(|known| known.name == stage);
    let Some(action) = stages.flat_map(|known| &known.actions).find(|known| known.name == record.name) else {
        return input;
    };
    let (category, owner, provider) = action.provider.action_type();
    input["actionTypeId"] = json!({ "category": category, "owner": owner, "provider": provider, "version": "1" });
    input["configuration"] = json!(action.configuration);
    if let Some(role) = &action.role_arn {
        input["roleArn"] = role.as_str().into();
    }
    if let Some(namespace) = &action.namespace {
        input["namespace"] = namespace.as_str().into();
    }
    input
}

fn artifacts(artifacts: &[Artifact]) -> Value {
    let shown = artifacts.iter().map(
        |artifact| json!({ "name": artifact.name, "s3location": { "bucket": artifact.bucket, "key": artifact.key } }),
    );
    shown.collect()
}
