//! ECS, aliases of Lambda, alarms of CloudWatch and topics of SNS, as far as pipelines and deployments need them.

use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::double::Facts;

/// `RegisterTaskDefinition` and `DescribeTaskDefinition`.
pub(super) fn ecs(facts: &mut Facts, operation: &str, asked: &Value) -> Option<Response> {
    if facts.denied.contains(&format!("ecs:{operation}")) {
        return Some(refusal(StatusCode::BAD_REQUEST, "AccessDeniedException"));
    }
    match operation {
        "RegisterTaskDefinition" => {
            let number = facts.task_definitions.len() + 1;
            let family = asked["family"].as_str().unwrap();
            let arn = format!("arn:aws:ecs:us-east-1:123456789012:task-definition/{family}:{number}");
            let mut definition = asked.clone();
            definition["taskDefinitionArn"] = arn.into();
            facts.task_definitions.push(definition.clone());
            Some(json!({ "taskDefinition": definition }).to_string().into_response())
        }
        "DescribeTaskDefinition" => {
            let known =
                facts.task_definitions.iter().find(|known| known["taskDefinitionArn"] == asked["taskDefinition"]);
            let Some(known) = known else { return Some(refusal(StatusCode::BAD_REQUEST, "ClientException")) };
            Some(json!({ "taskDefinition": known }).to_string().into_response())
        }
        _ => None,
    }
}

/// `GetAlias` and `UpdateAlias`.
pub(super) fn alias(facts: &mut Facts, method: &Method, path: &str, body: &[u8]) -> Option<Response> {
    let (function, alias) = path.strip_prefix("/2015-03-31/functions/")?.split_once("/aliases/")?;
    let key = format!("{function}:{alias}");
    let operation = if *method == Method::PUT { "lambda:UpdateAlias" } else { "lambda:GetAlias" };
    if facts.denied.contains(operation) {
        return Some(refusal(StatusCode::FORBIDDEN, "AccessDeniedException"));
    }
    if !facts.aliases.contains_key(&key) {
        return Some(refusal(StatusCode::NOT_FOUND, "ResourceNotFoundException"));
    }
    if *method == Method::PUT {
        let asked: Value = serde_json::from_slice(body).unwrap();
        let version = asked["FunctionVersion"].as_str().unwrap().to_owned();
        facts.alias_updates.push(format!("{version} {}", asked["RoutingConfig"]["AdditionalVersionWeights"]));
        facts.aliases.insert(key.clone(), version);
    }
    let version = &facts.aliases[&key];
    Some(json!({ "Name": alias, "FunctionVersion": version }).to_string().into_response())
}

/// `DescribeAlarms`.
pub(super) fn alarms(facts: &Facts, asked: &Value) -> Response {
    if facts.denied.contains("cloudwatch:DescribeAlarms") {
        return refusal(StatusCode::FORBIDDEN, "AccessDenied");
    }
    let names: Vec<&str> = asked["AlarmNames"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let known = facts.alarms.iter().filter(|(name, _)| names.contains(&name.as_str()));
    let shown: Vec<Value> = known.map(|(name, state)| json!({ "AlarmName": name, "StateValue": state })).collect();
    json!({ "MetricAlarms": shown, "CompositeAlarms": [] }).to_string().into_response()
}

fn refusal(status: StatusCode, code: &str) -> Response {
    (status, json!({ "__type": code, "message": "as ordered" }).to_string()).into_response()
}

/// `Publish` with a subject.
pub(super) fn publish(facts: &mut Facts, body: &[u8]) -> Option<Response> {
    let form = std::str::from_utf8(body).unwrap();
    if field(form, "Action") != "Publish" {
        return None;
    }
    if facts.denied.contains("sns:Publish") {
        let body = "<ErrorResponse><Error><Code>AuthorizationError</Code><Message>no</Message></Error></ErrorResponse>";
        return Some((StatusCode::FORBIDDEN, body).into_response());
    }
    facts.published.push(["TopicArn", "Subject", "Message"].map(|name| field(form, name)));
    let body = "<PublishResponse><PublishResult><MessageId>m-1</MessageId></PublishResult></PublishResponse>";
    Some(body.into_response())
}

/// A field of a form; empty when it is not there.
pub(super) fn field(form: &str, name: &str) -> String {
    let value = form.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).unwrap_or_default();
    percent_encoding::percent_decode_str(value).decode_utf8().unwrap().into_owned()
}
