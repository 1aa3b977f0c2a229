//! What a refused call of CodeDeploy means for a hook.

use std::error::Error;

use aws_sdk_codedeploy::config::http::HttpResponse;
use aws_sdk_codedeploy::error::{ProvideErrorMetadata, SdkError};
use owed_answer::{Refusal, refusal};

use crate::outcome::{FailureKind, HookFailure};

/// The failure of a call; `what` says what could not be done.
pub(crate) fn of<E>(what: &str, error: &SdkError<E, HttpResponse>) -> HookFailure
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let (kind, reason) = match refusal(error, &[]) {
        Refusal::Transient(reason) => (FailureKind::Unavailable, reason),
        Refusal::Final { reason, access_denied: true } => (FailureKind::Permission, reason),
        Refusal::Final { reason, .. } | Refusal::Answered(reason) => (FailureKind::Configuration, reason),
    };
    HookFailure::new(kind, format!("{what}: {reason}"))
}
