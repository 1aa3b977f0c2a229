//! Why nothing could be closed. Lambda sees it, and its dead-letter queue keeps the record.

use lifecycle_hook::HookError;
use pipeline_job::JobError;

/// Why nothing was closed. No text quotes the record: it holds a job's credentials.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CloseError {
    #[error("the event is no record of a failed invocation: it has no \"requestPayload\" that is a JSON object")]
    NotARecord,
    #[error(
        "the failed invocation owed nobody an answer that is known: its payload is neither a job of CodePipeline nor a \
         lifecycle hook"
    )]
    UnknownPayload,
    #[error(transparent)]
    Job(#[from] JobError),
    #[error(transparent)]
    Hook(#[from] HookError),
}
