//! The APIs of CodePipeline, CodeBuild and CodeDeploy (AWS JSON 1.1), as far as the functions and the template need them.
//!
//! Requests come from the emulator, which has checked their signatures. What is not known here is refused by name and
//! told to the observers.

mod action_executions;
mod approval;
mod caller;
mod codebuild;
mod codedeploy;
mod error;
mod executions;
mod job_details;
mod job_results;
mod page;
mod pipeline_state;
mod pipelines;
mod request;
mod stages;
mod start_stop;
mod transitions;

use std::sync::Arc;

use axum::body::Bytes;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use jiff::Timestamp;
use serde_json::{Value, json};

use self::caller::Caller;
use self::error::ApiError;
use super::context::Context;
use super::event::EventKind;

/// Answers a call of `service`, e.g. `codepipeline`.
pub(super) async fn handle(context: &Arc<Context>, service: &str, headers: &HeaderMap, body: &Bytes) -> Response {
    let (status, shown) = match answer(context, service, headers, body).await {
        Ok(shown) => (StatusCode::OK, shown),
        Err(error) => (error.status(), error.content()),
    };
    let content_type = [(header::CONTENT_TYPE, "application/x-amz-json-1.1")];
    (status, content_type, shown.to_string()).into_response()
}

async fn answer(context: &Arc<Context>, service: &str, headers: &HeaderMap, body: &Bytes) -> Result<Value, ApiError> {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    let operation = target.rsplit('.').next().unwrap_or_default();
    let unknown = || {
        context.emit(EventKind::UnknownOperation { service: service.to_owned(), operation: operation.to_owned() });
        ApiError::unknown_operation(service, operation)
    };
    if service == "codedeploy" {
        let operation = codedeploy::Operation::named(operation).ok_or_else(unknown)?;
        return codedeploy::answer(context, operation, headers, body).await;
    }
    if service == "codebuild" {
        let operation = codebuild::Operation::named(operation).ok_or_else(unknown)?;
        return codebuild::answer(context, operation, headers, body).await;
    }
    let known = (service == "codepipeline").then(|| about(operation)).flatten();
    let about = known.ok_or_else(unknown)?;
    let caller = Caller::from_headers(headers)?;
    let action = format!("codepipeline:{operation}");
    caller::authorise(context, &caller, &action, &about.resource(&caller, body), body).await?;
    match operation {
        "DisableStageTransition" => transitions::disable(context, &caller, body),
        "EnableStageTransition" => transitions::enable(context, body),
        "GetJobDetails" => job_details::get(context, body),
        "GetPipeline" => pipelines::get(context, body),
        "GetPipelineExecution" => executions::get(context, body),
        "GetPipelineState" => pipeline_state::get(context, body),
        "ListActionExecutions" => action_executions::list(context, body),
        "ListPipelineExecutions" => executions::list(context, body),
        "ListPipelines" => pipelines::list(context, body),
        "PutApprovalResult" => approval::put(context, &caller, body),
        "PutJobFailureResult" => job_results::failure(context, body),
        "PutJobSuccessResult" => job_results::success(context, body),
        "RetryStageExecution" => stages::retry(context, body),
        "RollbackStage" => stages::roll_back(context, &caller, body),
        "StartPipelineExecution" => start_stop::start(context, &caller, body),
        _ => start_stop::stop(context, body),
    }
}

/// What a call is about, for IAM.
enum About {
    /// The pipeline that this member of the request names.
    Pipeline(&'static str),
    /// The stage that the request names.
    Stage,
    /// The action that the request names.
    Action,
    /// Every pipeline of the account.
    Pipelines,
    /// No resource: IAM knows none for these actions.
    Nothing,
}

fn about(operation: &str) -> Option<About> {
    Some(match operation {
        "GetPipeline" | "GetPipelineState" | "StartPipelineExecution" => About::Pipeline("name"),
        "GetPipelineExecution" | "ListActionExecutions" | "ListPipelineExecutions" | "StopPipelineExecution" => {
            About::Pipeline("pipelineName")
        }
        "DisableStageTransition" | "EnableStageTransition" | "RetryStageExecution" | "RollbackStage" => About::Stage,
        "PutApprovalResult" => About::Action,
        "ListPipelines" => About::Pipelines,
        "GetJobDetails" | "PutJobFailureResult" | "PutJobSuccessResult" => About::Nothing,
        _ => return None,
    })
}

impl About {
    fn resource(&self, caller: &Caller, body: &[u8]) -> String {
        let arn = |name: &str| format!("arn:aws:codepipeline:{}:{}:{name}", caller.region, caller.account);
        // A body that cannot be read is refused afterwards, if the caller may call at all.
        let names = |members: &[&str]| {
            let body: Value = serde_json::from_slice(body).unwrap_or_default();
            let names: Vec<&str> = members.iter().map(|member| body[member].as_str().unwrap_or("*")).collect();
            arn(&names.join("/"))
        };
        match self {
            Self::Pipeline(member) => names(&[member]),
            Self::Stage => names(&["pipelineName", "stageName"]),
            Self::Action => names(&["pipelineName", "stageName", "actionName"]),
            Self::Pipelines => arn("*"),
            Self::Nothing => "*".to_owned(),
        }
    }
}

/// A point in time as JSON 1.1 has it: seconds since 1970, with a fraction.
fn seconds(time: Timestamp) -> Value {
    json!(time.as_duration().as_secs_f64())
}
