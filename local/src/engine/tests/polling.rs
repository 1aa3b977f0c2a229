//! Sources that start executions on their own.

use serde_json::json;

use super::templates::{lambda, pipeline, stage, with};
use super::world::World;
use crate::engine::{EventKind, ExecutionStatus, TriggerType};

#[tokio::test]
async fn each_new_version_starts_one_execution() {
    let mut world = World::start(1.0).await;
    let template = pipeline(&[stage("Staging", &[lambda("a", 1)])]);
    // Polling is the default.
    let configuration = json!({ "S3Bucket": "sources", "S3ObjectKey": "shop/source.zip" });
    world.create_pipeline(with(template, "/Stages/0/Actions/0/Configuration", configuration)).await;
    world.first_execution_succeeds(1).await;
    for version in ["v2", "v3"] {
        assert_eq!(world.double.upload("sources/shop/source.zip", version), version);
        let job = world.job().await;
        world.succeed(&job.job, json!({})).await;
        let record = world.ended().await;
        assert_eq!((record.status, record.trigger), (ExecutionStatus::Succeeded, TriggerType::PollForSourceChanges));
        assert_eq!((record.trigger_detail.as_str(), record.source_revisions[0].id.as_str()), ("Fetch", version));
    }
    assert_eq!(world.engine.executions().len(), 3);
}

#[tokio::test]
async fn a_source_that_comes_after_the_pipeline_is_delivered() {
    let mut world = World::start(1.0).await;
    world.double.facts.lock().unwrap().objects.clear();
    let template = pipeline(&[stage("Staging", &[lambda("a", 1)])]);
    let template = with(template, "/Stages/0/Actions/0/Configuration/PollForSourceChanges", true.into());
    world.create_pipeline(template).await;
    assert_eq!(world.ended().await.status, ExecutionStatus::Failed);
    world.double.upload("sources/shop/source.zip", "at last");
    let job = world.job().await;
    world.succeed(&job.job, json!({})).await;
    assert_eq!(world.ended().await.status, ExecutionStatus::Succeeded);
}

#[tokio::test]
async fn a_start_can_name_the_version() {
    let mut world = World::start(1.0).await;
    world.create_pipeline(pipeline(&[stage("Staging", &[lambda("a", 1)])])).await;
    world.first_execution_succeeds(1).await;
    world.double.upload("sources/shop/source.zip", "newer");
    for (version, expected) in [("v1", "v1"), ("v2", "v2")] {
        let revision = json!({
            "actionName": "Fetch", "revisionType": "S3_OBJECT_VERSION_ID", "revisionValue": version,
        });
        world.call("StartPipelineExecution", json!({ "name": "shop", "sourceRevisions": [revision] })).await;
        let job = world.job().await;
        world.succeed(&job.job, json!({})).await;
        assert_eq!(world.ended().await.source_revisions[0].id, expected);
    }
}

#[tokio::test]
async fn a_source_that_may_not_be_read_is_told() {
    let mut world = World::start(1.0).await;
    world.double.facts.lock().unwrap().denied.insert("s3:GetObject".into());
    let template = pipeline(&[stage("Staging", &[lambda("a", 1)])]);
    let template = with(template, "/Stages/0/Actions/0/Configuration/PollForSourceChanges", "true".into());
    world.create_pipeline(template).await;
    let told = world
        .event(|kind| match kind {
            EventKind::Denied { place: None, message, .. } => Some(message.clone()),
            _ => None,
        })
        .await;
    assert!(told.contains("source action Fetch of shop cannot look"), "{told}");
}
