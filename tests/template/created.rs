//! What the pipeline gives environments that the stack makes: traffic, instances, who is told of alarms.

use serde_json::{Value, json};

use crate::platform::{Given, resources_given};
use crate::source::{target, template};
use crate::statements::{actions, statements};

fn groups(given: Given<'_>) -> Vec<(String, Value)> {
    let groups = resources_given(given, "AWS::CodeDeploy::DeploymentGroup");
    groups.into_iter().map(|(name, mut group)| (name, group["Properties"].take())).collect()
}

#[test]
fn a_deployment_to_ec2_takes_an_instance_out_while_it_changes() {
    for ((name, group), stack) in groups(&[("DeployPlatform", "ec2")]).into_iter().zip(["Ec2Staging", "Ec2Production"])
    {
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
