//! Stages that nobody comes into.

use serde_json::{Value, json};

use super::templates::{lambda, pipeline, stage, with};
use super::world::{FUNCTION, World};
use crate::engine::{EventKind, ExecutionStatus};

fn asked(stage: &str, kind: &str) -> Value {
    json!({ "pipelineName": "shop", "stageName": stage, "transitionType": kind })
}

fn closing(reason: &str) -> Value {
    with(asked("Staging", "Inbound"), "/reason", reason.into())
}

/// Waits until the execution has left the source stage, and returns the state of the next one.
async fn waiting(world: &mut World, execution: &str) -> Value {
    loop {
        let state = world.call("GetPipelineState", json!({ "name": "shop" })).await;
        if state["stageStates"][1]["inboundExecution"]["pipelineExecutionId"] == execution {
            return state["stageStates"][1].clone();
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_closed_stage_keeps_executions_waiting_until_it_is_opened() {
    let mut world = World::start(1.0).await;
    world.create_pipeline(pipeline(&[stage("Staging", &[lambda("a", 1)])])).await;
    world.first_execution_succeeds(1).await;
    let (status, _) = world.call_as(FUNCTION, "DisableStageTransition", &closing("no sale without a break!")).await;
    assert_eq!(status, 200);
    let id = world.start_execution().await;
    let state = waiting(&mut world, &id).await;
    let transition = &state["inboundTransitionState"];
    assert_eq!((&transition["enabled"], &transition["lastChangedBy"]), (&json!(false), &json!(FUNCTION)));
    assert_eq!(transition["disabledReason"], "no sale without a break!");
    assert!(world.no_more_jobs());
    world.call("EnableStageTransition", asked("Staging", "Inbound")).await;
    world.answer(true).await;
    assert_eq!(world.ended_of(&id).await.status, ExecutionStatus::Succeeded);
}

#[tokio::test]
async fn a_template_closes_a_stage_and_opens_it_again() {
    let mut world = World::start(1.0).await;
    let open = pipeline(&[stage("Staging", &[lambda("a", 1)])]);
    let closed = json!([{ "StageName": "Staging", "Reason": "not yet" }]);
    world.create_pipeline(with(open.clone(), "/DisableInboundStageTransitions", closed)).await;
    let first = |kind: &EventKind| match kind {
        EventKind::ExecutionStarted { execution, .. } => Some(execution.clone()),
        _ => None,
    };
    let id = world.event(first).await;
    let state = waiting(&mut world, &id).await;
    assert_eq!(state["inboundTransitionState"]["disabledReason"], "not yet");
    let update = json!({
        "action": "update", "type": "AWS::CodePipeline::Pipeline", "logical_id": "Thing", "stack": "st",
        "physical_id": "shop", "properties": open, "account": "123456789012", "region": "us-east-1",
    });
    assert_eq!(world.post("/internal/resources", &[], &update.to_string()).await.0, 200);
    world.answer(true).await;
    assert_eq!(world.ended_of(&id).await.status, ExecutionStatus::Succeeded);
}

#[tokio::test]
async fn refused_transitions() {
    let mut world = World::start(1.0).await;
    world.create_pipeline(pipeline(&[stage("Staging", &[lambda("a", 1)])])).await;
    world.first_execution_succeeds(1).await;
    for (body, expected) in [
        (closing("until Monday, 9:00"), "ValidationException"),
        (closing(""), "ValidationException"),
        (closing(&"r".repeat(301)), "ValidationException"),
        (asked("Staging", "Inbound"), "ValidationException"),
        (with(closing("r"), "/transitionType", "Outbound".into()), "ValidationException"),
        (with(closing("r"), "/transitionType", "Sideways".into()), "ValidationException"),
        (with(closing("r"), "/stageName", "Source".into()), "ValidationException"),
        (with(closing("r"), "/stageName", "Other".into()), "StageNotFoundException"),
        (with(closing("r"), "/pipelineName", "other".into()), "PipelineNotFoundException"),
    ] {
        let (status, refused) = world.call_as(FUNCTION, "DisableStageTransition", &body).await;
        assert_eq!((status, &refused["__type"]), (400, &json!(expected)), "{body}");
    }
}
