//! What the properties of a pipeline say of failures, transitions, triggers and sources: what is refused, and why.

use serde_json::{Value, json};

use super::templates::{approval, lambda, on_failure, pipeline, stage, with};
use super::world::World;

fn shop() -> Value {
    pipeline(&[stage("Staging", &[lambda("a", 1), approval("b", &json!({}))])])
}

/// A pipeline whose source is a repository over a connection, with these triggers.
fn connected(triggers: Value) -> Value {
    let source = json!({
        "Name": "Fetch",
        "ActionTypeId":
            { "Category": "Source", "Owner": "AWS", "Provider": "CodeStarSourceConnection", "Version": "1" },
        "Configuration": {
            "ConnectionArn": "arn:aws:codeconnections:us-east-1:123456789012:connection/c",
            "FullRepositoryId": "shop/storefront", "BranchName": "main", "DetectChanges": false,
        },
        "OutputArtifacts": [{ "Name": "SourceOutput" }],
    });
    with(with(shop(), "/Stages/0/Actions", json!([source])), "/Triggers", triggers)
}

fn trigger(git: Value) -> Value {
    let git = with(git, "/SourceActionName", "Fetch".into());
    json!([{ "ProviderType": "CodeStarSourceConnection", "GitConfiguration": git }])
}

#[tokio::test]
async fn refused_policies() {
    let set = |path: &str, value: Value| with(shop(), path, value);
    let failing = |value: Value| set("/Stages/1/OnFailure", value);
    let push = |filter: Value| connected(trigger(json!({ "Push": [filter] })));
    let closed = |stage: &str, reason: &str| {
        set("/DisableInboundStageTransitions", json!([{ "StageName": stage, "Reason": reason }]))
    };
    let other_source = with(trigger(json!({ "Push": [{}] })), "/0/GitConfiguration/SourceActionName", "Other".into());
    let table: Vec<(Value, &str)> = vec![
        (failing(json!({ "Result": "SKIP" })), "OnFailure.Result is \"SKIP\""),
        (failing(json!({})), "OnFailure.Result is missing"),
        (failing(json!({ "Result": "RETRY" })), "RetryMode is missing"),
        (failing(json!({ "Result": "RETRY", "RetryConfiguration": { "RetryMode": "SOME" } })), "RetryMode is \"SOME\""),
        (
            failing(json!({ "Result": "ROLLBACK", "RetryConfiguration": { "RetryMode": "ALL_ACTIONS" } })),
            "goes with Result RETRY only",
        ),
        (failing(json!({ "Conditions": [{}] })), "OnFailure.Conditions: not implemented"),
        (failing(json!({ "Outcome": "ROLLBACK" })), "unknown field `Outcome`"),
        (set("/Stages/0/OnFailure", json!({ "Result": "ROLLBACK" })), "a source stage cannot be rolled back"),
        (with(failing(json!({ "Result": "ROLLBACK" })), "/PipelineType", "V1".into()), "needs PipelineType V2"),
        (with(failing(json!({ "Result": "ROLLBACK" })), "/ExecutionMode", "PARALLEL".into()), "PARALLEL does not have"),
        (with(set("/ExecutionMode", "PARALLEL".into()), "/PipelineType", "V1".into()), "needs PipelineType V2"),
        (closed("Other", "sale"), "there is no such stage"),
        (closed("Source", "sale"), "no inbound transition"),
        (closed("Staging", "sale: until Monday"), "Reason is \"sale: until Monday\""),
        (set("/Stages/1/Actions/1/TimeoutInMinutes", 4.into()), "TimeoutInMinutes is 4"),
        (set("/Stages/1/Actions/1/TimeoutInMinutes", 86_401.into()), "TimeoutInMinutes is 86401"),
        (set("/Stages/1/Actions/1/Configuration", json!({ "Who": "me" })), "Configuration.Who is not known"),
        (set("/Stages/1/Actions/1/OutputArtifacts", json!([{ "Name": "O" }])), "it has 1 output artifacts"),
        (set("/Triggers", trigger(json!({ "Push": [{}] }))), "no source action over a connection"),
        (connected(other_source), "SourceActionName is \"Other\""),
        (connected(trigger(json!({}))), "neither Push nor PullRequest"),
        (connected(trigger(json!({ "Push": [{}, {}, {}, {}] }))), "Push has 4 filters"),
        (
            connected(json!([{ "ProviderType": "GitHub", "GitConfiguration": { "SourceActionName": "Fetch" } }])),
            "GitHub",
        ),
        (push(json!({ "Branches": {} })), "neither Includes nor Excludes"),
        (push(json!({ "Branches": { "Includes": vec!["b"; 9] } })), "Push.Branches.Includes has 9 patterns"),
        (push(json!({ "FilePaths": { "Excludes": [""] } })), "expected 1 to 255 characters"),
        (push(json!({ "Tags": { "Includes": ["v*"] }, "Branches": { "Includes": ["main"] } })), "filters of their own"),
        (connected(trigger(json!({ "PullRequest": [{ "Events": ["MERGED"] }] }))), "PullRequest.Events has \"MERGED\""),
        (
            with(connected(json!([])), "/Stages/0/Actions/0/Configuration/OutputArtifactFormat", "TAR".into()),
            "OutputArtifactFormat is \"TAR\"",
        ),
        (
            with(connected(json!([])), "/Stages/0/Actions/0/Configuration/DetectChanges", "maybe".into()),
            "DetectChanges is \"maybe\"",
        ),
    ];
    let world = World::start(1.0).await;
    for (properties, part) in table {
        let (status, answer) = world.create("AWS::CodePipeline::Pipeline", properties).await;
        let message = answer["message"].as_str().unwrap_or_default();
        assert!(status == 400 && message.contains(part), "{status} {message:?} should say {part:?}");
    }
    assert!(world.engine.executions().is_empty());
}

#[tokio::test]
async fn a_source_elsewhere_fails_its_execution_and_says_what_the_local_system_lacks() {
    let triggers = json!({
        "Push": [{ "Branches": { "Includes": ["main"] }, "FilePaths": { "Excludes": ["docs/**"] } }],
        "PullRequest": [{ "Events": ["OPEN", "UPDATED"], "Branches": { "Includes": ["main"] } }],
    });
    let codecommit = json!({
        "Name": "Fetch",
        "ActionTypeId": { "Category": "Source", "Owner": "AWS", "Provider": "CodeCommit", "Version": "1" },
        "Configuration": { "RepositoryName": "shop", "BranchName": "main", "PollForSourceChanges": "true" },
        "OutputArtifacts": [{ "Name": "SourceOutput" }],
    });
    for (properties, expected) in [
        (connected(trigger(triggers)), "has no connection arn:aws:codeconnections:us-east-1:123456789012:connection/c"),
        (with(shop(), "/Stages/0/Actions/0", codecommit), "has no CodeCommit: repository shop"),
    ] {
        let mut world = World::start(1.0).await;
        world.create_pipeline(properties).await;
        let error = world.ended().await.stages[0].actions[0].error.clone().unwrap();
        assert_eq!(error.code, "ConfigurationError");
        assert!(error.message.contains(expected), "{error:?}");
    }
}

#[tokio::test]
async fn a_definition_is_shown_as_it_was_given() {
    let world = World::start(1.0).await;
    let staging = on_failure(stage("Staging", &[lambda("a", 1)]), "FAILED_ACTIONS");
    let approve = with(approval("Approve", &json!({ "CustomData": "?" })), "/TimeoutInMinutes", 60.into());
    let production = on_failure(stage("Production", &[approve]), "ROLLBACK");
    world.create_pipeline(pipeline(&[staging, production])).await;
    let shown = world.call("GetPipeline", json!({ "name": "shop" })).await;
    let stages = &shown["pipeline"]["stages"];
    assert_eq!(stages[0]["onFailure"], Value::Null);
    let retry = json!({ "result": "RETRY", "retryConfiguration": { "retryMode": "FAILED_ACTIONS" } });
    assert_eq!(stages[1]["onFailure"], retry);
    assert_eq!(stages[2]["onFailure"], json!({ "result": "ROLLBACK" }));
    assert_eq!(stages[2]["actions"][0]["timeoutInMinutes"], 60);
    assert_eq!(stages[2]["actions"][0]["actionTypeId"]["category"], "Approval");
}
