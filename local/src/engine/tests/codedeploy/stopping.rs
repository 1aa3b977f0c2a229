//! Deployments that somebody or an alarm stops, and those that wait for somebody.

use serde_json::{Value, json};

use super::shop::{Shop, rolling_back, states};
use crate::engine::tests::world::ROOT;
use crate::engine::{DeploymentState, EventStatus};

#[tokio::test]
async fn a_stopped_deployment_is_rolled_back_when_asked() {
    for (roll_back, created) in [(false, 2), (true, 3)] {
        let mut shop = Shop::open(1.0, &json!({})).await;
        shop.deployed("r1").await;
        let id = shop.deploy("r2", &["AfterAllowTestTraffic"]).await;
        let execution = shop.hook().await;
        let asked = json!({ "deploymentId": id, "autoRollbackEnabled": roll_back });
        assert_eq!(shop.call("StopDeployment", asked.clone()).await["status"], "Pending");
        let record = shop.ended(&id).await;
        assert_eq!((record.status, states(&record).as_str()), (DeploymentState::Stopped, "SSSS----"));
        assert_eq!(record.error.unwrap().code, "MANUAL_STOP");
        let (status, answer) = shop.report(&execution, "Succeeded").await;
        assert_eq!((status, &answer["__type"]), (400, &json!("LifecycleEventAlreadyCompletedException")));
        if let Some(rollback) = record.rollback {
            shop.ended(&rollback.rolled_back_by.unwrap()).await;
        }
        assert_eq!(shop.world.engine.deployments().len(), created);
        let (status, answer) = shop.world.deploy_as(ROOT, "StopDeployment", &asked).await;
        assert_eq!((status, &answer["__type"]), (400, &json!("DeploymentAlreadyCompletedException")));
        assert_eq!(shop.serves(&shop.production.clone()).await.as_deref(), Some("r1"));
    }
}

fn waiting() -> Value {
    json!({ "BlueGreenDeploymentConfiguration": {
        "DeploymentReadyOption": { "ActionOnTimeout": "STOP_DEPLOYMENT", "WaitTimeInMinutes": 60 },
        "TerminateBlueInstancesOnDeploymentSuccess": { "Action": "TERMINATE", "TerminationWaitTimeInMinutes": 60 },
    } })
}

#[tokio::test]
async fn both_waits_end_when_somebody_says_so() {
    let mut shop = Shop::open(1.0, &waiting()).await;
    for revision in ["r1", "r2"] {
        let id = shop.deploy(revision, &[]).await;
        shop.reached(&id, "AfterAllowTestTraffic", EventStatus::Succeeded).await;
        go_on(&shop, &id, "READY_WAIT").await;
        shop.reached(&id, "AfterAllowTraffic", EventStatus::Succeeded).await;
        if revision == "r2" {
            go_on(&shop, &id, "TERMINATION_WAIT").await;
        }
        assert_eq!(shop.ended(&id).await.status, DeploymentState::Succeeded);
        assert_eq!(shop.record(&id).termination_wait_started, revision == "r2");
    }
}

/// Tries until the deployment waits; what is refused meanwhile is refused for this reason.
async fn go_on(shop: &Shop, id: &str, wait: &str) {
    let body = json!({ "deploymentId": id, "deploymentWaitType": wait });
    loop {
        let (status, answer) = shop.world.deploy_as(ROOT, "ContinueDeployment", &body).await;
        if status == 200 {
            return;
        }
        assert_eq!(answer["__type"], "DeploymentIsNotInReadyStateException");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn nobody_says_so_in_time() {
    // A minute takes a third of a second.
    let mut more = waiting();
    more["BlueGreenDeploymentConfiguration"]["DeploymentReadyOption"]["WaitTimeInMinutes"] = 1.into();
    let mut shop = Shop::open(180.0, &more).await;
    let id = shop.deploy("r1", &[]).await;
    let record = shop.ended(&id).await;
    let error = record.error.clone().unwrap();
    assert_eq!(
        (record.status, error.code, states(&record).as_str()),
        (DeploymentState::Stopped, "TIMEOUT", "SSSSS---")
    );
    assert!(error.message.contains("This time out period is 1 minutes"), "{error:?}");
}

#[tokio::test]
async fn alarms_stop_a_deployment() {
    let mut more = rolling_back();
    more["AlarmConfiguration"] = json!({ "Enabled": true, "Alarms": [{ "Name": "errors" }] });
    // Ten seconds take a tenth of one.
    let mut shop = Shop::open(100.0, &more).await;
    let alarm = |shop: &Shop, state: &str| {
        shop.world.double.facts.lock().unwrap().alarms.insert("errors".into(), state.into());
    };
    alarm(&shop, "OK");
    shop.deployed("r1").await;
    let id = shop.deploy("r2", &["AfterAllowTraffic"]).await;
    shop.hook().await;
    alarm(&shop, "ALARM");
    let record = shop.ended(&id).await;
    let error = record.error.unwrap();
    assert_eq!((record.status, error.code), (DeploymentState::Stopped, "ALARM_ACTIVE"));
    assert!(error.message.ends_with("Activated alarms: errors"), "{error:?}");
    assert!(record.rollback.unwrap().rolled_back_by.is_some());
    assert_eq!(shop.serves(&shop.production.clone()).await.as_deref(), Some("r1"));
}

#[tokio::test]
async fn alarms_that_cannot_be_read_stop_it_too_unless_they_are_ignored() {
    for (ignore, expected) in [(false, DeploymentState::Stopped), (true, DeploymentState::Succeeded)] {
        let alarms = json!({ "Alarms": [{ "Name": "absent" }], "IgnorePollAlarmFailure": ignore });
        let mut shop = Shop::open(1.0, &json!({ "AlarmConfiguration": alarms })).await;
        let id = shop.deploy("r1", &[]).await;
        let record = shop.ended(&id).await;
        assert_eq!(record.status, expected, "{record:?}");
    }
}
