//! Why a build failed: its phase, what CodeBuild says about it, the tests that failed, and the end of its log.

use alert::Reason;
use aws_call::Service;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::sources::{Gap, Sources, ask, log, owned};

/// What is known of a failed build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Build {
    pub(crate) project: String,
    pub(crate) phase: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) log: Option<LogPlace>,
    /// The ARNs of its reports.
    pub(crate) reports: Vec<String>,
    /// The log in the console.
    pub(crate) link: Option<String>,
}

/// A log stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LogPlace {
    pub(crate) group: String,
    pub(crate) stream: String,
}

impl Sources {
    /// The build `id`, which is the project, a colon and a UUID.
    pub(crate) async fn build(&self, id: &str, by: Instant) -> Result<Build, Gap> {
        let read = async {
            let input = json!({ "ids": [id] });
            let call = self.aws.call_json(Service::CodeBuild, "CodeBuild_20161006.BatchGetBuilds", &input);
            let answer = call.await.map_err(|error| error.to_string())?;
            Build::read(&answer["builds"][0]).ok_or_else(|| format!("CodeBuild does not know {id}"))
        };
        ask("the build", by, read).await
    }

    /// Why the build failed, with the gaps that its log and its reports leave.
    pub(crate) async fn build_reason(&self, build: &Build, by: Instant) -> (Reason, Vec<Gap>) {
        let log = async {
            match &build.log {
                Some(place) => self.log_tail(place, by).await,
                None => Ok(Vec::new()),
            }
        };
        let (log, tests) = tokio::join!(log, self.failed_tests(&build.reports, by));
        let mut gaps = Vec::new();
        let mut known = |lines: Result<Vec<String>, Gap>| {
            lines.unwrap_or_else(|gap| {
                gaps.push(gap);
                Vec::new()
            })
        };
        let (log, tests) = (known(log), known(tests));
        let (project, phase, message) = (build.project.clone(), build.phase.clone(), build.message.clone());
        (Reason::Build { project, phase, message, tests, log }, gaps)
    }

    async fn log_tail(&self, place: &LogPlace, by: Instant) -> Result<Vec<String>, Gap> {
        let read = async {
            let input = json!({
                "logGroupName": place.group,
                "logStreamName": place.stream,
                "limit": log::EVENTS,
                "startFromHead": false,
            });
            let call = self.aws.call_json(Service::Logs, "Logs_20140328.GetLogEvents", &input);
            let answer = call.await.map_err(|error| error.to_string())?;
            let events = answer["events"].as_array().map(Vec::as_slice).unwrap_or_default();
            Ok(log::telling(events.iter().filter_map(|event| event["message"].as_str())))
        };
        ask("the log of the build", by, read).await
    }
}

impl Build {
    fn read(build: &Value) -> Option<Self> {
        let text = |value: &Value| owned(value.as_str());
        let phases = build["phases"].as_array().map(Vec::as_slice).unwrap_or_default();
        let failed = phases.iter().find(|phase| {
            matches!(phase["phaseStatus"].as_str(), Some("FAILED" | "FAULT" | "TIMED_OUT" | "CLIENT_ERROR"))
        });
        let contexts = failed.and_then(|phase| phase["contexts"].as_array()).map(Vec::as_slice).unwrap_or_default();
        let logs = &build["logs"];
        Some(Self {
            project: text(&build["projectName"])?,
            phase: failed.and_then(|phase| text(&phase["phaseType"])),
            message: contexts.iter().find_map(|context| text(&context["message"])),
            log: text(&logs["groupName"])
                .zip(text(&logs["streamName"]))
                .map(|(group, stream)| LogPlace { group, stream }),
            reports: build["reportArns"].as_array().into_iter().flatten().filter_map(&text).collect(),
            link: text(&logs["deepLink"]).filter(|link| link.starts_with("https://")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_phase_that_failed_tells_why() {
        let build = json!({
            "projectName": "shop",
            "phases": [
                {"phaseType": "INSTALL", "phaseStatus": "SUCCEEDED", "contexts": [{"message": ""}]},
                {"phaseType": "BUILD", "phaseStatus": "FAILED", "contexts": [
                    {"statusCode": "COMMAND_EXECUTION_ERROR", "message": "Error while executing command: cargo test"}
                ]},
                {"phaseType": "POST_BUILD", "phaseStatus": "FAILED", "contexts": [{"message": "later"}]},
                {"phaseType": "COMPLETED"},
            ],
            "logs": {"groupName": "g", "streamName": "s", "deepLink": "https://x"},
            "reportArns": ["arn:1", null, "arn:2"],
        });
        let read = Build::read(&build).unwrap();
        assert_eq!(read.phase.as_deref(), Some("BUILD"));
        assert_eq!(read.message.as_deref(), Some("Error while executing command: cargo test"));
        assert_eq!(read.log, Some(LogPlace { group: "g".to_owned(), stream: "s".to_owned() }));
        assert_eq!(read.reports, ["arn:1", "arn:2"]);
        for (build, expected) in [
            (json!({"projectName": "shop"}), true),
            (json!({"projectName": "shop", "phases": null, "logs": {"groupName": "g"}}), true),
            (json!({"phases": []}), false),
            (json!(null), false),
        ] {
            assert_eq!(Build::read(&build).is_some(), expected, "{build}");
        }
    }
}
