//! What takes a deployment back: the events of each deployment group and the alarms that it watches.

use serde_json::{Value, json};

use crate::environment_alarms::{ON_EC2, ON_ECS, alarm_names};
use crate::infra::{of, templates};
use crate::platform::{Given, resources_given};

const FAILURE: &str = "DEPLOYMENT_FAILURE";
const ALARM: &str = "DEPLOYMENT_STOP_ON_ALARM";
const REQUEST: &str = "DEPLOYMENT_STOP_ON_REQUEST";

const ECS_ALARMS: &str = "Errors NoAnswer Slow BlueUnhealthy GreenUnhealthy";
/// Before the first release no instance is healthy: the alarms that tell so would never let it start.
const EC2_ALARMS: &str = "Errors Slow";

/// A group, how it moves on, what takes a deployment back, and the alarms that stop one.
type Group = (&'static str, &'static str, &'static [&'static str], String);

#[test]
fn every_group_takes_back_what_failed_and_stops_at_its_environments_alarms() {
    let all = "CodeDeployDefault.AllAtOnce";
    let ecs_all = "CodeDeployDefault.ECSAllAtOnce";
    let chosen = "CodeDeployDefault.ECS${EcsDeploymentConfig}";
    let by_one = "CodeDeployDefault.OneAtATime";
    let ecs: &[&str] = &[FAILURE, ALARM, REQUEST];
    let alarms_of = |stack: &str, alarms: &str| format!("{stack}: {alarms}");
    let none = String::new;
    let existing = ("CreateEnvironments", "false");
    let stacks: [(Given<'_>, [Group; 2]); 5] = [
        (
            &[("DeployPlatform", "ecs")],
            [
                ("EcsStagingGroup", ecs_all, ecs, alarms_of("EcsStaging", ECS_ALARMS)),
                ("EcsProductionGroup", chosen, ecs, alarms_of("EcsProduction", ECS_ALARMS)),
            ],
        ),
        (
            &[("DeployPlatform", "ecs"), existing],
            [("EcsStagingGroup", ecs_all, ecs, none()), ("EcsProductionGroup", chosen, ecs, none())],
        ),
        (
            &[("DeployPlatform", "ecs"), existing, ("ProductionAlarmName", "errors")],
            [
                ("EcsStagingGroup", ecs_all, ecs, none()),
                ("EcsProductionGroup", chosen, ecs, "ProductionAlarmName".to_owned()),
            ],
        ),
        (
            &[("DeployPlatform", "ec2")],
            [
                ("StagingGroup", all, &[FAILURE, ALARM], alarms_of("Ec2Staging", EC2_ALARMS)),
                ("ProductionGroup", by_one, &[FAILURE, ALARM], alarms_of("Ec2Production", EC2_ALARMS)),
            ],
        ),
        (
            &[("DeployPlatform", "ec2"), existing],
            [("StagingGroup", all, &[FAILURE], none()), ("ProductionGroup", by_one, &[FAILURE], none())],
        ),
    ];
    for (given, expected) in stacks {
        let groups = resources_given(given, "AWS::CodeDeploy::DeploymentGroup");
        let names: Vec<&str> = groups.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, expected.each_ref().map(|group| group.0), "{given:?}");
        for ((name, group), (_, configuration, events, alarms)) in groups.iter().zip(expected) {
            let group = &group["Properties"];
            let by = &group["DeploymentConfigName"];
            assert_eq!(by.as_str().or(by["Fn::Sub"].as_str()), Some(configuration), "{given:?}: {name}");
            let back = json!({ "Enabled": true, "Events": events });
            assert_eq!(group["AutoRollbackConfiguration"], back, "{given:?}: {name}");
            assert_eq!(watched(&group["AlarmConfiguration"]), alarms, "{given:?}: {name}");
        }
    }
    for (file, _, template) in templates() {
        assert_eq!(of(&template, "AWS::CodeDeploy::DeploymentGroup").count(), 0, "{file}: a group beside these");
    }
}

/// The alarms that a group watches: the stack of its environment and their logical ids there, or a parameter.
fn watched(alarms: &Value) -> String {
    if alarms.is_null() {
        return String::new();
    }
    assert_eq!((&alarms["Enabled"], &alarms["IgnorePollAlarmFailure"]), (&json!(true), &Value::Null));
    let of_environment = |name: &Value| {
        let (place, list) = (name["Fn::Select"][0].as_u64().unwrap(), &name["Fn::Select"][1]["Fn::Split"]);
        assert_eq!((&list[0], &list[1]["Fn::GetAtt"][1]), (&json!(","), &json!("Outputs.AlarmNames")));
        let stack = list[1]["Fn::GetAtt"][0].as_str().unwrap().to_owned();
        let order = alarm_names(if stack.starts_with("Ecs") { ON_ECS } else { ON_EC2 });
        (stack, order[usize::try_from(place).unwrap()].clone())
    };
    let references = alarms["Alarms"].as_array().unwrap().iter().map(|alarm| &alarm["Name"]);
    let found: Vec<(String, String)> = references
        .map(|name| {
            let parameter = name["Ref"].as_str().map(|parameter| (String::new(), parameter.to_owned()));
            parameter.unwrap_or_else(|| of_environment(name))
        })
        .collect();
    let stack = &found[0].0;
    assert!(found.iter().all(|(other, _)| other == stack), "{found:?} are not of one environment");
    let ids: Vec<&str> = found.iter().map(|(_, id)| id.as_str()).collect();
    if stack.is_empty() { ids.join(" ") } else { format!("{stack}: {}", ids.join(" ")) }
}
