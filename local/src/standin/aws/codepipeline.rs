//! CodePipeline's side of a job: which results it takes, and when.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::answer::{ServiceError, json_response};
use super::job_result_model::{failure_result, success_result};
use super::pipelines;
use super::state::State;

/// A result that a job was given.
#[derive(Debug, Clone, PartialEq)]
pub enum JobResult {
    /// `PutJobSuccessResult` with a continuation token: the job goes on later. The value is the request's body.
    Continued(Value),
    /// `PutJobSuccessResult`: the action succeeded.
    Succeeded(Value),
    /// `PutJobFailureResult`: the action failed.
    Failed(Value),
}

impl JobResult {
    /// Whether the job has ended by it.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        !matches!(self, Self::Continued(_))
    }
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JobState {
    InProgress,
    Ended,
}

/// Answers an operation that CodePipeline has and a function may call.
pub(super) fn answer(state: &mut State, operation: &str, body: &[u8]) -> Result<Response<Bytes>, ServiceError> {
    if let Some(answer) = pipelines::answer(state, operation, body) {
        return answer;
    }
    let result = match operation {
        "PutJobSuccessResult" => {
            let request = success_result(body)?;
            if request["continuationToken"].is_string() {
                JobResult::Continued(request)
            } else {
                JobResult::Succeeded(request)
            }
        }
        "PutJobFailureResult" => JobResult::Failed(failure_result(body)?),
        _ => return Err(ServiceError::unknown_operation(operation)),
    };
    let (JobResult::Continued(request) | JobResult::Succeeded(request) | JobResult::Failed(request)) = &result;
    let id = request["jobId"].as_str().unwrap_or_default().to_owned();
    match state.jobs.get(&id) {
        None => {
            let message = format!("The job with id {id} was not found.");
            return Err(ServiceError::client("JobNotFoundException", message));
        }
        Some(JobState::Ended) => {
            // AWS documents the error and not its words.
            let message = format!("The job with id {id} is not in progress.");
            return Err(ServiceError::client("InvalidJobStateException", message));
        }
        Some(JobState::InProgress) => {}
    }
    // CodePipeline gives the continuation a job of its own: this one takes no second result either.
    state.jobs.insert(id.clone(), JobState::Ended);
    state.results.push((id, result));
    Ok(json_response(StatusCode::OK, &json!({})))
}
