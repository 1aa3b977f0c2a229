//! Executions that are stopped, and pipelines that are deleted under them.

use serde_json::json;

use super::templates::{lambda, pipeline, stage};
use super::world::{ROOT, World};
use crate::engine::{ActionStatus, EventKind, ExecutionStatus, JobStatus, StageStatus};

async fn running() -> (World, String, String) {
    let mut world = World::start(1.0).await;
    world.create_pipeline(pipeline(&[stage("Staging", &[lambda("a", 1), lambda("b", 2)])])).await;
    let job = world.job().await.job;
    let id = world.engine.executions()[0].id.clone();
    (world, job, id)
}

#[tokio::test]
async fn stop_and_wait_lets_the_action_end() {
    let (mut world, job, id) = running().await;
    let stop = json!({ "pipelineName": "shop", "pipelineExecutionId": id, "reason": "enough" });
    world.call("StopPipelineExecution", stop.clone()).await;
    assert_eq!(world.record(&id).status, ExecutionStatus::Stopping);
    let stopping = |kind: &EventKind| match kind {
        EventKind::ExecutionStopping { execution, .. } => Some(execution.clone()),
        _ => None,
    };
    assert_eq!(world.event(stopping).await, id);
    let (_, again) = world.call_as(ROOT, "StopPipelineExecution", &stop).await;
    assert_eq!(again["__type"], "DuplicatedStopRequestException");
    world.succeed(&job, json!({})).await;
    let record = world.ended().await;
    assert_eq!((record.status, record.stop_reason.as_deref()), (ExecutionStatus::Stopped, Some("enough")));
    assert_eq!(record.stages[1].status, Some(StageStatus::Stopped));
    assert_eq!(record.stages[1].actions[0].status, Some(ActionStatus::Succeeded));
    assert!(world.no_more_jobs());
    let (_, late) = world.call_as(ROOT, "StopPipelineExecution", &stop).await;
    assert_eq!(late["__type"], "PipelineExecutionNotStoppableException");
}

#[tokio::test]
async fn abandoning_cuts_the_action_off() {
    let (mut world, job, id) = running().await;
    let stop = json!({ "pipelineName": "shop", "pipelineExecutionId": id, "abandon": true });
    world.call("StopPipelineExecution", stop).await;
    let record = world.ended().await;
    assert_eq!(record.status, ExecutionStatus::Stopped);
    let action = &record.stages[1].actions[0];
    assert_eq!((action.status, action.jobs[0].status), (Some(ActionStatus::Abandoned), JobStatus::Abandoned));
    assert_eq!(world.succeed(&job, json!({})).await.1["__type"], "InvalidJobStateException");
}

#[tokio::test]
async fn deleting_the_pipeline_ends_what_runs() {
    let (mut world, _, id) = running().await;
    let body = json!({
        "action": "delete", "type": "AWS::CodePipeline::Pipeline", "logical_id": null, "stack": null,
        "physical_id": "shop", "properties": {}, "account": "123456789012", "region": "us-east-1",
    });
    assert_eq!(world.post("/internal/resources", &[], &body.to_string()).await.0, 200);
    assert_eq!(world.ended().await.id, id);
    let (_, gone) = world.call_as(ROOT, "GetPipelineState", &json!({ "name": "shop" })).await;
    assert_eq!(gone["__type"], "PipelineNotFoundException");
}

#[tokio::test]
async fn shutting_down_ends_what_runs() {
    let (world, _, _) = running().await;
    world.engine.shutdown().await;
}
