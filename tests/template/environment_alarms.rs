//! The alarms of an environment and of its database: what each looks at, and where it rings.

use serde_json::{Value, json};

use crate::infra::of;
use crate::source::read;

pub(crate) const ON_EC2: &str = "infra/environment-ec2.yaml";
pub(crate) const ON_ECS: &str = "infra/environment-ecs.yaml";
const DATABASE: &str = "infra/database.yaml";

/// An alarm's id, its metric, what of the metric is looked at, where it rings, and of whom it is: names of dimensions and
/// the attributes that give them.
type Watch = (&'static str, &'static str, &'static str, &'static str, Value, &'static [(&'static str, &'static str)]);

/// The alarms on a new password and their metrics: of no deployment's concern, and so not among those that one watches.
const PASSWORD: [(&str, &str); 2] =
    [("PasswordNotTaken", "ExecutionsFailed"), ("PasswordNotTakenInTime", "ExecutionsTimedOut")];
const OVER: &str = "GreaterThanThreshold";
const UNDER: &str = "LessThanThreshold";
const BALANCER: (&str, &str) = ("LoadBalancer", "LoadBalancer.LoadBalancerFullName");
const GROUP: (&str, &str) = ("TargetGroup", "TargetGroup.TargetGroupFullName");
const BLUE: (&str, &str) = ("TargetGroup", "BlueTargetGroup.TargetGroupFullName");
const GREEN: (&str, &str) = ("TargetGroup", "GreenTargetGroup.TargetGroupFullName");

/// The topic that is named, if one is.
fn told() -> Value {
    json!({ "Fn::If": ["HasAlarmTopic", [{ "Ref": "AlarmTopicArn" }], { "Ref": "AWS::NoValue" }] })
}

/// The alarms on customers' requests, which both environments have.
fn of_requests() -> [Watch; 3] {
    [
        ("Errors", "HTTPCode_Target_5XX_Count", "Sum", OVER, json!(5), &[BALANCER]),
        ("NoAnswer", "HTTPCode_ELB_5XX_Count", "Sum", OVER, json!(5), &[BALANCER]),
        ("Slow", "TargetResponseTime", "p95", OVER, json!(2), &[BALANCER]),
    ]
}

#[test]
fn every_alarm_of_an_environment_looks_at_what_it_is_called_after() {
    let hosts = "UnHealthyHostCount";
    let of_instances: [Watch; 1] = [("Unhealthy", hosts, "Maximum", OVER, json!(0), &[BALANCER, GROUP])];
    let of_tasks: [Watch; 2] = [
        ("BlueUnhealthy", hosts, "Maximum", OVER, json!(0), &[BALANCER, BLUE]),
        ("GreenUnhealthy", hosts, "Maximum", OVER, json!(0), &[BALANCER, GREEN]),
    ];
    let connections = json!({ "Fn::FindInMap": ["Sizes", { "Ref": "Environment" }, "Connections"] });
    let database: &[(&str, &str)] = &[("DBInstanceIdentifier", "Database")];
    let of_database: [Watch; 3] = [
        ("HighCpu", "CPUUtilization", "Average", OVER, json!(80), database),
        ("LowStorage", "FreeStorageSpace", "Minimum", UNDER, json!(2_147_483_648_u64), database),
        ("ManyConnections", "DatabaseConnections", "Maximum", OVER, connections, database),
    ];
    let requests = || of_requests().into_iter();
    for (file, namespace, expected) in [
        (ON_EC2, "AWS/ApplicationELB", requests().chain(of_instances).collect::<Vec<_>>()),
        (ON_ECS, "AWS/ApplicationELB", requests().chain(of_tasks).collect()),
        (DATABASE, "AWS/RDS", of_database.into_iter().collect()),
    ] {
        let template = read(file);
        let names: Vec<&str> = expected.iter().map(|watch| watch.0).collect();
        let alarms = of(&template, "AWS::CloudWatch::Alarm").map(|(name, _)| name);
        let alarms: Vec<&String> = alarms.filter(|name| PASSWORD.iter().all(|(own, _)| own != name)).collect();
        assert_eq!(alarms, names, "{file}");
        assert_eq!(alarm_names(file), names, "{file}: the output leaves one out");
        for (name, metric, statistic, comparison, threshold, dimensions) in expected {
            let alarm = &template["Resources"][name]["Properties"];
            let by = if statistic.starts_with('p') { "ExtendedStatistic" } else { "Statistic" };
            let of_whom = |(dimension, attribute): &(&str, &str)| {
                let value = match attribute.split_once('.') {
                    Some((resource, attribute)) => json!({ "Fn::GetAtt": [resource, attribute] }),
                    None => json!({ "Ref": attribute }),
                };
                json!({ "Name": dimension, "Value": value })
            };
            for (property, expected) in [
                ("Namespace", json!(namespace)),
                ("MetricName", json!(metric)),
                (by, json!(statistic)),
                ("ComparisonOperator", json!(comparison)),
                ("Threshold", threshold),
                ("Dimensions", dimensions.iter().map(of_whom).collect()),
                ("ActionsEnabled", Value::Null),
            ] {
                assert_eq!(alarm[property], expected, "{file}: {name}: {property}");
            }
            let minutes = alarm["Period"].as_u64().unwrap() * alarm["EvaluationPeriods"].as_u64().unwrap() / 60;
            assert!((3..=15).contains(&minutes), "{file}: {name} takes {minutes} minutes to ring");
            // Without requests there is no value; a database always has one.
            let silence = if file == DATABASE { Value::Null } else { json!("notBreaching") };
            assert_eq!(alarm["TreatMissingData"], silence, "{file}: {name}");
            assert_eq!(alarm["AlarmActions"], told(), "{file}: {name}");
        }
    }
}

#[test]
fn a_password_that_nobody_takes_rings_at_once() {
    for (file, machine) in [(ON_EC2, "RestartShops"), (ON_ECS, "ReplaceTasks")] {
        for (name, metric) in PASSWORD {
            let alarm = read(file)["Resources"][name]["Properties"].take();
            for (property, expected) in [
                ("Namespace", json!("AWS/States")),
                ("MetricName", json!(metric)),
                ("Dimensions", json!([{ "Name": "StateMachineArn", "Value": { "Ref": machine } }])),
                ("Statistic", json!("Sum")),
                ("EvaluationPeriods", json!(1)),
                ("ComparisonOperator", json!(OVER)),
                ("Threshold", json!(0)),
                ("TreatMissingData", json!("notBreaching")),
                ("AlarmActions", told()),
            ] {
                assert_eq!(alarm[property], expected, "{file}: {name}: {property}");
            }
        }
    }
}

/// The logical ids of the alarms in the order in which a template names them in its output.
pub(crate) fn alarm_names(file: &str) -> Vec<String> {
    let list = read(file)["Outputs"]["AlarmNames"]["Value"]["Fn::Join"].take();
    assert_eq!(list[0], ",", "{file}");
    list[1].as_array().unwrap().iter().map(|alarm| alarm["Ref"].as_str().unwrap().to_owned()).collect()
}
