//! What groups and appspecs of the ECS and Lambda platforms may say.

use serde_json::{Value, json};

use super::*;
use crate::deploy::ComputePlatform::{Ecs, Lambda};

fn ecs() -> Value {
    json!({
        "ApplicationName": "shop",
        "DeploymentGroupName": "staging",
        "ServiceRoleArn": "arn:aws:iam::123456789012:role/deploy",
        "DeploymentStyle": { "DeploymentType": "BLUE_GREEN", "DeploymentOption": "WITH_TRAFFIC_CONTROL" },
        "ECSServices": [{ "ClusterName": "shop", "ServiceName": "web" }],
        "LoadBalancerInfo": { "TargetGroupPairInfoList": [{
            "TargetGroups": [{ "Name": "blue" }, { "Name": "green" }],
            "ProdTrafficRoute": { "ListenerArns": ["arn:production"] },
            "TestTrafficRoute": { "ListenerArns": ["arn:test"] },
        }] },
        "BlueGreenDeploymentConfiguration": {
            "DeploymentReadyOption": { "ActionOnTimeout": "CONTINUE_DEPLOYMENT" },
            "TerminateBlueInstancesOnDeploymentSuccess": {
                "Action": "TERMINATE", "TerminationWaitTimeInMinutes": "5",
            },
        },
    })
}

/// What SAM makes of a function's `DeploymentPreference`.
fn lambda() -> Value {
    json!({
        "ApplicationName": "st-ServerlessDeploymentApplication-1",
        "ServiceRoleArn": "arn:aws:iam::123456789012:role/deploy",
        "DeploymentConfigName": "CodeDeployDefault.LambdaCanary10Percent5Minutes",
        "DeploymentStyle": { "DeploymentType": "BLUE_GREEN", "DeploymentOption": "WITH_TRAFFIC_CONTROL" },
        "AutoRollbackConfiguration": {
            "Enabled": true,
            "Events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
        },
        "AlarmConfiguration": { "Enabled": true, "Alarms": [{ "Name": "errors" }] },
    })
}

fn set(mut value: Value, path: &str, member: Value) -> Value {
    let (parent, name) = path.rsplit_once('/').unwrap();
    value.pointer_mut(parent).unwrap()[name] = member;
    value
}

#[test]
fn groups_are_read_whole() {
    let group = BlueGreenGroup::from_properties("staging", Ecs, &ecs()).unwrap();
    let service = group.service.clone().unwrap();
    assert_eq!((group.platform(), group.routing, service.termination_wait_minutes), (Ecs, Routing::AllAtOnce, 5));
    assert_eq!((service.target_groups, service.ready), (["blue".into(), "green".into()], ReadyOption::Continue));
    assert_eq!((group.rollback, group.alarms), (vec![], None));
    let group = BlueGreenGroup::from_properties("generated", Lambda, &lambda()).unwrap();
    assert_eq!((group.platform(), group.routing), (Lambda, Routing::Canary { percent: 10, minutes: 5 }));
    assert_eq!((group.rollback.len(), group.alarms.unwrap().names), (3, vec!["errors".to_owned()]));
}

#[test]
fn what_is_not_carried_out_is_refused_by_name() {
    let pair = "/LoadBalancerInfo/TargetGroupPairInfoList/0";
    let ready = "/BlueGreenDeploymentConfiguration/DeploymentReadyOption";
    let termination = "/BlueGreenDeploymentConfiguration/TerminateBlueInstancesOnDeploymentSuccess";
    for (path, value, expected) in [
        ("/DeploymentStyle", json!(null), "DeploymentStyle is missing"),
        ("/DeploymentStyle/DeploymentType", json!("IN_PLACE"), "unknown variant `IN_PLACE`"),
        ("/DeploymentConfigName", json!("Custom"), "CodeDeployDefault configuration of the ECS platform"),
        ("/DeploymentConfigName", json!("CodeDeployDefault.LambdaAllAtOnce"), "of the ECS platform"),
        ("/ECSServices", json!([]), "0 of them: exactly one"),
        ("/LoadBalancerInfo", json!({ "TargetGroupInfoList": [] }), "unknown field `TargetGroupInfoList`"),
        (&format!("{pair}/TargetGroups"), json!([{ "Name": "a" }]), "between two target groups"),
        (&format!("{pair}/TestTrafficRoute"), json!(null), "TestTrafficRoute is missing"),
        (&format!("{pair}/ProdTrafficRoute/ListenerArns"), json!([]), "exactly one listener"),
        ("/BlueGreenDeploymentConfiguration", json!(null), "BlueGreenDeploymentConfiguration is missing"),
        (&format!("{termination}/Action"), json!("KEEP_ALIVE"), "unknown variant `KEEP_ALIVE`"),
        (&format!("{termination}/TerminationWaitTimeInMinutes"), json!(2881), "give 0 to 2880"),
        (&format!("{ready}/ActionOnTimeout"), json!("STOP_DEPLOYMENT"), "give 1 to 2880 minutes"),
        (&format!("{ready}/WaitTimeInMinutes"), json!(3), "only STOP_DEPLOYMENT"),
        ("/AutoRollbackConfiguration", json!({ "Enabled": true }), "AutoRollbackConfiguration.Events is empty"),
        ("/AutoRollbackConfiguration", json!({ "Enabled": true, "Events": ["EVER"] }), "unknown variant `EVER`"),
        ("/Ec2TagFilters", json!([]), "unknown field `Ec2TagFilters`"),
        ("/TriggerConfigurations", json!([]), "unknown field `TriggerConfigurations`"),
    ] {
        let error = BlueGreenGroup::from_properties("staging", Ecs, &set(ecs(), path, value)).unwrap_err().to_string();
        assert!(error.contains(expected), "{path}: {error}");
    }
    let with_service = set(lambda(), "/ECSServices", json!([]));
    let error = BlueGreenGroup::from_properties("g", Lambda, &with_service).unwrap_err().to_string();
    assert!(error.contains("only groups of the ECS platform"), "{error}");
}

const ECS_APPSPEC: &str = "version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: arn:aws:ecs:us-east-1:123456789012:task-definition/shop:3
        LoadBalancerInfo:
          ContainerName: web
          ContainerPort: 8080
Hooks:
  - AfterAllowTestTraffic: CodeDeployHook_shop
";

const LAMBDA_APPSPEC: &str = r#"{"version": 0.0, "Resources": [{"checkout": {"Type": "AWS::Lambda::Function", "Properties":
    {"Name": "checkout", "Alias": "live", "CurrentVersion": "1", "TargetVersion": "2"}}}],
    "Hooks": [{"BeforeAllowTraffic": "arn:aws:lambda:us-east-1:123456789012:function:CodeDeployHook_checkout"}]}"#;

#[test]
fn appspecs_are_yaml_or_json() {
    let appspec = BlueGreenAppspec::parse(Ecs, ECS_APPSPEC).unwrap();
    assert!(matches!(&appspec.target, Target::Ecs { container, .. } if container == "web"), "{appspec:?}");
    assert_eq!(appspec.hook("AfterAllowTestTraffic"), Some("CodeDeployHook_shop"));
    assert_eq!(appspec.hook("BeforeInstall"), None);
    let appspec = BlueGreenAppspec::parse(Lambda, LAMBDA_APPSPEC).unwrap();
    let Target::Lambda(versions) = &appspec.target else { panic!("{appspec:?}") };
    assert_eq!((versions.alias.as_str(), versions.target_version.as_str()), ("live", "2"));
    assert!(appspec.hook("BeforeAllowTraffic").is_some_and(|hook| hook.ends_with("CodeDeployHook_checkout")));
}

#[test]
fn appspecs_say_on_one_line_what_is_wrong() {
    for (platform, from, to, expected) in [
        (Ecs, "0.0", "1.0", "version is \"1.0\""),
        (Ecs, "TargetService:", "Service:", "\"Service\" is not known"),
        (Ecs, "Hooks:", "hooks:", "hooks"),
        (Ecs, "AfterAllowTestTraffic", "AfterAllowTest", "AfterAllowTest is no hook of the ECS platform"),
        (Ecs, "CodeDeployHook_shop", "\"\"", "Hooks.AfterAllowTestTraffic: name a function"),
        (Ecs, "CodeDeployHook_shop\n", "a\n  - AfterAllowTestTraffic: b\n", "is there twice"),
        (Ecs, "shop:3", "shop", "with its revision"),
        (Ecs, "arn:aws:ecs:us-east-1:123456789012:task-definition/shop:3", "<TASK_DEFINITION>", "TaskDefinition is"),
        (Ecs, "ContainerPort: 8080", "ContainerPort: web", "line 9"),
        (Ecs, "          ContainerName: web\n", "", "ContainerName"),
        (Ecs, "AWS::ECS::Service", "AWS::S3::Bucket", "AWS::S3::Bucket"),
        (Lambda, "\"1\"", "\"$LATEST\"", "CurrentVersion is \"$LATEST\""),
        (Lambda, "BeforeAllowTraffic", "BeforeInstall", "BeforeInstall is no hook of the Lambda platform"),
        (Lambda, "\"Alias\": \"live\", ", "", "Alias"),
        (Lambda, "\"version\": 0.0, ", "", "version"),
    ] {
        let text = if platform == Ecs { ECS_APPSPEC } else { LAMBDA_APPSPEC };
        assert!(text.contains(from), "{from}");
        let error = BlueGreenAppspec::parse(platform, &text.replace(from, to)).unwrap_err();
        assert!(error.contains(expected) && !error.contains('\n'), "{from} -> {error}");
    }
    let error = BlueGreenAppspec::parse(Lambda, ECS_APPSPEC).unwrap_err();
    assert!(error.contains("cannot bring out"), "{error}");
}
