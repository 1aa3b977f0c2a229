//! What the group's service role needs.

use serde_json::json;

use super::shop::{DEPLOY_ROLE, Shop};
use crate::engine::tests::world::FUNCTION;
use crate::engine::{DeploymentState, EventKind};

#[tokio::test]
async fn a_role_that_lacks_something_fails_the_deployment() {
    for (missing, service) in [
        ("ecs:DescribeServices", "AmazonECS"),
        ("ecs:CreateTaskSet", "AmazonECS"),
        ("ecs:UpdateServicePrimaryTaskSet", "AmazonECS"),
        ("ecs:DeleteTaskSet", "AmazonECS"),
        ("elasticloadbalancing:DescribeListeners", "ElasticLoadBalancing"),
        ("elasticloadbalancing:ModifyListener", "ElasticLoadBalancing"),
        ("iam:PassRole", "AmazonECS"),
        ("lambda:InvokeFunction", "AWSLambda"),
    ] {
        let mut shop = Shop::open(1.0, &json!({})).await;
        shop.deployed("r1").await;
        shop.world.double.facts.lock().unwrap().denied.insert(missing.into());
        let hooks: &[&str] = if service == "AWSLambda" { &["BeforeInstall"] } else { &[] };
        let id = shop.deploy("r2", hooks).await;
        let refused = |kind: &EventKind| match kind {
            EventKind::Denied { principal, operation, .. } => Some((principal.clone(), operation.clone())),
            _ => None,
        };
        assert_eq!(shop.world.event(refused).await, (DEPLOY_ROLE.to_owned(), missing.to_owned()));
        let record = shop.ended(&id).await;
        let error = record.error.unwrap();
        assert_eq!((record.status, error.code), (DeploymentState::Failed, "IAM_ROLE_PERMISSIONS"), "{missing}");
        assert!(error.message.contains(DEPLOY_ROLE) && error.message.contains(service), "{}", error.message);
    }
}

#[tokio::test]
async fn a_role_that_does_not_trust_codedeploy_is_named() {
    let mut shop = Shop::open(1.0, &json!({})).await;
    shop.world.double.facts.lock().unwrap().trust.remove(DEPLOY_ROLE);
    let id = shop.deploy("r1", &["BeforeInstall"]).await;
    let error = shop.ended(&id).await.error.unwrap();
    assert_eq!(error.code, "IAM_ROLE_PERMISSIONS");
    assert!(error.message.contains("assume the role"), "{}", error.message);
}

#[tokio::test]
async fn callers_are_asked_about_the_group() {
    let mut shop = Shop::open(1.0, &json!({})).await;
    shop.deployed("r1").await;
    let id = shop.world.engine.deployments()[0].id.clone();
    let group = "arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:shop/staging";
    let application = "arn:aws:codedeploy:us-east-1:123456789012:application:shop";
    let names = json!({ "applicationName": "shop", "deploymentGroupName": "staging" });
    for (operation, body, resource) in [
        ("GetDeployment", json!({ "deploymentId": id }), group),
        ("ListDeploymentTargets", json!({ "deploymentId": id }), group),
        ("GetDeploymentTarget", json!({ "deploymentId": id, "targetId": "shop:web" }), group),
        ("BatchGetDeployments", json!({ "deploymentIds": [id] }), group),
        ("PutLifecycleEventHookExecutionStatus", json!({ "deploymentId": id }), group),
        ("StopDeployment", json!({ "deploymentId": id }), group),
        ("CreateDeployment", names.clone(), group),
        ("ListDeployments", names.clone(), group),
        ("GetDeploymentGroup", names, group),
        ("GetApplication", json!({ "applicationName": "shop" }), application),
        ("GetApplicationRevision", json!({ "applicationName": "shop" }), application),
    ] {
        let action = format!("codedeploy:{operation}");
        shop.world.double.facts.lock().unwrap().denied.insert(action.clone());
        let (status, answer) = shop.world.deploy_as(FUNCTION, operation, &body).await;
        assert_eq!((status, &answer["__type"]), (400, &json!("AccessDeniedException")), "{operation}: {answer}");
        assert!(answer["message"].as_str().unwrap().contains(resource), "{operation}: {answer}");
    }
}
