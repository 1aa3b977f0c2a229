//! What the pipeline gives environments that the stack makes: traffic, alarms, instances.

use serde_json::{Value, json};

use crate::platform::{Given, resources_given};
use crate::source::{target, template};
use crate::statements::{actions, statements};

fn groups(given: Given<'_>) -> Vec<(String, Value)> {
    let groups = resources_given(given, "AWS::CodeDeploy::DeploymentGroup");
    groups.into_iter().map(|(name, mut group)| (name, group["Properties"].take())).collect()
}

/// Which of an environment's alarms a group watches, by their place in its list.
fn watched(group: &Value) -> Vec<u64> {
    let alarms = group["AlarmConfiguration"]["Alarms"].as_array().unwrap();
    alarms.iter().map(|alarm| alarm["Name"]["Fn::Select"][0].as_u64().unwrap()).collect()
}

#[test]
fn a_deployment_to_ecs_stops_at_any_alarm_of_its_environment() {
    for ((name, group), stack) in groups(&[("DeployPlatform", "ecs")]).into_iter().zip(["EcsStaging", "EcsProduction"])
    {
        assert_eq!(watched(&group), [0, 1, 2, 3, 4], "{name}");
        assert!(group["AlarmConfiguration"].to_string().contains(stack), "{name}");
        assert_eq!(group["AutoRollbackConfiguration"]["Enabled"], true, "{name}");
    }
    let given = [("DeployPlatform", "ecs"), ("CreateEnvironments", "false"), ("ProductionAlarmName", "errors")];
    let existing = groups(&given);
    assert_eq!(existing[0].1["AlarmConfiguration"], Value::Null);
    assert_eq!(existing[1].1["AlarmConfiguration"]["Alarms"], json!([{ "Name": { "Ref": "ProductionAlarmName" } }]));
}

/// Before the first release no instance is healthy: the alarms that tell so would never let it start.
#[test]
fn a_deployment_to_ec2_stops_at_errors_and_latency() {
    let environment = crate::source::read("infra/environment-ec2.yaml");
    let order = &environment["Outputs"]["AlarmNames"]["Value"]["Fn::Join"][1];
    assert_eq!([&order[0]["Ref"], &order[2]["Ref"]], ["Errors", "Slow"]);
    for ((name, group), stack) in groups(&[("DeployPlatform", "ec2")]).into_iter().zip(["Ec2Staging", "Ec2Production"])
    {
        assert_eq!(watched(&group), [0, 2], "{name}");
        let output = |output: &str| json!({ "Fn::GetAtt": [stack, format!("Outputs.{output}")] });
        assert_eq!(group["AutoScalingGroups"], json!([output("AutoScalingGroup")]), "{name}");
        assert_eq!(group["LoadBalancerInfo"]["TargetGroupInfoList"], json!([{ "Name": output("TargetGroup") }]));
        assert_eq!(group["DeploymentStyle"]["DeploymentOption"], "WITH_TRAFFIC_CONTROL", "{name}");
        assert_eq!(group["Ec2TagFilters"], Value::Null, "{name}: an instance would be found twice");
    }
    for (name, group) in groups(&[("DeployPlatform", "ec2"), ("CreateEnvironments", "false")]) {
        assert!(group["Ec2TagFilters"].is_array() && group["AutoScalingGroups"].is_null(), "{name}");
    }
}

/// CodeDeploy uses the role when a deployment group is made: a policy that comes after the role would come too late.
#[test]
fn a_deployment_group_is_made_with_a_role_that_may_hook_into_its_instances() {
    let roles = resources_given(&[("DeployPlatform", "ec2")], "AWS::IAM::Role");
    for (name, group) in groups(&[("DeployPlatform", "ec2")]) {
        let role = &roles.iter().find(|(role, _)| role == target(&group["ServiceRoleArn"])).unwrap().1;
        let allowed: Vec<String> = statements(role).iter().flat_map(actions).collect();
        assert!(allowed.iter().any(|action| action == "autoscaling:PutLifecycleHook"), "{name}: {allowed:?}");
    }
}

/// The alarms go to nobody by themselves, so that one thing is told once.
#[test]
fn alarms_of_the_environments_are_told_of_by_their_names() {
    for (platform, stacks) in [("ecs", ["EcsStaging", "EcsProduction"]), ("ec2", ["Ec2Staging", "Ec2Production"])] {
        let rules = resources_given(&[("DeployPlatform", platform)], "AWS::Events::Rule");
        let rule = &rules.iter().find(|(name, _)| name == "EnvironmentAlarmsRule").unwrap().1["Properties"];
        let expected = stacks.map(|stack| json!({ "prefix": { "Fn::Sub": format!("${{AWS::StackName}}-{stack}-") } }));
        assert_eq!(rule["EventPattern"]["detail"]["alarmName"], json!(expected), "{platform}");
        for stack in stacks {
            assert_eq!(template()["Resources"][stack]["Properties"]["Parameters"]["AlarmTopicArn"], Value::Null);
        }
    }
}
