//! The result calls. The client makes one try of each: more are made here, where each refusal is heard.

use aws_sdk_codepipeline::Client;
use aws_sdk_codepipeline::types::{ExecutionDetails, FailureDetails, FailureType};
use owed_answer::{Refusal, persist, refusal, within};
use tokio::time::Instant;

use crate::limits;
use crate::outcome::{Continuation, Failure, FailureKind, JobOutcome, Success};

/// The job has its result already, or is gone.
const NOBODY_WAITS: [&str; 2] = ["InvalidJobStateException", "JobNotFoundException"];

/// Sent where a failure has no text: AWS refuses an empty one.
const NO_MESSAGE: &str = "the job failed without saying why";

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
        call.send().await.map(drop).map_err(|error| refusal(&error, &NOBODY_WAITS))
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
        call.send().await.map(drop).map_err(|error| refusal(&error, &NOBODY_WAITS))
    })
    .await
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
