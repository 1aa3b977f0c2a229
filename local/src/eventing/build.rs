//! CodeBuild: state changes of builds
//! (<https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications.html>).

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::state_change::StateChange;
use crate::engine::{BuildPhase, BuildRecord};

/// A state change of a build that CodePipeline started.
#[must_use]
pub fn build_state_change(build: &BuildRecord, at: Timestamp) -> StateChange {
    let arn = build.arn();
    let current = build.phases.last();
    let detail = json!({
        "build-status": build.status_text(),
        "project-name": build.project,
        "build-id": arn,
        "additional-information": additional(build),
        "current-phase": current.map_or("SUBMITTED", |phase| phase.name),
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

fn additional(build: &BuildRecord) -> Value {
    let variables: Vec<Value> = build
        .variables
        .iter()
        .map(|(name, value)| json!({ "name": name, "type": "PLAINTEXT", "value": value }))
        .collect();
    // Before it was uploaded, there is no place to tell.
    let artifact = build.artifact.iter().filter(|_| build.status.is_some());
    let artifact: Map<String, Value> = artifact
        .map(|artifact| ("location".to_owned(), json!(format!("arn:aws:s3:::{}/{}", artifact.bucket, artifact.key))))
        .collect();
    let logs = build.log.as_ref().map_or_else(Map::new, |(group, stream)| {
        members(json!({ "group-name": group, "stream-name": stream, "deep-link": build.log_link() }))
    });
    json!({
        "artifact": artifact,
        "environment": {
            "image": build.image,
            "privileged-mode": build.privileged,
            "compute-type": build.compute_type,
            "type": build.container,
            "environment-variables": variables,
        },
        "timeout-in-minutes": f64::from(build.timeout_minutes),
        "build-complete": build.ended.is_some(),
        "build-number": f64::from(u32::try_from(build.number).unwrap_or(u32::MAX)),
        "initiator": build.initiator,
        "build-start-time": time(build.started),
        "source": { "type": "CODEPIPELINE" },
        "source-version": build.source_version,
        "logs": logs,
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
