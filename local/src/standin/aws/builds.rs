//! CodeBuild's `BatchGetBuilds` and `DescribeTestCases`, and the log of a build in CloudWatch Logs.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::answer::{ServiceError, json_response};
use super::model::{Member, Shape, TEXT, optional, read, required};
use super::state::State;

const BATCH_GET_BUILDS: &[Member] =
    &[required("ids", Shape::List { of: &Shape::Text { min: 1, max: 1024, pattern: None }, max: 100 })];

const CASE_STATUS: Shape = Shape::OneOf(&["SUCCEEDED", "FAILED", "ERROR", "SKIPPED", "UNKNOWN"]);

const DESCRIBE_TEST_CASES: &[Member] = &[
    required("reportArn", Shape::Text { min: 1, max: 1024, pattern: None }),
    optional("filter", Shape::Structure(&[optional("status", CASE_STATUS), optional("keyword", TEXT)])),
    optional("maxResults", Shape::Integer { min: 1, max: 100 }),
    optional("nextToken", TEXT),
];

const GET_LOG_EVENTS: &[Member] = &[
    required("logGroupName", Shape::Text { min: 1, max: 512, pattern: None }),
    required("logStreamName", Shape::Text { min: 1, max: 512, pattern: None }),
    optional("limit", Shape::Integer { min: 1, max: 10_000 }),
    optional("startFromHead", Shape::Json),
    optional("nextToken", TEXT),
];

pub(super) fn of_codebuild(state: &State, operation: &str, body: &[u8]) -> Result<Response<Bytes>, ServiceError> {
    match operation {
        "BatchGetBuilds" => batch_get_builds(state, body),
        "DescribeTestCases" => describe_test_cases(state, body),
        _ => Err(ServiceError::unknown_operation(operation)),
    }
}

fn batch_get_builds(state: &State, body: &[u8]) -> Result<Response<Bytes>, ServiceError> {
    let request = read(body, BATCH_GET_BUILDS)?;
    let ids: Vec<&str> = request["ids"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let (known, unknown): (Vec<&str>, Vec<&str>) = ids.into_iter().partition(|id| state.builds.contains_key(*id));
    let builds: Vec<&Value> = known.iter().map(|id| &state.builds[*id]).collect();
    Ok(json_response(StatusCode::OK, &json!({ "builds": builds, "buildsNotFound": unknown })))
}

/// Pages begin with the number of a test case. Those of a report fit into one unless the request wants it smaller.
fn describe_test_cases(state: &State, body: &[u8]) -> Result<Response<Bytes>, ServiceError> {
    let request = read(body, DESCRIBE_TEST_CASES)?;
    let arn = request["reportArn"].as_str().unwrap_or_default();
    let cases = state.test_cases.get(arn);
    let cases = cases.ok_or_else(|| ServiceError::client("ResourceNotFoundException", format!("no report {arn}")))?;
    let filter = &request["filter"];
    let wanted = |case: &&Value| {
        let keyword = filter["keyword"].as_str().unwrap_or_default();
        let status = filter["status"].is_null() || case["status"] == filter["status"];
        status && case["name"].as_str().is_some_and(|name| name.contains(keyword))
    };
    let from = request["nextToken"].as_str().map_or(Ok(0), str::parse);
    let from: usize = from.map_err(|_| ServiceError::client("InvalidInputException", "Invalid next token"))?;
    let size = request["maxResults"].as_u64().and_then(|size| usize::try_from(size).ok()).unwrap_or(100);
    let mut cases = cases.iter().filter(wanted).skip(from);
    let page: Vec<&Value> = cases.by_ref().take(size).collect();
    let mut answer = json!({ "testCases": page });
    if cases.next().is_some() {
        answer["nextToken"] = json!((from + size).to_string());
    }
    Ok(json_response(StatusCode::OK, &answer))
}

pub(super) fn of_logs(state: &State, operation: &str, body: &[u8]) -> Result<Response<Bytes>, ServiceError> {
    if operation != "GetLogEvents" {
        return Err(ServiceError::unknown_operation(operation));
    }
    let request = read(body, GET_LOG_EVENTS)?;
    let text = |name: &str| request[name].as_str().unwrap_or_default().to_owned();
    let stream = state.logs.get(&(text("logGroupName"), text("logStreamName")));
    let lines = stream
        .ok_or_else(|| ServiceError::client("ResourceNotFoundException", "The specified log stream does not exist."))?;
    let limit = request["limit"].as_u64().and_then(|limit| usize::try_from(limit).ok()).unwrap_or(10_000);
    // Without startFromHead the latest are given, in the order in which they came.
    let start = if request["startFromHead"] == true { 0 } else { lines.len().saturating_sub(limit) };
    let events = lines[start..].iter().take(limit);
    let events: Vec<Value> =
        events.map(|line| json!({ "timestamp": 1_764_064_800_250_i64, "message": line })).collect();
    Ok(json_response(
        StatusCode::OK,
        &json!({ "events": events, "nextForwardToken": "f/1", "nextBackwardToken": "b/1" }),
    ))
}
