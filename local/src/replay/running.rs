//! One event through a function's binary, against the stand-in for AWS.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use super::ReplayError;
use crate::standin::aws::{Aws, AwsSettings};
use crate::standin::{Credentials, Function, FunctionSettings, INIT_LIMIT, Invocation};

/// The region that everything claims to be in.
const REGION: &str = "us-east-1";

/// Time and memory of the function. The time is shorter than in the template: nobody waits minutes for a replay.
const TIMEOUT: Duration = Duration::from_mins(1);
const MEMORY_MEGABYTES: u32 = 256;

/// A stand-in that expects the function's role and, for artifacts, a job's credentials.
pub(super) fn aws_settings(job_credentials: Credentials) -> AwsSettings {
    AwsSettings { region: REGION.to_owned(), function_credentials: function_credentials(), job_credentials }
}

/// What stands for a job's credentials where there is no job. Nothing is signed with them.
pub(super) fn no_job() -> Credentials {
    Credentials::session("ASIANOJOBEXAMPLE", "example-job-secret", "example-job-token")
}

/// Sends the event, and gives how the invocation ended and what the function logged.
pub(super) async fn invoke(
    binary: PathBuf,
    name: &str,
    mut environment: BTreeMap<String, String>,
    aws: &Aws,
    event: &[u8],
) -> Result<(Invocation, String), ReplayError> {
    environment.insert("AWS_ENDPOINT_URL".to_owned(), aws.url());
    environment.insert("LOG_LEVEL".to_owned(), "info".to_owned());
    let mut function = Function::new(FunctionSettings {
        binary,
        arguments: Vec::new(),
        name: name.to_owned(),
        region: REGION.to_owned(),
        memory_megabytes: MEMORY_MEGABYTES,
        timeout: TIMEOUT,
        slack: Duration::ZERO,
        init_limit: INIT_LIMIT,
        credentials: function_credentials(),
        environment,
    })
    .await?;
    let invocation = function.invoke(event).await?;
    Ok((invocation, function.stop().await))
}

fn function_credentials() -> Credentials {
    Credentials::session("ASIAFUNCTIONEXAMPLE", "example-function-secret", "example-token")
}
