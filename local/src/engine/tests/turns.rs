//! One execution at a time in a stage: who waits is superseded, or queues.

use serde_json::json;

use super::templates::{lambda, pipeline, stage, with};
use super::world::World;
use crate::engine::{EventKind, ExecutionStatus, StageStatus};

/// Starts an execution and waits until it stands in line for the stage `Staging`.
async fn start_and_wait_in_line(world: &mut World) -> String {
    let id = world.start_execution().await;
    world
        .event(|kind| match kind {
            EventKind::Stage { execution, stage, status: StageStatus::Succeeded, .. } => {
                (stage == "Source" && *execution == id).then_some(())
            }
            _ => None,
        })
        .await;
    loop {
        let state = world.call("GetPipelineState", json!({ "name": "shop" })).await;
        let waiting = state["stageStates"][1]["inboundExecutions"].as_array().cloned().unwrap_or_default();
        if waiting.iter().any(|execution| execution["pipelineExecutionId"] == id.as_str()) {
            return id;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_newer_execution_supersedes_the_one_that_waits() {
    let mut world = World::start(1.0).await;
    world.create_pipeline(pipeline(&[stage("Staging", &[lambda("a", 1)])])).await;
    let first = world.job().await;
    let second = start_and_wait_in_line(&mut world).await;
    let third = start_and_wait_in_line(&mut world).await;
    let superseded = world.record(&second);
    assert_eq!(superseded.stages[1].status, None);
    assert!(world.no_more_jobs());

    world.succeed(&first.job, json!({})).await;
    let job = world.job().await;
    world.succeed(&job.job, json!({})).await;
    world
        .event(|kind| match kind {
            EventKind::ExecutionEnded { execution, .. } => (*execution == third).then_some(()),
            _ => None,
        })
        .await;
    assert_eq!(world.record(&second).status, ExecutionStatus::Superseded);
    assert_eq!(world.record(&third).status, ExecutionStatus::Succeeded);
}

#[tokio::test]
async fn queued_executions_go_in_the_order_of_their_starts() {
    let mut world = World::start(1.0).await;
    let action = with(lambda("a", 1), "/Configuration/UserParameters", "#{codepipeline.PipelineExecutionId}".into());
    let template = with(pipeline(&[stage("Staging", &[action])]), "/ExecutionMode", "QUEUED".into());
    world.create_pipeline(template).await;
    let first = world.job().await;
    let mut expected = vec![first.parameters.clone()];
    for _ in 0..3 {
        expected.push(start_and_wait_in_line(&mut world).await);
    }
    world.succeed(&first.job, json!({})).await;
    let mut order = vec![first.parameters];
    for _ in 0..3 {
        let job = world.job().await;
        world.succeed(&job.job, json!({})).await;
        order.push(job.parameters);
    }
    assert_eq!(order, expected);
}

#[tokio::test]
async fn a_failed_execution_leaves_the_stage_to_the_next() {
    let mut world = World::start(1.0).await;
    world.create_pipeline(pipeline(&[stage("Staging", &[lambda("a", 1)])])).await;
    let first = world.job().await;
    let second = start_and_wait_in_line(&mut world).await;
    world.fail(&first.job, "no").await;
    let job = world.job().await;
    world.succeed(&job.job, json!({})).await;
    world
        .event(|kind| match kind {
            EventKind::ExecutionEnded { execution, .. } => (*execution == second).then_some(()),
            _ => None,
        })
        .await;
    assert_eq!(world.record(&second).status, ExecutionStatus::Succeeded);
}
