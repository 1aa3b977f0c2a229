//! What CodeDeploy's API answers.

use serde_json::{Value, json};

use super::shop::{Shop, request};
use crate::engine::EventKind;
use crate::engine::tests::world::ROOT;

#[tokio::test]
async fn what_a_hook_finds_out() {
    let mut shop = Shop::open(1.0, &json!({})).await;
    let id = shop.deploy("r1", &["AfterAllowTestTraffic"]).await;
    let execution = shop.hook().await;
    let asked = json!({ "deploymentId": id });
    let info = shop.call("GetDeployment", asked.clone()).await["deploymentInfo"].clone();
    assert_eq!((&info["status"], &info["computePlatform"]), (&json!("InProgress"), &json!("ECS")));
    assert_eq!((&info["creator"], &info["deploymentGroupName"]), (&json!("user"), &json!("staging")));
    let revision = &info["revision"];
    assert_eq!(revision["appSpecContent"]["content"], Value::Null);
    let whole = shop.call("GetApplicationRevision", json!({ "applicationName": "shop", "revision": revision })).await;
    let content = whole["revision"]["appSpecContent"]["content"].as_str().unwrap();
    assert!(content.contains("task-definition/shop:1"), "{content}");
    let targets = shop.call("ListDeploymentTargets", asked).await;
    assert_eq!(targets["targetIds"], json!(["shop:web"]));
    let asked = json!({ "deploymentId": id, "targetId": "shop:web" });
    let target = shop.call("GetDeploymentTarget", asked).await["deploymentTarget"].clone();
    assert_eq!(target["deploymentTargetType"], "ECSTarget");
    let target = &target["ecsTarget"];
    assert_eq!(target["targetArn"], "arn:aws:ecs:us-east-1:123456789012:service/shop/web");
    let running: Vec<&Value> =
        target["lifecycleEvents"].as_array().unwrap().iter().filter(|event| event["status"] == "InProgress").collect();
    assert_eq!(running[0]["lifecycleEventName"], "AfterAllowTestTraffic");
    assert!(running.len() == 1 && running[0]["startTime"].is_f64());
    let replacement = &target["taskSetsInfo"][0];
    assert!(replacement["identifer"].as_str().unwrap().starts_with("ecs-svc/"), "{replacement}");
    assert_eq!((&replacement["taskSetLabel"], &replacement["trafficWeight"]), (&json!("Green"), &json!(0.0)));
    for (status, code) in [
        ("InProgress", "InvalidLifecycleEventHookExecutionStatusException"),
        ("Skipped", "InvalidLifecycleEventHookExecutionStatusException"),
    ] {
        let (answered, error) = shop.report(&execution, status).await;
        assert_eq!((answered, &error["__type"]), (400, &json!(code)));
    }
    let (_, other) = shop.report(&(id.clone(), "other".into()), "Succeeded").await;
    assert_eq!(other["__type"], "InvalidLifecycleEventHookExecutionIdException");
    let (status, answer) = shop.report(&execution, "Succeeded").await;
    assert_eq!((status, answer), (200, json!({ "lifecycleEventHookExecutionId": execution.1 })));
    let (_, again) = shop.report(&execution, "Failed").await;
    assert_eq!(again["__type"], "LifecycleEventAlreadyCompletedException");
    shop.ended(&id).await;
    let names = json!({ "applicationName": "shop", "deploymentGroupName": "staging" });
    let group = shop.call("GetDeploymentGroup", names.clone()).await["deploymentGroupInfo"].clone();
    assert_eq!(group["lastSuccessfulDeployment"]["deploymentId"], id.as_str());
    assert_eq!(
        group["loadBalancerInfo"]["targetGroupPairInfoList"][0]["prodTrafficRoute"]["listenerArns"][0],
        "arn:production"
    );
    assert_eq!(shop.call("ListDeployments", names).await["deployments"], json!([id]));
    let application = shop.call("GetApplication", json!({ "applicationName": "shop" })).await;
    assert_eq!(application["application"]["computePlatform"], "ECS");
}

#[tokio::test]
async fn mistakes_have_codedeploys_errors() {
    let mut shop = Shop::open(1.0, &json!({})).await;
    shop.deployed("r1").await;
    let id = shop.world.engine.deployments()[0].id.clone();
    let good = request(&shop.appspec("r1", &[]));
    let with = |name: &str, value: Value| {
        let mut changed = good.clone();
        changed[name] = value;
        changed
    };
    let appspec = |content: &str| json!({ "revisionType": "AppSpecContent", "appSpecContent": { "content": content } });
    let table = [
        ("GetDeployment", json!({}), "DeploymentIdRequiredException"),
        ("GetDeployment", json!({ "deploymentId": "d-1" }), "InvalidDeploymentIdException"),
        ("GetDeployment", json!({ "deploymentId": "d-ABCDEFGHI" }), "DeploymentDoesNotExistException"),
        ("GetDeployment", json!({ "deploymentId": id, "x": 1 }), "SerializationException"),
        ("GetDeploymentTarget", json!({ "deploymentId": id }), "DeploymentTargetIdRequiredException"),
        (
            "GetDeploymentTarget",
            json!({ "deploymentId": id, "targetId": "x" }),
            "DeploymentTargetDoesNotExistException",
        ),
        ("BatchGetDeploymentTargets", json!({ "deploymentId": id }), "DeploymentTargetIdRequiredException"),
        ("ListDeploymentTargets", json!({ "deploymentId": id, "nextToken": "x" }), "InvalidNextTokenException"),
        ("ListDeployments", json!({ "applicationName": "shop" }), "DeploymentGroupNameRequiredException"),
        ("ListDeployments", json!({ "includeOnlyStatuses": ["Done"] }), "InvalidDeploymentStatusException"),
        ("GetApplication", json!({}), "ApplicationNameRequiredException"),
        ("GetApplication", json!({ "applicationName": "x" }), "ApplicationDoesNotExistException"),
        ("GetApplicationRevision", json!({ "applicationName": "shop" }), "RevisionRequiredException"),
        (
            "GetApplicationRevision",
            json!({ "applicationName": "shop", "revision": appspec("other") }),
            "RevisionDoesNotExistException",
        ),
        ("ContinueDeployment", json!({ "deploymentId": id }), "DeploymentAlreadyCompletedException"),
        ("CreateDeployment", with("applicationName", "x".into()), "ApplicationDoesNotExistException"),
        ("CreateDeployment", with("deploymentGroupName", "x".into()), "DeploymentGroupDoesNotExistException"),
        ("CreateDeployment", with("revision", Value::Null), "RevisionRequiredException"),
        ("CreateDeployment", with("revision", appspec("version: 1")), "InvalidRevisionException"),
        ("CreateDeployment", with("revision", json!({ "revisionType": "GitHub" })), "InvalidRevisionException"),
        ("CreateDeployment", with("description", "d".repeat(257).into()), "DescriptionTooLongException"),
        ("CreateDeployment", with("fileExistsBehavior", "RETAIN".into()), "ValidationException"),
    ];
    for (operation, body, code) in table {
        let (status, answer) = shop.world.deploy_as(ROOT, operation, &body).await;
        assert_eq!((status, &answer["__type"]), (400, &json!(code)), "{operation} {body}: {answer}");
    }
    let (_, answer) = shop.world.deploy_as(ROOT, "DeleteApplication", &json!({})).await;
    assert_eq!(answer["__type"], "UnknownOperationException");
    let unknown = |kind: &EventKind| match kind {
        EventKind::UnknownOperation { operation, .. } => Some(operation.clone()),
        _ => None,
    };
    assert_eq!(shop.world.event(unknown).await, "DeleteApplication");
}

#[tokio::test]
async fn a_group_takes_one_deployment_at_a_time() {
    let mut shop = Shop::open(1.0, &json!({})).await;
    let id = shop.deploy("r1", &["BeforeInstall"]).await;
    let execution = shop.hook().await;
    let body = request(&shop.appspec("r2", &[]));
    let (_, answer) = shop.world.deploy_as(ROOT, "CreateDeployment", &body).await;
    assert_eq!(answer["__type"], "DeploymentLimitExceededException");
    assert!(answer["message"].as_str().unwrap().contains(&id), "{answer}");
    shop.report(&execution, "Succeeded").await;
    shop.ended(&id).await;
    shop.deployed("r2").await;
    let previous = shop.world.engine.deployments().pop().unwrap().previous_revision;
    assert_eq!(previous, Some(shop.record(&id).revision));
}
