//! Pipelines of the tests, as CloudFormation hands them over.

use serde_json::{Value, json};

use super::double::PIPELINE_ROLE;

/// A pipeline `shop` of a source stage and these stages.
pub(super) fn pipeline(stages: &[Value]) -> Value {
    let mut all = vec![json!({ "Name": "Source", "Actions": [source()] })];
    all.extend_from_slice(stages);
    json!({
        "Name": "shop",
        "PipelineType": "V2",
        "RoleArn": PIPELINE_ROLE,
        "ArtifactStore": { "Type": "S3", "Location": "artifacts" },
        "Stages": all,
    })
}

pub(super) fn source() -> Value {
    json!({
        "Name": "Fetch",
        "ActionTypeId": { "Category": "Source", "Owner": "AWS", "Provider": "S3", "Version": "1" },
        "Namespace": "Source",
        "Configuration": {
            "S3Bucket": "sources", "S3ObjectKey": "shop/source.zip", "PollForSourceChanges": "false",
        },
        "OutputArtifacts": [{ "Name": "SourceOutput" }],
    })
}

pub(super) fn stage(name: &str, actions: &[Value]) -> Value {
    json!({ "Name": name, "Actions": actions })
}

/// A Lambda invoke action of the function `check`.
pub(super) fn lambda(name: &str, run_order: u32) -> Value {
    json!({
        "Name": name,
        "RunOrder": run_order,
        "ActionTypeId": { "Category": "Invoke", "Owner": "AWS", "Provider": "Lambda", "Version": "1" },
        "Configuration": { "FunctionName": "check", "UserParameters": name },
        "InputArtifacts": [{ "Name": "SourceOutput" }],
    })
}

/// A manual approval with this configuration.
pub(super) fn approval(name: &str, configuration: &Value) -> Value {
    json!({
        "Name": name,
        "ActionTypeId": { "Category": "Approval", "Owner": "AWS", "Provider": "Manual", "Version": "1" },
        "Configuration": configuration,
    })
}

/// The stage with an `OnFailure`: `ROLLBACK`, or the mode of a retry.
pub(super) fn on_failure(stage: Value, what: &str) -> Value {
    let policy = match what {
        "ROLLBACK" => json!({ "Result": "ROLLBACK" }),
        mode => json!({ "Result": "RETRY", "RetryConfiguration": { "RetryMode": mode } }),
    };
    with(stage, "/OnFailure", policy)
}

/// The value with one member set; `path` is a JSON pointer to it.
pub(super) fn with(mut value: Value, path: &str, member: Value) -> Value {
    let (parent, name) = path.rsplit_once('/').unwrap();
    let parent = value.pointer_mut(parent).unwrap();
    match parent {
        Value::Array(items) => items[name.parse::<usize>().unwrap()] = member,
        parent => parent[name] = member,
    }
    value
}
