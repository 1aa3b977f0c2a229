//! What CodeBuild's API says of the builds of a pipeline.

use serde_json::{Value, json};

use super::delivery::{BUILDSPEC, delivery, prepared, sources};
use super::world::{FUNCTION, ROOT, World};
use crate::engine::{BuildRecord, EventKind};

/// A delivery whose build fails, and the build's id.
async fn failed_build() -> (World, String) {
    let failing = BUILDSPEC.replace("- RELEASE=", "- exit 3\n      - RELEASE=");
    let mut world = prepared(sources(&failing, "#!/bin/sh\n")).await;
    world.create_pipeline(delivery()).await;
    let record = world.ended().await;
    let id = record.stages[1].actions[0].external_execution_id.clone().unwrap();
    (world, id)
}

#[tokio::test]
async fn a_failed_build_has_its_phase_and_its_log() {
    let (world, id) = failed_build().await;
    let missing = "shop-build:00000000-0000-0000-0000-000000000000";
    let (status, answer) = world.build_as(ROOT, "BatchGetBuilds", &json!({ "ids": [id, missing] })).await;
    assert_eq!((status, &answer["buildsNotFound"]), (200, &json!([missing])));
    let build = &answer["builds"][0];
    assert_eq!((&build["id"], &build["buildStatus"]), (&json!(id), &json!("FAILED")));
    assert_eq!((&build["buildComplete"], &build["initiator"]), (&json!(true), &json!("codepipeline/shop")));
    assert_eq!(build["arn"], format!("arn:aws:codebuild:us-east-1:123456789012:build/{id}"));
    let phases = build["phases"].as_array().unwrap();
    let statuses: Vec<String> =
        phases.iter().map(|phase| format!("{} {}", phase["phaseType"], phase["phaseStatus"])).collect();
    assert_eq!(statuses.first().unwrap(), "\"SUBMITTED\" \"SUCCEEDED\"");
    assert_eq!(statuses.last().unwrap(), "\"COMPLETED\" null");
    let failed = phases.iter().find(|phase| phase["phaseStatus"] == "FAILED").unwrap();
    assert_eq!(failed["phaseType"], "BUILD");
    let why = json!([{
        "statusCode": "COMMAND_EXECUTION_ERROR",
        "message": "Error while executing command: exit 3. Reason: exit status 3",
    }]);
    assert_eq!(failed["contexts"], why);
    let logs = &build["logs"];
    assert_eq!((&logs["groupName"], &logs["streamName"]), (&json!("builds-of-the-shop"), &json!(id[11..])));
    assert!(logs["deepLink"].as_str().unwrap().starts_with("https://console.aws.amazon.com/"), "{logs}");
    let variables = &build["environment"]["environmentVariables"];
    assert_eq!(variables, &json!([{ "name": "LEVEL", "value": "v2", "type": "PLAINTEXT" }]));
}

#[tokio::test]
async fn a_build_is_told_when_it_starts_and_before_its_action_ends() {
    let mut world = prepared(sources("version: 0.1\n", "#!/bin/sh\n")).await;
    world.create_pipeline(delivery()).await;
    let build = |kind: &EventKind| match kind {
        EventKind::Build(build) => Some(Some(BuildRecord::clone(build))),
        EventKind::ActionFailed { .. } => Some(None),
        _ => None,
    };
    let started = world.event(build).await.unwrap();
    assert_eq!((started.status_text().as_str(), started.phases.len()), ("IN_PROGRESS", 1));
    let ended = world.event(build).await.unwrap();
    assert_eq!((ended.status_text().as_str(), ended.id()), ("FAILED", started.id()));
    assert!(ended.log_file.is_some_and(|log| log.is_file()));
    assert_eq!(world.event(build).await, None);
}

#[tokio::test]
async fn what_codebuild_refuses() {
    let (world, id) = failed_build().await;
    let batch = |ids: Value| json!({ "ids": ids });
    let many: Vec<&str> = std::iter::repeat_n(id.as_str(), 101).collect();
    for (operation, body, code) in [
        ("BatchGetBuilds", batch(json!([])), "InvalidInputException"),
        ("BatchGetBuilds", batch(json!(many)), "InvalidInputException"),
        ("BatchGetBuilds", batch(json!(["shop-build"])), "InvalidInputException"),
        ("BatchGetBuilds", json!({}), "ValidationException"),
        ("BatchGetBuilds", json!({ "ids": [id], "project": "x" }), "SerializationException"),
        ("StartBuild", json!({ "projectName": "shop-build" }), "UnknownOperationException"),
    ] {
        let (status, answer) = world.build_as(ROOT, operation, &body).await;
        assert_eq!((status, &answer["__type"]), (400, &json!(code)), "{operation} {body}");
    }
    world.double.facts.lock().unwrap().denied.insert("codebuild:BatchGetBuilds".to_owned());
    let (_, answer) = world.build_as(FUNCTION, "BatchGetBuilds", &batch(json!([id]))).await;
    assert_eq!(answer["__type"], "AccessDeniedException");
    let on = "on resource: arn:aws:codebuild:us-east-1:123456789012:project/shop-build";
    assert!(answer["message"].as_str().unwrap().contains(on), "{answer}");
}
