//! Where reasons come from. A source that cannot be read costs its line in the alert, never the alert.

pub(crate) mod actions;
pub(crate) mod approval;
pub(crate) mod attempt;
pub(crate) mod build;
pub(crate) mod checks;
pub(crate) mod deployment;
pub(crate) mod execution;
pub(crate) mod hook_report;
mod log;
pub(crate) mod owner;
pub(crate) mod revision;
pub(crate) mod stage;
pub(crate) mod targets;
mod tested;

use std::error::Error;
use std::time::Duration;

use aws_call::{Aws, S3Location, causes};
use aws_sdk_codepipeline::config::http::HttpResponse;
use aws_sdk_codepipeline::error::{ProvideErrorMetadata, SdkError};
use function_setup::AwsSetup;
use jiff::Timestamp;
use tokio::time::Instant;

use crate::config::Config;
use crate::watch::Watch;

/// One source. AWS answers within a second; what hangs would hold up the alert.
const TIME_LIMIT: Duration = Duration::from_secs(4);

/// The services that are asked. Made once, before the first event.
pub(crate) struct Sources {
    codepipeline: aws_sdk_codepipeline::Client,
    codedeploy: aws_sdk_codedeploy::Client,
    aws: Aws,
    reports: Option<S3Location>,
    watch: Watch,
}

impl Sources {
    pub(crate) fn new(setup: &AwsSetup, config: &Config) -> Self {
        Self {
            codepipeline: setup.codepipeline(),
            codedeploy: setup.codedeploy(),
            aws: setup.aws.clone(),
            reports: config.reports.clone(),
            watch: config.watch.clone(),
        }
    }
}

/// What could not be found out, as the alert says it: `the log of the build: AccessDeniedException: ...`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Gap(pub(crate) String);

/// The answer of a source, or the gap that `what` leaves. It ends by `by`, and within seconds anyway.
async fn ask<T>(what: &str, by: Instant, source: impl Future<Output = Result<T, String>>) -> Result<T, Gap> {
    let answer = tokio::time::timeout_at(by.min(Instant::now() + TIME_LIMIT), source).await;
    answer.unwrap_or_else(|_| Err("no answer in the time there was".to_owned())).map_err(|reason| {
        tracing::warn!(source = what, "{what} cannot be read: {reason}");
        Gap(format!("{what}: {reason}"))
    })
}

/// Why a call of an SDK's client failed.
fn reason<E>(error: &SdkError<E, HttpResponse>) -> String
where
    E: ProvideErrorMetadata + Error + 'static,
{
    match (error.code(), error.message()) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code.to_owned(),
        (None, _) => causes(error),
    }
}

fn timestamp(time: &aws_smithy_types::DateTime) -> Option<Timestamp> {
    Timestamp::from_millisecond(time.to_millis().ok()?).ok()
}

fn owned(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}
