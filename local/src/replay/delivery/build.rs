//! Events of CodeBuild. They have phases and reasons in them, and say where the log is.

use serde_json::Value;

use super::owned;
use crate::standin::aws::Aws;

/// The end of the log of a build that failed.
const FAILED: [&str; 4] = [
    "[Container] 2026/11/25 10:00:00 Running command cargo test --locked\n",
    "test cart::tests::a_discount_is_taken_off ... FAILED\n",
    "error: test failed, to rerun pass `--lib`\n",
    "[Container] 2026/11/25 10:00:04 Phase complete: BUILD State: FAILED\n",
];

/// What an event says of a build.
#[derive(Debug, Clone)]
pub struct BuildEvent {
    /// The build's id: the project, a colon and a UUID.
    pub build: String,
    /// The log group and stream, when the build has a log.
    pub log: Option<(String, String)>,
    is_over_well: bool,
}

impl BuildEvent {
    /// Nothing when no build is named.
    pub(super) fn read(value: &Value) -> Option<Self> {
        let detail = &value["detail"];
        let arn = owned(&detail["build-id"])?;
        let logs = &detail["additional-information"]["logs"];
        Some(Self {
            build: arn.rsplit_once('/').map_or(arn.as_str(), |(_, id)| id).to_owned(),
            log: owned(&logs["group-name"]).zip(owned(&logs["stream-name"])),
            is_over_well: detail["build-status"] == "SUCCEEDED",
        })
    }

    /// Shows the build's log.
    pub(super) fn show(&self, aws: &Aws) -> String {
        match &self.log {
            Some((group, stream)) if !self.is_over_well => {
                aws.add_log(group, stream, &FAILED);
                format!("the log of build {} in {group}, which ends with a failed test", self.build)
            }
            _ => format!("build {}, of which the event says all", self.build),
        }
    }
}
