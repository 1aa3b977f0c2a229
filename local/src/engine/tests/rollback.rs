//! Stages that go back to what an earlier execution made of them.

use serde_json::{Value, json};

use super::templates::{lambda, on_failure, pipeline, stage, with};
use super::world::{FUNCTION, World};
use crate::engine::{EventKind, ExecutionStatus, ExecutionType, TriggerType};

/// Staging reads the source's version; production rolls back when it fails.
fn shop(policy: &str) -> Value {
    let version = |name: &str| with(lambda(name, 1), "/Configuration/UserParameters", "#{Source.VersionId}".into());
    let production = stage("Production", &[version("b")]);
    let production = if policy.is_empty() { production } else { on_failure(production, policy) };
    pipeline(&[stage("Staging", &[version("a")]), production])
}

fn asked(stage: &str, target: &str) -> Value {
    json!({ "pipelineName": "shop", "stageName": stage, "targetPipelineExecutionId": target })
}

async fn next_started(world: &mut World) -> (String, TriggerType) {
    let started = |kind: &EventKind| match kind {
        EventKind::ExecutionStarted { execution, trigger, .. } => Some((execution.clone(), *trigger)),
        _ => None,
    };
    world.event(started).await
}

#[tokio::test]
async fn a_stage_that_fails_goes_back_to_the_last_success() {
    let mut world = World::start(1.0).await;
    world.create_pipeline(shop("ROLLBACK")).await;
    world.answer(true).await;
    world.answer(true).await;
    let good = world.ended().await;

    world.double.upload("sources/shop/source.zip", "worse sources");
    let bad = world.start_execution().await;
    assert_eq!(world.answer(true).await.parameters, "v2");
    assert_eq!(world.answer(false).await.parameters, "v2");
    assert_eq!(world.ended_of(&bad).await.status, ExecutionStatus::Failed);
    let (id, trigger) = next_started(&mut world).await;
    assert_eq!(trigger, TriggerType::AutomatedRollback);
    // Only this stage is run, with what the good execution had.
    let job = world.answer(true).await;
    assert_eq!(job.parameters, "v1");
    let record = world.ended_of(&id).await;
    assert_eq!(record.status, ExecutionStatus::Succeeded);
    assert_eq!(record.execution_type, ExecutionType::Rollback { target: good.id.clone() });
    assert_eq!((record.stages[0].status, record.stages[1].status), (None, None));
    assert_eq!(record.stages[2].actions[0].input_artifacts, good.stages[2].actions[0].input_artifacts);
    assert!(world.no_more_jobs());

    let shown = world.call("GetPipelineExecution", json!({ "pipelineName": "shop", "pipelineExecutionId": id })).await;
    let shown = &shown["pipelineExecution"];
    assert_eq!(shown["executionType"], "ROLLBACK");
    assert_eq!(shown["rollbackMetadata"]["rollbackTargetPipelineExecutionId"], good.id.as_str());
    assert_eq!(shown["artifactRevisions"][0]["revisionId"], "v1");
    let detail = json!({ "FailedPipelineExecutionId": bad }).to_string();
    assert_eq!(shown["trigger"], json!({ "triggerType": "AutomatedRollback", "triggerDetail": detail }));
    let state = world.call("GetPipelineState", json!({ "name": "shop" })).await;
    assert_eq!(state["stageStates"][2]["latestExecution"]["type"], "ROLLBACK");
    assert_eq!(state["stageStates"][1]["latestExecution"]["type"], "STANDARD");
}

#[tokio::test]
async fn nothing_is_gone_back_to_without_an_earlier_success_and_by_a_rollback() {
    let mut world = World::start(1.0).await;
    world.create_pipeline(shop("ROLLBACK")).await;
    world.answer(true).await;
    world.answer(false).await;
    assert_eq!(world.ended().await.status, ExecutionStatus::Failed);
    assert_eq!(world.engine.executions().len(), 1);

    let good = world.start_execution().await;
    world.answer(true).await;
    world.answer(true).await;
    world.ended_of(&good).await;
    let bad = world.start_execution().await;
    world.answer(true).await;
    world.answer(false).await;
    world.ended_of(&bad).await;
    let (rollback, _) = next_started(&mut world).await;
    world.answer(false).await;
    assert_eq!(world.ended_of(&rollback).await.status, ExecutionStatus::Failed);
    // The stage is free again, and nothing else was started.
    let last = world.start_execution().await;
    world.answer(true).await;
    world.answer(true).await;
    assert_eq!(world.ended_of(&last).await.status, ExecutionStatus::Succeeded);
    assert_eq!(world.engine.executions().len(), 5);
}

#[tokio::test]
async fn nobody_comes_between_a_failure_and_its_rollback() {
    let mut world = World::start(1.0).await;
    world.create_pipeline(shop("ROLLBACK")).await;
    world.answer(true).await;
    world.answer(true).await;
    world.ended().await;
    world.double.upload("sources/shop/source.zip", "worse sources");
    world.start_execution().await;
    world.answer(true).await;
    let failing = world.job().await;
    world.double.upload("sources/shop/source.zip", "better sources");
    let waiting = world.start_execution().await;
    world.answer(true).await;
    loop {
        let state = world.call("GetPipelineState", json!({ "name": "shop" })).await;
        if state["stageStates"][2]["inboundExecution"]["pipelineExecutionId"] == waiting.as_str() {
            break;
        }
        tokio::task::yield_now().await;
    }
    world.fail(&failing.job, "no").await;
    assert_eq!(world.answer(true).await.parameters, "v1");
    assert_eq!(world.answer(true).await.parameters, "v3");
    assert_eq!(world.ended_of(&waiting).await.status, ExecutionStatus::Succeeded);
}

#[tokio::test]
async fn somebody_rolls_a_stage_back() {
    let mut world = World::start(1.0).await;
    world.create_pipeline(shop("")).await;
    world.answer(true).await;
    world.answer(true).await;
    let first = world.ended().await;
    world.double.upload("sources/shop/source.zip", "other sources");
    let second = world.start_execution().await;
    world.answer(true).await;
    world.answer(true).await;
    world.ended_of(&second).await;

    let (status, answer) = world.call_as(FUNCTION, "RollbackStage", &asked("Production", &first.id)).await;
    assert_eq!(status, 200, "{answer}");
    let id = answer["pipelineExecutionId"].as_str().unwrap().to_owned();
    assert_eq!(world.answer(true).await.parameters, "v1");
    let record = world.ended_of(&id).await;
    assert_eq!((record.status, record.trigger), (ExecutionStatus::Succeeded, TriggerType::ManualRollback));
    assert_eq!(record.trigger_detail, format!("{{{FUNCTION}}}"));

    let unknown = "00000000-0000-0000-0000-000000000000";
    for (body, expected) in [
        (asked("Source", &first.id), "UnableToRollbackStageException"),
        (asked("Production", &id), "UnableToRollbackStageException"),
        (asked("Production", unknown), "PipelineExecutionNotFoundException"),
        (asked("Other", &first.id), "StageNotFoundException"),
        (with(asked("Production", &first.id), "/pipelineName", "other".into()), "PipelineNotFoundException"),
        (asked("Production", "first"), "ValidationException"),
    ] {
        let (status, refused) = world.call_as(FUNCTION, "RollbackStage", &body).await;
        assert_eq!((status, &refused["__type"]), (400, &json!(expected)), "{body}");
    }
    // A stage that runs is not rolled back, and what did not succeed in it is nothing to go back to.
    let third = world.start_execution().await;
    let job = world.job().await;
    for target in [&first.id, &third] {
        let (_, refused) = world.call_as(FUNCTION, "RollbackStage", &asked("Staging", target)).await;
        assert_eq!(refused["__type"], "UnableToRollbackStageException", "{target}");
    }
    world.fail(&job.job, "no").await;
    world.ended_of(&third).await;
    let update = json!({
        "action": "update", "type": "AWS::CodePipeline::Pipeline", "logical_id": "Thing", "stack": "st",
        "physical_id": "shop", "properties": shop("ROLLBACK"), "account": "123456789012", "region": "us-east-1",
    });
    assert_eq!(world.post("/internal/resources", &[], &update.to_string()).await.0, 200);
    let (_, outdated) = world.call_as(FUNCTION, "RollbackStage", &asked("Production", &first.id)).await;
    assert_eq!(outdated["__type"], "PipelineExecutionOutdatedException");
}
