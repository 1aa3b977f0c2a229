//! `RetryStageExecution` and `RollbackStage`.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::caller::Caller;
use super::error::ApiError;
use super::request::{Limits, read};
use crate::engine::context::Context;
use crate::engine::execution::{self, RetryError, RollbackError};
use crate::engine::pipeline::RetryMode;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RetryRequest {
    pipeline_name: String,
    stage_name: String,
    pipeline_execution_id: String,
    retry_mode: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RollbackRequest {
    pipeline_name: String,
    stage_name: String,
    target_pipeline_execution_id: String,
}

pub(super) fn retry(context: &Arc<Context>, body: &[u8]) -> Result<Value, ApiError> {
    let request: RetryRequest = read(body)?;
    let mut limits = Limits::default();
    limits
        .name("pipelineName", &request.pipeline_name)
        .name("stageName", &request.stage_name)
        .id("pipelineExecutionId", &request.pipeline_execution_id)
        .one_of("retryMode", &request.retry_mode, &RetryMode::NAMES);
    limits.check()?;
    // What is none of the modes was refused above.
    let mode = RetryMode::named(&request.retry_mode).unwrap_or(RetryMode::FailedActions);
    let (pipeline, stage, id) = (&request.pipeline_name, &request.stage_name, &request.pipeline_execution_id);
    match execution::retry(context, (pipeline, stage), id, mode) {
        Ok(()) => Ok(json!({ "pipelineExecutionId": id })),
        Err(error) => Err(match &error {
            RetryError::PipelineNotFound(_) => ApiError::pipeline_not_found(pipeline),
            RetryError::StageNotFound(_) => ApiError::stage_not_found(pipeline, stage),
            // The operation has no error for an execution that is not there (CodePipeline API reference).
            RetryError::ExecutionNotFound(_) | RetryError::NotRetryable(_) => {
                ApiError::new("StageNotRetryableException", error.to_string())
            }
            RetryError::NotLatest(_) => ApiError::new("NotLatestPipelineExecutionException", error.to_string()),
        }),
    }
}

pub(super) fn roll_back(context: &Arc<Context>, caller: &Caller, body: &[u8]) -> Result<Value, ApiError> {
    let request: RollbackRequest = read(body)?;
    Limits::default()
        .name("pipelineName", &request.pipeline_name)
        .name("stageName", &request.stage_name)
        .id("targetPipelineExecutionId", &request.target_pipeline_execution_id)
        .check()?;
    let (pipeline, stage) = (&request.pipeline_name, &request.stage_name);
    let target = &request.target_pipeline_execution_id;
    match execution::roll_back(context, (pipeline, stage), target, &caller.arn) {
        Ok(id) => Ok(json!({ "pipelineExecutionId": id })),
        Err(error) => Err(match &error {
            RollbackError::PipelineNotFound(_) => ApiError::pipeline_not_found(pipeline),
            RollbackError::StageNotFound(_) => ApiError::stage_not_found(pipeline, stage),
            RollbackError::ExecutionNotFound(_) => ApiError::execution_not_found(pipeline, target),
            RollbackError::Outdated(_) => ApiError::new("PipelineExecutionOutdatedException", error.to_string()),
            RollbackError::Unable(_) => ApiError::new("UnableToRollbackStageException", error.to_string()),
        }),
    }
}
