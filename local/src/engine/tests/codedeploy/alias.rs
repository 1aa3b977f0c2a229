//! Deployments of the Lambda platform move an alias.

use serde_json::{Value, json};

use super::shop::{DEPLOY_ROLE, HOOK, rolling_back};
use crate::engine::tests::world::{ROOT, World, patiently};
use crate::engine::{DeploymentRecord, DeploymentState, EventKind};

fn group(config: &str) -> Value {
    let mut group = rolling_back();
    group["ApplicationName"] = "functions".into();
    group["ServiceRoleArn"] = DEPLOY_ROLE.into();
    group["DeploymentConfigName"] = format!("CodeDeployDefault.Lambda{config}").into();
    group["DeploymentStyle"] = json!({ "DeploymentType": "BLUE_GREEN", "DeploymentOption": "WITH_TRAFFIC_CONTROL" });
    group
}

/// A world with an alias at version 1, and the name that CloudFormation gave to the group.
async fn prepared(config: &str) -> (World, String) {
    // Ten minutes take six tenths of a second.
    let world = World::start(1000.0).await;
    {
        let mut facts = world.double.facts.lock().unwrap();
        facts.trust.insert(DEPLOY_ROLE.into(), ["codedeploy.amazonaws.com".into()].into());
        facts.functions.insert(HOOK.into());
        facts.aliases.insert("checkout:live".into(), "1".into());
    }
    let application = json!({ "ApplicationName": "functions", "ComputePlatform": "Lambda" });
    assert_eq!(world.create("AWS::CodeDeploy::Application", application).await.0, 200);
    let (status, answer) = world.create("AWS::CodeDeploy::DeploymentGroup", group(config)).await;
    assert_eq!(status, 200, "{answer}");
    (world, answer["physical_id"].as_str().unwrap().to_owned())
}

async fn deploy(world: &World, group: &str, current: &str, hooks: &Value) -> String {
    let properties = json!({ "Name": "checkout", "Alias": "live", "CurrentVersion": current, "TargetVersion": "2" });
    let resource = json!({ "checkout": { "Type": "AWS::Lambda::Function", "Properties": properties } });
    let content = json!({ "version": "0.0", "Resources": [resource], "Hooks": hooks }).to_string();
    let revision = json!({ "revisionType": "String", "string": { "content": content } });
    let body = json!({ "applicationName": "functions", "deploymentGroupName": group, "revision": revision });
    let (status, answer) = world.deploy_as(ROOT, "CreateDeployment", &body).await;
    assert_eq!(status, 200, "{answer}");
    answer["deploymentId"].as_str().unwrap().to_owned()
}

async fn ended(world: &mut World, id: &str) -> DeploymentRecord {
    let wanted = |kind: &EventKind| {
        matches!(kind, EventKind::DeploymentEnded { deployment, .. } if deployment == id).then_some(())
    };
    world.event(wanted).await;
    world.engine.deployments().into_iter().find(|record| record.id == id).unwrap()
}

fn updates(world: &World) -> Vec<String> {
    world.double.facts.lock().unwrap().alias_updates.clone()
}

#[tokio::test]
async fn the_alias_moves_as_the_configuration_says() {
    for (config, expected) in [
        ("AllAtOnce", &["2 {}"][..]),
        ("Canary10Percent5Minutes", &[r#"1 {"2":0.1}"#, "2 {}"]),
        ("Canary10Percent10Minutes", &[r#"1 {"2":0.1}"#, "2 {}"]),
    ] {
        let (mut world, group) = prepared(config).await;
        let id = deploy(&world, &group, "1", &json!([])).await;
        let record = ended(&mut world, &id).await;
        assert_eq!(record.status, DeploymentState::Succeeded, "{record:?}");
        assert_eq!(updates(&world), expected);
        let target = json!({ "deploymentId": id, "targetId": "checkout" });
        let (_, answer) = world.deploy_as(ROOT, "GetDeploymentTarget", &target).await;
        let shown = &answer["deploymentTarget"]["lambdaTarget"]["lambdaFunctionInfo"];
        assert_eq!((&shown["targetVersion"], &shown["targetVersionWeight"]), (&json!("2"), &json!(100.0)));
    }
}

#[tokio::test]
async fn a_failed_hook_moves_it_back() {
    let (mut world, group) = prepared("AllAtOnce").await;
    let id = deploy(&world, &group, "1", &json!([{ "AfterAllowTraffic": HOOK }])).await;
    let (_, event) = patiently(world.double.invocations.recv()).await.unwrap();
    let body = json!({
        "deploymentId": id, "status": "Failed",
        "lifecycleEventHookExecutionId": event["LifecycleEventHookExecutionId"],
    });
    assert_eq!(world.deploy_as(ROOT, "PutLifecycleEventHookExecutionStatus", &body).await.0, 200);
    let failed = ended(&mut world, &id).await;
    assert_eq!((failed.status, failed.error.unwrap().code), (DeploymentState::Failed, "HOOK_EXECUTION_FAILURE"));
    let rollback = ended(&mut world, &failed.rollback.unwrap().rolled_back_by.unwrap()).await;
    assert_eq!(rollback.status, DeploymentState::Succeeded);
    assert_eq!(updates(&world), ["2 {}", "1 {}"]);
}

#[tokio::test]
async fn what_does_not_fit_the_alias_is_refused() {
    for (change, current, code) in [
        ("version", "7", "INVALID_LAMBDA_CONFIGURATION"),
        ("alias", "1", "INVALID_LAMBDA_FUNCTION"),
        ("lambda:GetAlias", "1", "IAM_ROLE_PERMISSIONS"),
        ("lambda:UpdateAlias", "1", "IAM_ROLE_PERMISSIONS"),
    ] {
        let (mut world, group) = prepared("AllAtOnce").await;
        match change {
            "version" => {}
            "alias" => world.double.facts.lock().unwrap().aliases.clear(),
            denied => drop(world.double.facts.lock().unwrap().denied.insert(denied.into())),
        }
        let id = deploy(&world, &group, current, &json!([])).await;
        let record = ended(&mut world, &id).await;
        assert_eq!(record.error.unwrap().code, code, "{change}");
        assert!(updates(&world).is_empty());
    }
}
