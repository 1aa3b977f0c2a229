//! CodeBuild: state changes of builds
//! (<https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications.html>).

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::state_change::{Origin, StateChange};

/// A build that changes its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// The project's name.
    pub project: String,
    /// The second half of the build's id, a UUID, which also names its log stream.
    pub id: String,
    /// The how manieth build of the project it is.
    pub number: u32,
    /// `IN_PROGRESS`, `SUCCEEDED`, `FAILED`, `STOPPED`, `TIMED_OUT` or `FAULT`.
    pub status: &'static str,
    /// Who started it, e.g. `codepipeline/storefront`.
    pub initiator: String,
    /// The project's image.
    pub image: String,
    /// The environment variables that are no secrets: name and value.
    pub variables: Vec<(String, String)>,
    /// The project's time-out.
    pub timeout_minutes: u32,
    /// The version of the sources.
    pub source_version: String,
    /// The ARN of the artifact's object, once it was uploaded.
    pub artifact: Option<String>,
    /// When it started.
    pub started: Timestamp,
    /// The phases that it has entered.
    pub phases: Vec<BuildPhase>,
}

/// A phase of a build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildPhase {
    /// Its name, e.g. `POST_BUILD`.
    pub name: String,
    /// How it ended; nothing while it lasts, and of `COMPLETED`, which has no end.
    pub ended: Option<(&'static str, Timestamp)>,
    /// When it began.
    pub started: Timestamp,
    /// Why it failed: status code, colon and reason.
    pub context: Option<String>,
}

/// A state change of a build that CodePipeline started.
#[must_use]
pub fn build_state_change(origin: &Origin, build: &Build, at: Timestamp) -> StateChange {
    let Origin { account, region } = origin;
    let arn = format!("arn:aws:codebuild:{region}:{account}:build/{}:{}", build.project, build.id);
    let current = build.phases.last();
    let detail = json!({
        "build-status": build.status,
        "project-name": build.project,
        "build-id": arn,
        "additional-information": additional(region, build),
        "current-phase": current.map_or("SUBMITTED", |phase| phase.name.as_str()),
        // A list as text, unlike those of the phases.
        "current-phase-context": json!(context(current)).to_string(),
        "version": "1",
    });
    StateChange {
        source: "aws.codebuild",
        detail_type: "CodeBuild Build State Change",
        resources: vec![arn],
        at,
        detail: members(detail),
    }
}

fn additional(region: &str, build: &Build) -> Value {
    let Build { project, id, .. } = build;
    let group = format!("/aws/codebuild/{project}");
    let variables: Vec<Value> = build
        .variables
        .iter()
        .map(|(name, value)| json!({ "name": name, "type": "PLAINTEXT", "value": value }))
        .collect();
    let artifact: Map<String, Value> = build.artifact.iter().map(|arn| ("location".to_owned(), json!(arn))).collect();
    json!({
        "artifact": artifact,
        "environment": {
            "image": build.image,
            "privileged-mode": false,
            "compute-type": "BUILD_GENERAL1_SMALL",
            "type": "LINUX_CONTAINER",
            "environment-variables": variables,
        },
        "timeout-in-minutes": f64::from(build.timeout_minutes),
        "build-complete": build.status != "IN_PROGRESS",
        "build-number": f64::from(build.number),
        "initiator": build.initiator,
        "build-start-time": time(build.started),
        "source": { "type": "CODEPIPELINE" },
        "source-version": build.source_version,
        "logs": {
            "group-name": group,
            "stream-name": id,
            "deep-link": format!(
                "https://console.aws.amazon.com/cloudwatch/home?region={region}#logEvent:group={group};stream={id}"
            ),
        },
        "phases": build.phases.iter().map(phase).collect::<Vec<_>>(),
    })
}

fn phase(phase: &BuildPhase) -> Value {
    let mut members = members(json!({ "start-time": time(phase.started), "phase-type": phase.name }));
    if let Some((status, ended)) = phase.ended {
        let whole_seconds = i32::try_from(ended.duration_since(phase.started).as_secs()).unwrap_or(i32::MAX);
        members.insert("phase-context".to_owned(), json!(context(Some(phase))));
        members.insert("end-time".to_owned(), json!(time(ended)));
        members.insert("duration-in-seconds".to_owned(), json!(f64::from(whole_seconds)));
        members.insert("phase-status".to_owned(), json!(status));
    }
    Value::Object(members)
}

fn context(phase: Option<&BuildPhase>) -> Vec<&str> {
    phase.and_then(|phase| phase.context.as_deref()).into_iter().collect()
}

fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// `Sep 1, 2017 4:12:29 PM`.
fn time(at: Timestamp) -> String {
    at.strftime("%b %-d, %Y %-I:%M:%S %p").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_codebuild_writes_them() {
        let table = [
            ("2017-09-01T16:12:29Z", "Sep 1, 2017 4:12:29 PM"),
            ("2019-12-13T00:02:09.9Z", "Dec 13, 2019 12:02:09 AM"),
            ("2019-12-13T12:00:00Z", "Dec 13, 2019 12:00:00 PM"),
        ];
        for (at, expected) in table {
            assert_eq!(time(at.parse().unwrap()), expected);
        }
    }
}
