//! Somebody is told when a function fails, is throttled, when the job closer was needed, or when alerts do not arrive.

use serde_json::json;

use crate::platform::{PLATFORMS, resources_on};

const ALARM: &str = "AWS::CloudWatch::Alarm";

/// The metrics of `AWS/Lambda` that are watched of a function on a platform.
fn watched(platform: &str, function: &str) -> Vec<String> {
    let alarms = resources_on(platform, ALARM);
    let of_function = alarms.iter().map(|(_, alarm)| &alarm["Properties"]).filter(|properties| {
        properties["Namespace"] == "AWS/Lambda"
            && properties["Dimensions"] == json!([{ "Name": "FunctionName", "Value": { "Ref": function } }])
    });
    of_function.map(|properties| properties["MetricName"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_function_is_watched_for_errors_and_throttles() {
    for platform in PLATFORMS {
        for (name, _) in resources_on(platform, "AWS::Serverless::Function") {
            let metrics = watched(platform, &name);
            for metric in ["Errors", "Throttles"] {
                assert!(metrics.iter().any(|watched| watched == metric), "{platform}: {name} has no alarm on {metric}");
            }
        }
        assert!(watched(platform, "JobCloserFunction").contains(&"Invocations".to_owned()));
    }
}

#[test]
fn every_dead_letter_is_noticed() {
    for platform in PLATFORMS {
        let alarms = resources_on(platform, ALARM);
        let queues = resources_on(platform, "AWS::SQS::Queue");
        assert!(!queues.is_empty());
        for (name, _) in queues {
            let depth = alarms.iter().map(|(_, alarm)| &alarm["Properties"]).find(|properties| {
                properties["MetricName"] == "ApproximateNumberOfMessagesVisible"
                    && properties["Dimensions"][0]["Value"]["Fn::GetAtt"][0] == *name
            });
            assert!(depth.is_some(), "{platform}: nobody looks into {name}");
        }
    }
}

#[test]
fn a_subscriber_whom_no_alert_reaches_is_noticed() {
    let alarms = resources_on("ec2", ALARM);
    let failed = alarms.iter().find(|(_, alarm)| alarm["Properties"]["MetricName"] == "NumberOfNotificationsFailed");
    let properties = &failed.unwrap().1["Properties"];
    assert_eq!(properties["Namespace"], "AWS/SNS");
    let topic = json!({ "Name": "TopicName", "Value": { "Fn::GetAtt": ["AlertTopic", "TopicName"] } });
    assert_eq!(properties["Dimensions"], json!([topic]));
}

#[test]
fn an_alarm_goes_off_at_the_first_and_ends_without_data() {
    for (name, alarm) in resources_on("ecs", ALARM) {
        let properties = &alarm["Properties"];
        assert_eq!(properties["Threshold"], 0, "{name}");
        assert_eq!(properties["ComparisonOperator"], "GreaterThanThreshold", "{name}");
        assert_eq!(properties["EvaluationPeriods"], 1, "{name}");
        assert_eq!(properties["TreatMissingData"], "notBreaching", "{name}");
        assert!(properties["AlarmDescription"].as_str().is_some_and(|text| text.ends_with('.')), "{name}");
        // What goes wrong with alerts is told where they do not go.
        let of_alerts = name.starts_with("StageAlert") || name.starts_with("Alert");
        let topic = if of_alerts { "OperationsTopic" } else { "AlertTopic" };
        assert_eq!(properties["AlarmActions"], json!([{ "Ref": topic }]), "{name}");
    }
}
