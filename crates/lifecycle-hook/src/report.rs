//! What is stored about a hook, so that whoever hears of a failed deployment can read why.

use std::str::FromStr;

use aws_call::{Aws, S3Location};
use owed_answer::{Deadline, Redaction};
use serde::Serialize;
use serde_json::Value;

/// Where reports go: a prefix in a bucket, as `s3://bucket/prefix`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportLocation(S3Location);

impl FromStr for ReportLocation {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// What is found out about a hook on the way to its status.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Notes {
    pub(crate) application: Option<String>,
    pub(crate) group: Option<String>,
    /// The ECS service as `cluster/service`, for ECS's own hooks.
    pub(crate) service: Option<String>,
    pub(crate) environment: Option<String>,
    pub(crate) lifecycle_event: Option<String>,
    pub(crate) version_under_test: Option<String>,
    pub(crate) revision: Option<String>,
    /// Whether the status depends on the checks. It does not in a rollback.
    pub(crate) gates: bool,
}

/// Everything gates until it is known to be a rollback's.
impl Default for Notes {
    fn default() -> Self {
        Self {
            application: None,
            group: None,
            service: None,
            environment: None,
            lifecycle_event: None,
            version_under_test: None,
            revision: None,
            gates: true,
        }
    }
}

/// The stored report.
#[derive(Debug, Serialize)]
pub(crate) struct HookReport<'a> {
    /// The id of the deployment, or of ECS's service deployment.
    pub(crate) deployment: &'a str,
    #[serde(flatten)]
    pub(crate) notes: &'a Notes,
    pub(crate) passed: bool,
    /// The status that is given: CodeDeploy's or ECS's word.
    pub(crate) status: &'a str,
    pub(crate) summary: &'a str,
    /// The checks' own report, where they ran.
    pub(crate) report: &'a Value,
}

impl HookReport<'_> {
    /// Stores the report as `<prefix>/<deployment>/<name>.json`. A report that cannot be stored costs a warning, never
    /// the status.
    pub(crate) async fn store(
        &self,
        aws: &Aws,
        location: Option<&ReportLocation>,
        name: &str,
        redaction: &Redaction,
        deadline: &Deadline,
    ) {
        let Some(ReportLocation(prefix)) = location else {
            tracing::warn!("the report of the hook is not stored: the function has no usable REPORT_LOCATION");
            return;
        };
        let location = prefix.join(&format!("{}/{name}.json", self.deployment));
        let text = match serde_json::to_string_pretty(self) {
            Ok(text) => redaction.apply(&text),
            Err(error) => {
                tracing::warn!("the report of the hook cannot be written as JSON: {error}");
                return;
            }
        };
        let stored = aws.put_object(&location, "application/json", text.into());
        match tokio::time::timeout_at(deadline.stored_by, stored).await {
            Ok(Ok(())) => tracing::info!(report = %location, "stored the report"),
            Ok(Err(error)) => tracing::warn!(report = %location, "the report {location} cannot be stored: {error}"),
            Err(_) => {
                tracing::warn!(report = %location, "the report {location} could not be stored in the time left for it");
            }
        }
    }
}
