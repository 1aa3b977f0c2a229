//! `StartPipelineExecution` and `StopPipelineExecution`.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::caller::Caller;
use super::error::ApiError;
use super::request::{Limits, read};
use crate::engine::context::Context;
use crate::engine::execution::{self, Start, StartError, StopError, StopRequest};
use crate::engine::pipeline::is_name;
use crate::engine::record::TriggerType;

const REVISION_TYPES: [&str; 4] = ["COMMIT_ID", "IMAGE_DIGEST", "S3_OBJECT_VERSION_ID", "S3_OBJECT_KEY"];

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct StartRequest {
    name: String,
    client_request_token: Option<String>,
    variables: Option<Vec<Variable>>,
    source_revisions: Option<Vec<SourceRevision>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Variable {
    name: String,
    value: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SourceRevision {
    action_name: String,
    revision_type: String,
    revision_value: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct StopExecutionRequest {
    pipeline_name: String,
    pipeline_execution_id: String,
    abandon: Option<bool>,
    reason: Option<String>,
}

pub(super) fn start(context: &Arc<Context>, caller: &Caller, body: &[u8]) -> Result<Value, ApiError> {
    let request: StartRequest = read(body)?;
    let variables = request.variables.unwrap_or_default();
    let revisions = request.source_revisions.unwrap_or_default();
    let mut limits = Limits::default();
    limits.name("name", &request.name).optional("clientRequestToken", request.client_request_token.as_ref(), 1, 128);
    let token_holds = |token: &String| token.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    limits.pattern(
        "clientRequestToken",
        "^[a-zA-Z0-9-]+$",
        request.client_request_token.as_ref().is_none_or(token_holds),
    );
    for variable in &variables {
        limits
            .length("variables.name", &variable.name, 1, 128)
            .pattern("variables.name", "[A-Za-z0-9@\\-_]+", is_name(&variable.name))
            .length("variables.value", &variable.value, 1, 1000);
    }
    for revision in &revisions {
        limits
            .name("sourceRevisions.actionName", &revision.action_name)
            .one_of("sourceRevisions.revisionType", &revision.revision_type, &REVISION_TYPES)
            .length("sourceRevisions.revisionValue", &revision.revision_value, 1, 1500);
    }
    limits.check()?;
    if let Some(other) = revisions.iter().find(|revision| revision.revision_type != "S3_OBJECT_VERSION_ID") {
        let kind = &other.revision_type;
        return Err(ApiError::validation(format!("the local CodePipeline does not know source revisions of {kind}")));
    }
    let (trigger, trigger_detail) = match &caller.rule {
        Some(rule) => (TriggerType::CloudWatchEvent, rule.clone()),
        None => (TriggerType::StartPipelineExecution, caller.arn.clone()),
    };
    let start = Start {
        trigger,
        trigger_detail,
        variables: variables.into_iter().map(|variable| (variable.name, variable.value)).collect(),
        source_versions: revisions
            .into_iter()
            .map(|revision| (revision.action_name, revision.revision_value))
            .collect::<BTreeMap<_, _>>(),
        request_token: request.client_request_token,
    };
    match execution::start(context, &request.name, start) {
        Ok(id) => Ok(json!({ "pipelineExecutionId": id })),
        Err(StartError::PipelineNotFound(name)) => Err(ApiError::pipeline_not_found(&name)),
        Err(StartError::Invalid(reason)) => Err(ApiError::validation(reason)),
    }
}

pub(super) fn stop(context: &Arc<Context>, body: &[u8]) -> Result<Value, ApiError> {
    let request: StopExecutionRequest = read(body)?;
    Limits::default()
        .name("pipelineName", &request.pipeline_name)
        .id("pipelineExecutionId", &request.pipeline_execution_id)
        .optional("reason", request.reason.as_ref(), 0, 200)
        .check()?;
    if !context.state().pipelines.contains_key(&request.pipeline_name) {
        return Err(ApiError::pipeline_not_found(&request.pipeline_name));
    }
    let how = if request.abandon == Some(true) { StopRequest::Abandon } else { StopRequest::Wait };
    let id = request.pipeline_execution_id;
    match execution::stop(context, &request.pipeline_name, &id, how, request.reason) {
        Ok(()) => Ok(json!({ "pipelineExecutionId": id })),
        Err(StopError::NotFound | StopError::NotStoppable) => Err(ApiError::new(
            "PipelineExecutionNotStoppableException",
            format!("execution {id:?} of pipeline {:?} is not in progress", request.pipeline_name),
        )),
        Err(StopError::Duplicate) => {
            Err(ApiError::new("DuplicatedStopRequestException", format!("execution {id:?} was asked to stop already")))
        }
    }
}
