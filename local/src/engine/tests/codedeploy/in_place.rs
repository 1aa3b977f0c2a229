//! Deployments to instances that CodeDeploy rolls back by itself.

use serde_json::{Value, json};

use crate::engine::tests::delivery::{BUILDSPEC, delivery, prepared_with, sources};
use crate::engine::tests::world::{ROOT, World};
use crate::engine::{Creator, DeploymentRecord, DeploymentState, EventKind};

const GOOD: &str = "#!/bin/sh\nexit 0\n";
const BAD: &str = "#!/bin/sh\nexit 4\n";
/// Succeeds once. Scripts start in the agent's folder.
const ONCE: &str = "#!/bin/sh\n[ ! -e tried ] && touch tried\n";

fn after(events: &[&str]) -> Value {
    json!({ "Enabled": true, "Events": events })
}

/// A world in which the first release has this check.
async fn first(check: &str, events: &[&str]) -> World {
    let world = prepared_with(sources(BUILDSPEC, check), Some(after(events))).await;
    world.create_pipeline(delivery()).await;
    world
}

async fn second(world: &World, check: &str) {
    world.double.upload("sources/shop/source.zip", sources(BUILDSPEC, check));
    world.start_execution().await;
}

/// Waits for the end of the next deployment.
async fn deployed(world: &mut World) -> DeploymentRecord {
    let ended = |kind: &EventKind| match kind {
        EventKind::DeploymentEnded { deployment, .. } => Some(deployment.clone()),
        _ => None,
    };
    let id = world.event(ended).await;
    world.engine.deployments().into_iter().find(|record| record.id == id).unwrap()
}

fn version(world: &World) -> String {
    std::fs::read_to_string(world.folder.path().join("staging-1/srv/shop/version.txt")).unwrap()
}

#[tokio::test]
async fn a_failure_brings_the_last_release_back() {
    let mut world = first(GOOD, &["DEPLOYMENT_FAILURE"]).await;
    let good = deployed(&mut world).await;
    let released = version(&world);
    world.answer(true).await;
    second(&world, BAD).await;
    let failed = deployed(&mut world).await;
    assert_ne!(version(&world), released);
    let rollback = deployed(&mut world).await;
    assert_eq!((failed.status, rollback.status), (DeploymentState::Failed, DeploymentState::Succeeded));
    assert_eq!((rollback.creator, &rollback.revision), (Creator::CodeDeployRollback, &good.revision));
    assert_eq!(version(&world), released);
    let info = async |id: &str| {
        let (_, answer) = world.deploy_as(ROOT, "GetDeployment", &json!({ "deploymentId": id })).await;
        answer["deploymentInfo"]["rollbackInfo"].clone()
    };
    assert_eq!(info(&failed.id).await["rollbackDeploymentId"], rollback.id);
    assert_eq!(info(&rollback.id).await["rollbackTriggeringDeploymentId"], failed.id);
}

#[tokio::test]
async fn a_rollback_that_fails_is_the_last() {
    let mut world = first(ONCE, &["DEPLOYMENT_FAILURE"]).await;
    deployed(&mut world).await;
    world.answer(true).await;
    second(&world, BAD).await;
    deployed(&mut world).await;
    let rollback = deployed(&mut world).await;
    assert_eq!((rollback.status, world.engine.deployments().len()), (DeploymentState::Failed, 3));
    assert_eq!(rollback.rollback.unwrap().rolled_back_by, None);
}

#[tokio::test]
async fn the_first_release_and_other_events_are_followed_by_none() {
    let mut world = first(BAD, &["DEPLOYMENT_FAILURE"]).await;
    let failed = deployed(&mut world).await;
    let message = failed.rollback.unwrap().message;
    assert!(message.contains("no earlier successful deployment"), "{message}");

    let mut world = first(GOOD, &["DEPLOYMENT_STOP_ON_ALARM"]).await;
    deployed(&mut world).await;
    world.answer(true).await;
    second(&world, BAD).await;
    assert_eq!(deployed(&mut world).await.rollback, None);
}
