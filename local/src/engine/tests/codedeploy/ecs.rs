//! The lifecycle of a deployment to a service, and its hooks.

use serde_json::json;

use super::shop::{REPOSITORY, SERVER, Shop, push, states};
use crate::engine::tests::world::hurried;
use crate::engine::{DeploymentState, EventStatus, TargetKind};

const EVERY_HOOK: [&str; 5] =
    ["BeforeInstall", "AfterInstall", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AfterAllowTraffic"];

#[tokio::test]
async fn the_replacement_takes_over_after_its_hooks() {
    let mut shop = Shop::open(1.0, &json!({})).await;
    // A local service starts without a task set.
    assert_eq!(shop.serves(&shop.production.clone()).await, None);
    shop.deployed("r1").await;
    let (production, test) = (shop.production.clone(), shop.test.clone());
    assert_eq!(shop.serves(&production).await.as_deref(), Some("r1"));
    let id = shop.deploy("r2", &EVERY_HOOK).await;
    for (hook, on_production, on_test) in [
        ("BeforeInstall", "r1", "r1"),
        ("AfterInstall", "r1", "r1"),
        ("AfterAllowTestTraffic", "r1", "r2"),
        ("BeforeAllowTraffic", "r1", "r2"),
        ("AfterAllowTraffic", "r2", "r2"),
    ] {
        let execution = shop.hook().await;
        assert_eq!(execution.0, id);
        let running = shop.record(&id).targets[0]
            .events
            .iter()
            .find(|event| event.status == EventStatus::InProgress)
            .map(|event| event.name);
        assert_eq!(running, Some(hook));
        assert_eq!(shop.serves(&production).await.as_deref(), Some(on_production), "{hook}");
        assert_eq!(shop.serves(&test).await.as_deref(), Some(on_test), "{hook}");
        assert_eq!(shop.report(&execution, "Succeeded").await.0, 200);
    }
    let record = shop.ended(&id).await;
    assert_eq!((record.status, states(&record).as_str()), (DeploymentState::Succeeded, "SSSSSSSS"));
    let TargetKind::Ecs(task_sets) = &record.targets[0].kind else { panic!("{record:?}") };
    let shown: Vec<_> = task_sets.iter().map(|set| (set.label, set.status, set.traffic, set.running)).collect();
    assert_eq!(shown, [("Blue", "DRAINING", 0, 0), ("Green", "PRIMARY", 100, 1)]);
    assert_ne!(task_sets[0].target_group, task_sets[1].target_group);
    assert_eq!(shop.serves(&production).await.as_deref(), Some("r2"));
}

#[tokio::test]
async fn a_failed_hook_keeps_the_customers_where_they_are() {
    let mut shop = Shop::open(1.0, &json!({})).await;
    shop.deployed("r1").await;
    let id = shop.deploy("r2", &["AfterAllowTestTraffic"]).await;
    let execution = shop.hook().await;
    assert_eq!(shop.report(&execution, "Failed").await.0, 200);
    let record = shop.ended(&id).await;
    assert_eq!((record.status, states(&record).as_str()), (DeploymentState::Failed, "SSSSF---"));
    let error = record.error.unwrap();
    assert_eq!(error.code, "HOOK_EXECUTION_FAILURE");
    assert!(error.message.contains("one or more of the lifecycle event validation functions failed"), "{error:?}");
    let diagnostics = record.targets[0].events[4].diagnostics.clone().unwrap();
    assert_eq!(
        (diagnostics.code, diagnostics.message.as_str()),
        ("UnknownError", "CodeDeployHook_shop reported the status Failed")
    );
    assert_eq!(record.rollback, None);
    assert_eq!(shop.serves(&shop.production.clone()).await.as_deref(), Some("r1"));
    // The next deployment finds the group free and ends what the failed one left.
    shop.deployed("r2").await;
    assert_eq!(shop.serves(&shop.production.clone()).await.as_deref(), Some("r2"));
}

#[tokio::test]
async fn a_silent_hook_fails_after_its_hour() {
    // An hour takes a fifth of a second.
    let mut shop = Shop::open_at(hurried(18_000.0), &json!({})).await;
    let id = shop.deploy("r1", &["BeforeInstall"]).await;
    let execution = shop.hook().await;
    let record = shop.ended(&id).await;
    let error = record.error.clone().unwrap();
    assert_eq!((error.code, states(&record).as_str()), ("HOOK_EXECUTION_FAILURE", "F-------"));
    assert!(error.message.contains("within one hour after a deployment hook is invoked"), "{error:?}");
    let (status, answer) = shop.report(&execution, "Succeeded").await;
    assert_eq!((status, &answer["__type"]), (400, &json!("LifecycleEventAlreadyCompletedException")));
}

#[tokio::test]
async fn what_cannot_be_brought_out_fails_with_its_reason() {
    let mut shop = Shop::open(1.0, &json!({})).await;
    shop.world.double.facts.lock().unwrap().functions.clear();
    for (revision, hooks, code, part, expected) in [
        ("broken", &[][..], "TIMEOUT", "waiting for the replacement task set to become healthy", "SF------"),
        ("absent", &[], "TIMEOUT", "become healthy", "SF------"),
        ("r1", &["BeforeInstall"], "HOOK_EXECUTION_FAILURE", "validation functions failed", "F-------"),
    ] {
        let id = shop.deploy(revision, hooks).await;
        let record = shop.ended(&id).await;
        let error = record.error.clone().unwrap();
        assert_eq!((error.code, states(&record).as_str()), (code, expected), "{revision}: {error:?}");
        assert!(error.message.contains(part), "{error:?}");
    }
}

/// What staging proved is what production gets, whatever is built of the same revision meanwhile.
#[tokio::test]
async fn a_digest_brings_out_its_own_image_after_another_build_took_the_tag() {
    let mut shop = Shop::open(1.0, &json!({})).await;
    let build = |of: &str| SERVER.replace("os.environ['REVISION']", &format!("'{of}'"));
    let first = push(&shop.world, "r9", &build("the first build"));
    let second = push(&shop.world, "r9", &build("the second build"));
    assert_ne!(first, second);
    let tag = format!("{REPOSITORY}:r9");
    for (image, expected) in [
        (&first, "the first build"),
        (&second, "the second build"),
        (&first, "the first build"),
        (&tag, "the second build"),
    ] {
        let record = shop.deployed_image(image).await;
        assert_eq!(record.status, DeploymentState::Succeeded, "{image}: {record:#?}");
        assert_eq!(shop.serves(&shop.production.clone()).await.as_deref(), Some(expected), "{image}");
    }
    for unknown in [format!("{REPOSITORY}@sha256:{}", "0".repeat(64)), format!("{REPOSITORY}:r10")] {
        let record = shop.deployed_image(&unknown).await;
        assert_eq!((record.status, states(&record).as_str()), (DeploymentState::Failed, "SF------"), "{unknown}");
        let told = record.targets[0].events[1].diagnostics.clone().unwrap().message;
        let expected = format!(
            "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref {unknown}: \
             {unknown}: not found"
        );
        assert_eq!(told, expected);
    }
}

#[tokio::test]
async fn the_group_has_to_match_the_service() {
    let pair = |production: &str, group: &str| {
        json!({ "LoadBalancerInfo": { "TargetGroupPairInfoList": [{
            "TargetGroups": [{ "Name": "blue" }, { "Name": group }],
            "ProdTrafficRoute": { "ListenerArns": [production] },
            "TestTrafficRoute": { "ListenerArns": ["arn:test"] },
        }] } })
    };
    for (more, code, part) in [
        (json!({ "ECSServices": [{ "ClusterName": "shop", "ServiceName": "x" }] }), "INVALID_ECS_SERVICE", "service x"),
        (pair("arn:other", "green"), "ELASTIC_LOAD_BALANCING_INVALID", "arn:other"),
        (pair("arn:production", "red"), "ELASTIC_LOAD_BALANCING_INVALID", "target group red"),
    ] {
        let mut shop = Shop::open(1.0, &more).await;
        let id = shop.deploy("r1", &[]).await;
        let error = shop.ended(&id).await.error.unwrap();
        assert!(error.code == code && error.message.contains(part), "{error:?}");
    }
}

#[tokio::test]
async fn traffic_moves_in_steps() {
    // Five minutes take one and a half seconds.
    let more = json!({ "DeploymentConfigName": "CodeDeployDefault.ECSCanary10Percent5Minutes" });
    let mut shop = Shop::open(200.0, &more).await;
    shop.deployed("r1").await;
    let id = shop.deploy("r2", &[]).await;
    shop.reached(&id, "AllowTraffic", EventStatus::InProgress).await;
    let record = shop.ended(&id).await;
    assert_eq!(record.status, DeploymentState::Succeeded, "{record:?}");
    let allow = record.targets[0].events.iter().find(|event| event.name == "AllowTraffic").unwrap();
    let took = allow.ended.unwrap().duration_since(allow.started.unwrap());
    let canary = std::time::Duration::from_mins(5).div_f64(200.0);
    assert!(took.unsigned_abs() >= canary, "{took:?}");
}
