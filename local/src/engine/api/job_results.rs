//! `PutJobSuccessResult` and `PutJobFailureResult`: what a function says of its job.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::error::ApiError;
use super::request::{Limits, read};
use crate::engine::context::Context;
use crate::engine::jobs::{Details, JobResult, Rejection};
use crate::engine::pipeline::is_name;
use crate::engine::record::CurrentRevision;

/// All output variables of one action together, names and values, in bytes (CodePipeline quotas).
const OUTPUT_VARIABLES_LIMIT: usize = 122_880;

const FAILURE_TYPES: [&str; 6] = [
    "JobFailed",
    "ConfigurationError",
    "PermissionError",
    "RevisionOutOfSync",
    "RevisionUnavailable",
    "SystemUnavailable",
];

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SuccessRequest {
    job_id: String,
    continuation_token: Option<String>,
    current_revision: Option<RevisionRequest>,
    execution_details: Option<DetailsRequest>,
    output_variables: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RevisionRequest {
    revision: String,
    change_identifier: String,
    created: Option<f64>,
    revision_summary: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DetailsRequest {
    summary: Option<String>,
    external_execution_id: Option<String>,
    percent_complete: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct FailureRequest {
    job_id: String,
    failure_details: FailureDetails,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct FailureDetails {
    r#type: String,
    message: String,
    external_execution_id: Option<String>,
}

pub(super) fn success(context: &Arc<Context>, body: &[u8]) -> Result<Value, ApiError> {
    let (job, result) = read_success(body)?;
    hand_over(context, &job, result)
}

pub(super) fn failure(context: &Arc<Context>, body: &[u8]) -> Result<Value, ApiError> {
    let (job, result) = read_failure(body)?;
    hand_over(context, &job, result)
}

fn hand_over(context: &Context, job: &str, result: JobResult) -> Result<Value, ApiError> {
    match context.state().jobs.answer(job, result) {
        Ok(_) => Ok(json!({})),
        Err(Rejection::Unknown) => {
            Err(ApiError::new("JobNotFoundException", format!("The job with id {job} was not found.")))
        }
        // AWS documents the error and not its words.
        Err(Rejection::NotInProgress) => {
            Err(ApiError::new("InvalidJobStateException", format!("The job with id {job} is not in progress.")))
        }
    }
}

fn read_success(body: &[u8]) -> Result<(String, JobResult), ApiError> {
    let request: SuccessRequest = read(body)?;
    let details = request.execution_details.unwrap_or_default();
    let variables = request.output_variables;
    let mut limits = Limits::default();
    limits
        .id("jobId", &request.job_id)
        .optional("continuationToken", request.continuation_token.as_ref(), 1, 2048)
        .optional("executionDetails.summary", details.summary.as_ref(), 1, 2048)
        .optional("executionDetails.externalExecutionId", details.external_execution_id.as_ref(), 1, 1500)
        .range("executionDetails.percentComplete", details.percent_complete, 0, 100);
    if let Some(revision) = &request.current_revision {
        limits
            .length("currentRevision.revision", &revision.revision, 1, 1500)
            .length("currentRevision.changeIdentifier", &revision.change_identifier, 1, 100)
            .optional("currentRevision.revisionSummary", revision.revision_summary.as_ref(), 1, 2048);
    }
    if let Some(variables) = &variables {
        limits.pattern("outputVariables", "[A-Za-z0-9@\\-_]+", variables.keys().all(|name| is_name(name)));
    }
    limits.check()?;
    if request.continuation_token.is_some() && variables.is_some() {
        let message = "outputVariables cannot be given together with a continuationToken";
        return Err(ApiError::validation(message));
    }
    let variables = variables.unwrap_or_default();
    let size: usize = variables.iter().map(|(name, value)| name.len() + value.len()).sum();
    if size > OUTPUT_VARIABLES_LIMIT {
        let message = format!("the output variables have {size} bytes; {OUTPUT_VARIABLES_LIMIT} are allowed");
        return Err(ApiError::new("OutputVariablesSizeExceededException", message));
    }
    let details = Details {
        summary: details.summary,
        external_execution_id: details.external_execution_id,
        percent_complete: details.percent_complete.and_then(|percent| u8::try_from(percent).ok()),
        revision: request.current_revision.map(|revision| CurrentRevision {
            revision: revision.revision,
            change_identifier: revision.change_identifier,
            created: revision.created,
            summary: revision.revision_summary,
        }),
    };
    let result = match request.continuation_token {
        Some(token) => JobResult::Continued { token, details },
        None => JobResult::Succeeded { details, output_variables: variables },
    };
    Ok((request.job_id, result))
}

fn read_failure(body: &[u8]) -> Result<(String, JobResult), ApiError> {
    let request: FailureRequest = read(body)?;
    let details = request.failure_details;
    Limits::default()
        .id("jobId", &request.job_id)
        .one_of("failureDetails.type", &details.r#type, &FAILURE_TYPES)
        .length("failureDetails.message", &details.message, 1, 5000)
        .optional("failureDetails.externalExecutionId", details.external_execution_id.as_ref(), 1, 1500)
        .check()?;
    let result = JobResult::Failed {
        code: details.r#type,
        message: details.message,
        external_execution_id: details.external_execution_id,
    };
    Ok((request.job_id, result))
}

#[cfg(test)]
#[path = "job_results_tests.rs"]
mod tests;
