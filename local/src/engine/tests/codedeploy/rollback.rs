//! Rollbacks are deployments of their own.

use serde_json::json;

use super::shop::{Shop, rolling_back, states};
use crate::engine::{Creator, DeploymentState};

#[tokio::test]
async fn a_failure_before_the_traffic_moved_runs_no_hooks_again() {
    let mut shop = Shop::open(1.0, &rolling_back()).await;
    shop.deployed("r1").await;
    let first = shop.world.engine.deployments()[0].clone();
    let id = shop.deploy("r2", &["AfterAllowTestTraffic"]).await;
    let execution = shop.hook().await;
    shop.report(&execution, "Failed").await;
    let failed = shop.ended(&id).await;
    let rollback_id = failed.rollback.clone().unwrap().rolled_back_by.unwrap();
    let rollback = shop.ended(&rollback_id).await;
    assert_eq!((rollback.creator, rollback.status), (Creator::CodeDeployRollback, DeploymentState::Succeeded));
    assert_eq!(rollback.rollback.clone().unwrap().triggered_by.as_deref(), Some(id.as_str()));
    assert_eq!((rollback.revision.clone(), states(&rollback).as_str()), (first.revision, "-S-S--S-"));
    for listener in [shop.production.clone(), shop.test.clone()] {
        assert_eq!(shop.serves(&listener).await.as_deref(), Some("r1"));
    }
    shop.deployed("r2").await;
}

#[tokio::test]
async fn a_failure_after_the_traffic_moved_gives_it_back_before_any_hook() {
    let mut shop = Shop::open(1.0, &rolling_back()).await;
    let first = shop.deploy("r1", &["AfterAllowTraffic"]).await;
    let execution = shop.hook().await;
    shop.report(&execution, "Succeeded").await;
    shop.ended(&first).await;
    for (answer, status, expected) in
        [("Succeeded", DeploymentState::Succeeded, "-S-S--SS"), ("Failed", DeploymentState::Failed, "-S-S--SF")]
    {
        let id = shop.deploy("r2", &["AfterAllowTraffic"]).await;
        let execution = shop.hook().await;
        assert_eq!(shop.serves(&shop.production.clone()).await.as_deref(), Some("r2"));
        shop.report(&execution, "Failed").await;
        let again = shop.hook().await;
        assert_ne!(again.0, id);
        assert_eq!(shop.serves(&shop.production.clone()).await.as_deref(), Some("r1"));
        shop.report(&again, answer).await;
        let rollback = shop.ended(&again.0).await;
        assert_eq!((rollback.status, states(&rollback).as_str()), (status, expected));
        // A rollback that failed is not rolled back.
        assert_eq!(rollback.rollback.unwrap().rolled_back_by, None);
        assert_eq!(shop.serves(&shop.production.clone()).await.as_deref(), Some("r1"));
    }
}

#[tokio::test]
async fn the_first_deployment_has_nothing_to_go_back_to() {
    let mut shop = Shop::open(1.0, &rolling_back()).await;
    let id = shop.deploy("r1", &["AfterAllowTraffic"]).await;
    let execution = shop.hook().await;
    shop.report(&execution, "Failed").await;
    let failed = shop.ended(&id).await;
    let rollback = failed.rollback.unwrap();
    assert_eq!((rollback.rolled_back_by, shop.world.engine.deployments().len()), (None, 1));
    assert!(rollback.message.contains("no earlier successful deployment"), "{}", rollback.message);
    assert_eq!(shop.serves(&shop.production.clone()).await, None);
    shop.deployed("r1").await;
}

#[tokio::test]
async fn only_the_events_that_the_group_names_are_followed() {
    let events = json!({ "AutoRollbackConfiguration": { "Enabled": true, "Events": ["DEPLOYMENT_STOP_ON_REQUEST"] } });
    let mut shop = Shop::open(1.0, &events).await;
    shop.deployed("r1").await;
    let id = shop.deploy("r2", &["AfterAllowTraffic"]).await;
    let execution = shop.hook().await;
    shop.report(&execution, "Failed").await;
    let failed = shop.ended(&id).await;
    assert_eq!((failed.status, failed.rollback), (DeploymentState::Failed, None));
    // Traffic stays where it was when the deployment failed.
    assert_eq!(shop.serves(&shop.production.clone()).await.as_deref(), Some("r2"));
}
