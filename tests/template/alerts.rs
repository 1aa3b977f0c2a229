//! What alerts go through: topics, table, queues, Slack's secret, and what the function may do with them.

use serde_json::{Value, json};

use crate::platform::{Given, is_true, resources_given, resources_on};
use crate::source::{target, template};

fn resource(name: &str) -> &'static Value {
    let resource = &template()["Resources"][name];
    assert!(resource.is_object(), "there is no {name}");
    &resource["Properties"]
}

#[test]
fn every_topic_has_a_policy_for_this_stacks_alarms_over_tls() {
    let policies = resources_on("ec2", "AWS::SNS::TopicPolicy");
    let topics = resources_on("ec2", "AWS::SNS::Topic");
    assert_eq!(topics.len(), 2);
    for (name, _) in topics {
        let own = |policy: &&(String, Value)| target(&policy.1["Properties"]["Topics"][0]) == name;
        let policy = policies.iter().find(own).unwrap_or_else(|| panic!("{name} has no policy"));
        let statements = policy.1["Properties"]["PolicyDocument"]["Statement"].as_array().unwrap();
        assert_eq!(statements.len(), 2, "{name}");
        assert_eq!(statements[0]["Effect"], "Deny", "{name}");
        assert_eq!(statements[0]["Condition"]["Bool"]["aws:SecureTransport"], false, "{name}");
        is_for_alarms(&statements[1]);
    }
}

/// The alerts' own key lets alarms use it; the other topic does not depend on it.
#[test]
fn the_alert_topic_is_encrypted_with_a_key_that_alarms_may_use() {
    assert_eq!(target(&resource("AlertTopic")["KmsMasterKeyId"]), "AlertKey");
    assert_eq!(resource("OperationsTopic")["KmsMasterKeyId"], Value::Null);
    let key = resource("AlertKey");
    assert_eq!(key["EnableKeyRotation"], true);
    let statements = key["KeyPolicy"]["Statement"].as_array().unwrap();
    assert_eq!(statements.len(), 2);
    is_for_alarms(&statements[1]);
    assert_eq!(statements[1]["Action"], json!(["kms:Decrypt", "kms:GenerateDataKey*"]));
}

fn is_for_alarms(statement: &Value) {
    assert_eq!(statement["Principal"], json!({ "Service": "cloudwatch.amazonaws.com" }));
    assert_eq!(statement["Condition"]["StringEquals"]["aws:SourceAccount"], json!({ "Ref": "AWS::AccountId" }));
    let alarms = statement["Condition"]["ArnLike"]["aws:SourceArn"]["Fn::Sub"].as_str().unwrap();
    assert!(alarms.ends_with(":alarm:${AWS::StackName}-*"), "{alarms}");
}

#[test]
fn the_ledger_forgets_in_time_and_can_be_restored() {
    let table = resource("LedgerTable");
    assert_eq!(table["BillingMode"], "PAY_PER_REQUEST");
    assert_eq!(table["TimeToLiveSpecification"], json!({ "AttributeName": "expires", "Enabled": true }));
    assert_eq!(table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"], true);
    assert_eq!(table["SSESpecification"]["SSEEnabled"], true);
    let keys: Vec<(&str, &str)> = table["KeySchema"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| (key["AttributeName"].as_str().unwrap(), key["KeyType"].as_str().unwrap()))
        .collect();
    assert_eq!(keys, [("pk", "HASH"), ("sk", "RANGE")]);
}

#[test]
fn every_queue_is_encrypted_and_keeps_what_it_can() {
    for (name, queue) in resources_on("ec2", "AWS::SQS::Queue") {
        assert_eq!(queue["Properties"]["SqsManagedSseEnabled"], true, "{name}");
        // 14 days, the most that SQS allows.
        assert_eq!(queue["Properties"]["MessageRetentionPeriod"], 1_209_600, "{name}");
    }
}

#[test]
fn routes_are_what_was_given_or_made_of_the_channels() {
    let staging = json!({ "default": { "channel": "${SlackChannel}" } });
    let both = json!({
        "default": { "channel": "${SlackChannel}" },
        "environments": { "production": { "channel": "${ProductionSlackChannel}" } },
    });
    let cases: [(Given<'_>, Option<Value>); 3] = [
        (&[], None),
        (&[("SlackChannel", "C0123456789")], Some(staging)),
        (&[("SlackChannel", "C0123456789"), ("ProductionSlackChannel", "C9876543210")], Some(both)),
    ];
    for (given, expected) in cases {
        let routes = routes(given);
        let routes = routes["Fn::Sub"].as_str().map(|text| serde_json::from_str::<Value>(text).unwrap());
        assert_eq!(routes, expected, "{given:?}");
    }
    assert_eq!(routes(&[("AlertRoutes", "{}")]), json!({ "Ref": "AlertRoutes" }));
}

fn routes(given: Given<'_>) -> Value {
    let functions = resources_given(given, "AWS::Serverless::Function");
    let alerts = functions.into_iter().find(|(name, _)| name == "StageAlertFunction").unwrap().1;
    alerts["Properties"]["Environment"]["Variables"]["ROUTES"].clone()
}

/// Parameters that do not fit together are refused before anything is made.
#[test]
fn the_rules_name_what_slack_lacks() {
    let (secret, channel, production) = ("SlackSecretArn", "SlackChannel", "ProductionSlackChannel");
    let cases: [(Given<'_>, Option<&str>); 7] = [
        (&[], None),
        (&[(secret, "arn")], None),
        (&[(secret, "arn"), (channel, "C1"), (production, "C2")], None),
        (&[(secret, "arn"), ("AlertRoutes", "{}")], None),
        (&[(channel, "C1")], Some("SlackSecretArn is missing")),
        (&[(secret, "arn"), (production, "C2")], Some("SlackChannel is missing")),
        (&[(secret, "arn"), (channel, "C1"), ("AlertRoutes", "{}")], Some("SlackChannel and AlertRoutes")),
    ];
    for (given, expected) in cases {
        let assertions = template()["Rules"]["AlertParameters"]["Assertions"].as_array().unwrap();
        let broken: Vec<&str> = assertions
            .iter()
            .filter(|assertion| !is_true(given, &assertion["Assert"]))
            .map(|assertion| assertion["AssertDescription"].as_str().unwrap())
            .collect();
        assert_eq!(broken.len(), usize::from(expected.is_some()), "{given:?}: {broken:?}");
        assert!(broken.iter().all(|text| text.starts_with(expected.unwrap_or_default())), "{given:?}: {broken:?}");
    }
}

#[test]
fn slacks_secret_is_named_and_never_a_parameters_value() {
    let pattern = template()["Parameters"]["SlackSecretArn"]["AllowedPattern"].as_str().unwrap();
    assert!(pattern.contains(":secretsmanager:"), "{pattern}");
    let granted = resources_given(&[("SlackSecretArn", "arn")], "AWS::IAM::Policy");
    let policy = granted.into_iter().find(|(name, _)| name == "SlackSecretPolicy").unwrap().1;
    let statement = &policy["Properties"]["PolicyDocument"]["Statement"][0];
    assert_eq!(statement["Action"], "secretsmanager:GetSecretValue");
    assert_eq!(statement["Resource"], json!({ "Ref": "SlackSecretArn" }));
    assert!(resources_on("ec2", "AWS::IAM::Policy").iter().all(|(name, _)| name != "SlackSecretPolicy"));
}
