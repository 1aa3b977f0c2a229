//! The result calls.

use std::error::Error;
use std::time::Duration;

use aws_call::causes;
use aws_sdk_codepipeline::Client;
use aws_sdk_codepipeline::config::http::HttpResponse;
use aws_sdk_codepipeline::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_codepipeline::types::{ExecutionDetails, FailureDetails, FailureType};
use tokio::time::Instant;

use crate::limits::{self, within};
use crate::outcome::{Continuation, Failure, FailureKind, JobOutcome, Success};

/// The wait after the SDK's own tries have failed; it doubles up to `LONGEST_WAIT`.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// Sent where a failure has no text: AWS refuses an empty one.
const NO_MESSAGE: &str = "the job failed without saying why";

/// How a result call ended that CodePipeline did not accept.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The job has its result already, or is gone: there is nothing left to answer.
    Answered(String),
    /// Another try may be accepted.
    Transient(String),
    /// No try will be accepted.
    Final { reason: String, access_denied: bool },
}

/// Sends the result of a job that did not fail, again and again until it is accepted, refused or `until` is over.
pub(crate) async fn success(client: &Client, id: &str, outcome: &JobOutcome, until: Instant) -> Result<(), Refusal> {
    persist(until, || async {
        let call = client.put_job_success_result().job_id(id);
        let call = match outcome {
            JobOutcome::Succeeded(success) => {
                let Success { summary, variables, external_execution_id, .. } = success;
                variables
                    .iter()
                    .fold(call, |call, (name, value)| call.output_variables(name, value))
                    .set_execution_details(details(summary, external_execution_id.as_deref(), None))
            }
            JobOutcome::InProgress(continuation) => {
                let Continuation { token, summary, percent_complete, external_execution_id } = continuation;
                call.continuation_token(token).set_execution_details(details(
                    summary,
                    external_execution_id.as_deref(),
                    *percent_complete,
                ))
            }
        };
        call.send().await.map(drop).map_err(|error| refusal(&error))
    })
    .await
}

/// Sends a failure, again and again until it is accepted, refused or `until` is over.
pub(crate) async fn failure(client: &Client, id: &str, failure: &Failure, until: Instant) -> Result<(), Refusal> {
    let kind = match failure.kind {
        FailureKind::JobFailed => FailureType::JobFailed,
        FailureKind::ConfigurationError => FailureType::ConfigurationError,
        FailureKind::PermissionError => FailureType::PermissionError,
        FailureKind::SystemUnavailable => FailureType::SystemUnavailable,
    };
    let message = within(&failure.message, limits::MESSAGE).unwrap_or_else(|| NO_MESSAGE.to_owned());
    let details = FailureDetails::builder()
        .r#type(kind)
        .message(message)
        .set_external_execution_id(external_id(failure.external_execution_id.as_deref()))
        .build()
        .map_err(|error| Refusal::Final { reason: error.to_string(), access_denied: false })?;
    persist(until, || async {
        let call = client.put_job_failure_result().job_id(id).failure_details(details.clone());
        call.send().await.map(drop).map_err(|error| refusal(&error))
    })
    .await
}

/// Repeats `call` while it is refused for a passing reason and time is left.
async fn persist<F: Future<Output = Result<(), Refusal>>>(until: Instant, call: impl Fn() -> F) -> Result<(), Refusal> {
    let mut wait = FIRST_WAIT;
    let mut last = "no time was left for the call".to_owned();
    loop {
        match tokio::time::timeout_at(until, call()).await {
            Ok(Err(Refusal::Transient(reason))) => {
                tracing::warn!(reason, "the result call failed and is tried again");
                last = reason;
            }
            Ok(end) => return end,
            Err(_) => return Err(Refusal::Transient(last)),
        }
        if tokio::time::timeout_at(until, tokio::time::sleep(wait)).await.is_err() {
            return Err(Refusal::Transient(last));
        }
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

fn refusal<E>(error: &SdkError<E, HttpResponse>) -> Refusal
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let server_failed = error.raw_response().is_some_and(|response| response.status().is_server_error());
    match error {
        SdkError::ConstructionFailure(_) => Refusal::Final { reason: causes(error), access_denied: false },
        SdkError::ServiceError(refused) => {
            let code = refused.err().code().unwrap_or("an error without a code");
            let reason = format!("{code}: {}", refused.err().message().unwrap_or("no message"));
            match code {
                "InvalidJobStateException" | "JobNotFoundException" => Refusal::Answered(reason),
                "ThrottlingException" | "Throttling" | "TooManyRequestsException" | "RequestLimitExceeded" => {
                    Refusal::Transient(reason)
                }
                _ if server_failed => Refusal::Transient(reason),
                _ => Refusal::Final { access_denied: code.starts_with("AccessDenied"), reason },
            }
        }
        // No answer, or one that is not CodePipeline's: a gateway's error page, say.
        _ => Refusal::Transient(causes(error)),
    }
}

fn details(summary: &str, external_execution_id: Option<&str>, percent: Option<u8>) -> Option<ExecutionDetails> {
    let summary = within(summary, limits::SUMMARY);
    let external_execution_id = external_id(external_execution_id);
    if summary.is_none() && external_execution_id.is_none() && percent.is_none() {
        return None;
    }
    let details = ExecutionDetails::builder()
        .set_summary(summary)
        .set_external_execution_id(external_execution_id)
        .set_percent_complete(percent.map(|percent| i32::from(percent.min(100))))
        .build();
    Some(details)
}

fn external_id(id: Option<&str>) -> Option<String> {
    id.and_then(|id| within(id, limits::EXTERNAL_EXECUTION_ID))
}
