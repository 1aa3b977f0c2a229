//! Manual approvals: what is asked, and what becomes of the answer.

use serde_json::{Value, json};

use super::templates::{approval, pipeline, stage, with};
use super::world::{FUNCTION, World};
use crate::engine::{ActionStatus, EventKind, ExecutionStatus};

const TOPIC: &str = "arn:aws:sns:us-east-1:123456789012:approvals";

/// Waits until the approval asks, and returns its token.
async fn asked(world: &mut World) -> String {
    let token = |kind: &EventKind| match kind {
        EventKind::ApprovalNeeded { token, .. } => Some(token.clone()),
        _ => None,
    };
    world.event(token).await
}

fn answer(token: &str, status: &str, summary: &str) -> Value {
    json!({
        "pipelineName": "shop", "stageName": "Approval", "actionName": "Approve", "token": token,
        "result": { "status": status, "summary": summary },
    })
}

#[tokio::test]
async fn an_answer_ends_the_approval() {
    for (status, summary, expected, error) in [
        ("Approved", "looks good", ExecutionStatus::Succeeded, None),
        ("Approved", "", ExecutionStatus::Succeeded, None),
        ("Rejected", "not during the sale", ExecutionStatus::Failed, Some("not during the sale")),
        ("Rejected", "", ExecutionStatus::Failed, Some("The approval was rejected.")),
    ] {
        let mut world = World::start(1.0).await;
        world.create_pipeline(pipeline(&[stage("Approval", &[approval("Approve", &json!({}))])])).await;
        let token = asked(&mut world).await;
        let state = world.call("GetPipelineState", json!({ "name": "shop" })).await;
        let latest = &state["stageStates"][1]["actionStates"][0]["latestExecution"];
        assert_eq!((&latest["token"], &latest["status"]), (&json!(token), &json!("InProgress")));

        let (code, answered) = world.call_as(FUNCTION, "PutApprovalResult", &answer(&token, status, summary)).await;
        assert!(code == 200 && answered["approvedAt"].is_number(), "{answered}");
        let record = world.ended().await;
        assert_eq!(record.status, expected);
        let action = &record.stages[1].actions[0];
        assert_eq!(action.updated_by.as_deref(), Some(FUNCTION));
        assert_eq!(action.error.as_ref().map(|error| error.message.as_str()), error);
        assert_eq!(action.summary.as_deref(), Some(summary).filter(|summary| !summary.is_empty()));
        let state = world.call("GetPipelineState", json!({ "name": "shop" })).await;
        let latest = &state["stageStates"][1]["actionStates"][0]["latestExecution"];
        assert_eq!((&latest["token"], &latest["lastUpdatedBy"]), (&Value::Null, &json!(FUNCTION)));
        let (_, again) = world.call_as(FUNCTION, "PutApprovalResult", &answer(&token, status, summary)).await;
        assert_eq!(again["__type"], "ApprovalAlreadyCompletedException");
    }
}

#[tokio::test]
async fn refused_answers() {
    let mut world = World::start(1.0).await;
    world.create_pipeline(pipeline(&[stage("Approval", &[approval("Approve", &json!({}))])])).await;
    let token = asked(&mut world).await;
    let good = || answer(&token, "Approved", "");
    let other = "00000000-0000-0000-0000-000000000000";
    for (body, expected) in [
        (with(good(), "/token", other.into()), "InvalidApprovalTokenException"),
        (with(good(), "/token", "mine".into()), "ValidationException"),
        (with(good(), "/pipelineName", "other".into()), "PipelineNotFoundException"),
        (with(good(), "/stageName", "Other".into()), "StageNotFoundException"),
        (with(good(), "/actionName", "Other".into()), "ActionNotFoundException"),
        (with(good(), "/result/status", "Maybe".into()), "ValidationException"),
        (with(good(), "/result/summary", "s".repeat(513).into()), "ValidationException"),
    ] {
        let (status, refused) = world.call_as(FUNCTION, "PutApprovalResult", &body).await;
        assert_eq!((status, &refused["__type"]), (400, &json!(expected)), "{body}");
    }
    world.double.facts.lock().unwrap().denied.insert("codepipeline:PutApprovalResult".into());
    let (_, denied) = world.call_as(FUNCTION, "PutApprovalResult", &good()).await;
    assert_eq!(denied["__type"], "AccessDeniedException");
    let asked = world.double.facts.lock().unwrap().asked.last().cloned().unwrap();
    assert_eq!(asked[2], "arn:aws:codepipeline:us-east-1:123456789012:shop/Approval/Approve");
}

#[tokio::test]
async fn people_are_asked_by_a_topic() {
    let configuration = json!({
        "NotificationArn": TOPIC, "CustomData": "Release #{codepipeline.PipelineExecutionId}?",
        "ExternalEntityLink": "http://127.0.0.1/shop",
    });
    let mut world = World::start(1.0).await;
    world.create_pipeline(pipeline(&[stage("Approval", &[approval("Approve", &configuration)])])).await;
    let token = asked(&mut world).await;
    let execution = world.engine.executions()[0].id.clone();
    let [topic, subject, message] = world.double.facts.lock().unwrap().published[0].clone();
    assert_eq!(
        (topic.as_str(), subject.as_str()),
        (TOPIC, "APPROVAL NEEDED: AWS CodePipeline shop for action Approve")
    );
    let mut message: Value = serde_json::from_str(&message).unwrap();
    let expires = message["approval"]["expires"].take();
    let form = |text: &str| text.replace(|character: char| character.is_ascii_digit(), "0");
    assert_eq!(form(expires.as_str().unwrap()), "0000-00-00T00:00Z");
    let view = "https://console.aws.amazon.com/codepipeline/home?region=us-east-1#/view/shop";
    let expected = json!({
        "region": "us-east-1", "consoleLink": view,
        "approval": {
            "pipelineName": "shop", "stageName": "Approval", "actionName": "Approve", "token": token, "expires": null,
            "externalEntityLink": "http://127.0.0.1/shop",
            "approvalReviewLink": format!("{view}/Approval/Approve/approve/{token}"),
            "customData": format!("Release {execution}?"),
        },
    });
    assert_eq!(message, expected);
}

#[tokio::test]
async fn a_topic_that_may_not_be_used_fails_the_approval() {
    let mut world = World::start(1.0).await;
    world.double.facts.lock().unwrap().denied.insert("sns:Publish".into());
    let action = approval("Approve", &json!({ "NotificationArn": TOPIC }));
    world.create_pipeline(pipeline(&[stage("Approval", &[action])])).await;
    let record = world.ended().await;
    let error = record.stages[1].actions[0].error.clone().unwrap();
    assert_eq!((record.status, error.code.as_str()), (ExecutionStatus::Failed, "PermissionError"));
    assert!(error.message.contains(TOPIC) && error.message.contains("sns:Publish"), "{}", error.message);
}

#[tokio::test]
async fn an_approval_does_not_wait_for_ever() {
    // Five minutes in five milliseconds.
    let mut world = World::start(60_000.0).await;
    let action = with(approval("Approve", &json!({})), "/TimeoutInMinutes", 5.into());
    world.create_pipeline(pipeline(&[stage("Approval", &[action])])).await;
    let token = asked(&mut world).await;
    let record = world.ended().await;
    let action = &record.stages[1].actions[0];
    assert_eq!((record.status, action.status), (ExecutionStatus::Failed, Some(ActionStatus::Failed)));
    let (_, late) = world.call_as(FUNCTION, "PutApprovalResult", &answer(&token, "Approved", "")).await;
    assert_eq!(late["__type"], "InvalidApprovalTokenException");
}

#[tokio::test]
async fn executions_in_parallel_show_their_tokens_in_their_actions() {
    let mut world = World::start(1.0).await;
    let properties = pipeline(&[stage("Approval", &[approval("Approve", &json!({}))])]);
    world.create_pipeline(with(properties, "/ExecutionMode", "PARALLEL".into())).await;
    let first = asked(&mut world).await;
    let second_execution = world.start_execution().await;
    let second = asked(&mut world).await;
    assert_ne!(first, second);
    let state = world.call("GetPipelineState", json!({ "name": "shop" })).await;
    assert_eq!(state["stageStates"][1]["actionStates"][0]["latestExecution"]["token"], Value::Null);
    let filter = json!({ "pipelineName": "shop", "filter": { "pipelineExecutionId": second_execution } });
    let listed = world.call("ListActionExecutions", filter).await;
    assert_eq!(listed["actionExecutionDetails"][0]["output"]["executionResult"]["externalExecutionId"], second);
    for token in [second, first] {
        world.call_as(FUNCTION, "PutApprovalResult", &answer(&token, "Approved", "")).await;
        assert_eq!(world.ended().await.status, ExecutionStatus::Succeeded);
    }
}
