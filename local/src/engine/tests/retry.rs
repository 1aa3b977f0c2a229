//! Stages that are tried again, by themselves and by somebody.

use serde_json::{Value, json};

use super::templates::{lambda, on_failure, pipeline, stage, with};
use super::world::{FUNCTION, World};
use crate::engine::{ActionStatus, EventKind, ExecutionStatus, RetryTrigger, StageStatus};

fn asked(execution: &str, mode: &str) -> Value {
    json!({ "pipelineName": "shop", "stageName": "Staging", "pipelineExecutionId": execution, "retryMode": mode })
}

fn two_actions() -> Value {
    stage("Staging", &[lambda("a", 1), lambda("b", 2)])
}

async fn resumed(world: &mut World) -> RetryTrigger {
    let trigger = |kind: &EventKind| match kind {
        EventKind::StageResumed { trigger, .. } => Some(*trigger),
        _ => None,
    };
    world.event(trigger).await
}

#[tokio::test]
async fn a_stage_retries_itself_once() {
    for (mode, first, second, end) in [
        ("FAILED_ACTIONS", vec![("a", true), ("b", false)], vec![("b", true)], ExecutionStatus::Succeeded),
        ("FAILED_ACTIONS", vec![("a", false)], vec![("a", true), ("b", true)], ExecutionStatus::Succeeded),
        ("FAILED_ACTIONS", vec![("a", false)], vec![("a", false)], ExecutionStatus::Failed),
        ("ALL_ACTIONS", vec![("a", true), ("b", false)], vec![("a", true), ("b", true)], ExecutionStatus::Succeeded),
        ("ALL_ACTIONS", vec![("a", true), ("b", false)], vec![("a", true), ("b", false)], ExecutionStatus::Failed),
    ] {
        let mut world = World::start(1.0).await;
        world.create_pipeline(pipeline(&[on_failure(two_actions(), mode)])).await;
        for (action, succeeds) in &first {
            assert_eq!(world.answer(*succeeds).await.parameters, *action);
        }
        assert_eq!(resumed(&mut world).await, RetryTrigger::AutomatedStageRetry);
        for (action, succeeds) in &second {
            assert_eq!(world.answer(*succeeds).await.parameters, *action, "{mode}");
        }
        let record = world.ended().await;
        assert_eq!((record.status, record.attempt), (end, 2), "{mode}");
        assert_eq!(record.stages[1].earlier.len() + record.stages[1].actions.len(), 2 + second.len().min(first.len()));
        assert!(world.no_more_jobs());
        let state = world.call("GetPipelineState", json!({ "name": "shop" })).await;
        let metadata = json!({
            "autoStageRetryAttempt": 1, "manualStageRetryAttempt": 0, "latestRetryTrigger": "AutomatedStageRetry",
        });
        assert_eq!(state["stageStates"][1]["retryStageMetadata"], metadata);
    }
}

#[tokio::test]
async fn somebody_retries_a_stage_in_the_same_execution() {
    let mut world = World::start(1.0).await;
    let more = stage("Production", &[lambda("c", 1)]);
    world.create_pipeline(pipeline(&[two_actions(), more])).await;
    world.answer(true).await;
    world.answer(false).await;
    let failed = world.ended().await;
    let (status, answer) = world.call_as(FUNCTION, "RetryStageExecution", &asked(&failed.id, "FAILED_ACTIONS")).await;
    assert_eq!((status, &answer["pipelineExecutionId"]), (200, &json!(failed.id)));
    let resumed = |kind: &EventKind| matches!(kind, EventKind::ExecutionResumed { .. }).then_some(());
    world.event(resumed).await;
    assert_eq!(world.answer(true).await.parameters, "b");
    assert_eq!(world.answer(true).await.parameters, "c");
    let record = world.ended_of(&failed.id).await;
    assert_eq!((record.status, record.attempt, record.stages[1].retries.manual), (ExecutionStatus::Succeeded, 2, 1));
    assert_eq!(record.stages[1].status, Some(StageStatus::Succeeded));

    // Both tries are told of, each with an id of its own; the latest alone when somebody asks for that.
    let filter = |filter: Value| json!({ "pipelineName": "shop", "filter": filter });
    let all = world.call("ListActionExecutions", filter(json!({ "pipelineExecutionId": failed.id }))).await;
    let tries: Vec<&Value> =
        all["actionExecutionDetails"].as_array().unwrap().iter().filter(|action| action["actionName"] == "b").collect();
    assert_eq!(tries.iter().map(|action| &action["status"]).collect::<Vec<_>>(), ["Succeeded", "Failed"]);
    assert_ne!(tries[0]["actionExecutionId"], tries[1]["actionExecutionId"]);
    for (range, expected) in [("All", 5), ("Latest", 4)] {
        let latest = json!({ "pipelineExecutionId": failed.id, "startTimeRange": range });
        let listed = world.call("ListActionExecutions", filter(json!({ "latestInPipelineExecution": latest }))).await;
        assert_eq!(listed["actionExecutionDetails"].as_array().unwrap().len(), expected, "{range}");
    }
    let asked = world.double.facts.lock().unwrap().asked.clone();
    let resource = "arn:aws:codepipeline:us-east-1:123456789012:shop/Staging";
    assert!(asked.iter().any(|asked| asked[1] == "codepipeline:RetryStageExecution" && asked[2] == resource));
}

#[tokio::test]
async fn refused_retries() {
    let mut world = World::start(1.0).await;
    world.create_pipeline(pipeline(&[two_actions()])).await;
    world.answer(false).await;
    let first = world.ended().await;
    let second = world.start_execution().await;
    let job = world.job().await;
    let unknown = "00000000-0000-0000-0000-000000000000";
    let in_progress = asked(&second, "ALL_ACTIONS");
    for (body, expected) in [
        (asked(&first.id, "ALL_ACTIONS"), "NotLatestPipelineExecutionException"),
        (in_progress, "StageNotRetryableException"),
        (asked(unknown, "ALL_ACTIONS"), "StageNotRetryableException"),
        (asked(&first.id, "SOME_ACTIONS"), "ValidationException"),
        (with(asked(&first.id, "ALL_ACTIONS"), "/stageName", "Other".into()), "StageNotFoundException"),
        (with(asked(&first.id, "ALL_ACTIONS"), "/pipelineName", "other".into()), "PipelineNotFoundException"),
    ] {
        let (status, refused) = world.call_as(FUNCTION, "RetryStageExecution", &body).await;
        assert_eq!((status, &refused["__type"]), (400, &json!(expected)), "{body}");
    }
    world.fail(&job.job, "no").await;
    world.ended().await;
    let update = json!({
        "action": "update", "type": "AWS::CodePipeline::Pipeline", "logical_id": "Thing", "stack": "st",
        "physical_id": "shop", "properties": pipeline(&[two_actions()]), "account": "123456789012",
        "region": "us-east-1",
    });
    assert_eq!(world.post("/internal/resources", &[], &update.to_string()).await.0, 200);
    let (_, changed) = world.call_as(FUNCTION, "RetryStageExecution", &asked(&second, "ALL_ACTIONS")).await;
    assert_eq!(changed["__type"], "StageNotRetryableException");
    assert!(changed["message"].as_str().unwrap().contains("was changed"), "{changed}");
}

#[tokio::test]
async fn a_retry_keeps_what_was_made() {
    let mut world = World::start(1.0).await;
    let maker = with(lambda("a", 1), "/Namespace", "Made".into());
    let reader = with(lambda("b", 2), "/Configuration/UserParameters", "#{Made.url}".into());
    world.create_pipeline(pipeline(&[stage("Staging", &[maker, reader])])).await;
    let job = world.job().await;
    world.succeed(&job.job, json!({ "outputVariables": { "url": "http://127.0.0.1/1" } })).await;
    let job = world.answer(false).await;
    assert_eq!(job.parameters, "http://127.0.0.1/1");
    let failed = world.ended().await;
    world.call("RetryStageExecution", asked(&failed.id, "FAILED_ACTIONS")).await;
    assert_eq!(world.answer(true).await.parameters, "http://127.0.0.1/1");
    let record = world.ended_of(&failed.id).await;
    assert_eq!(record.stages[1].earlier[0].status, Some(ActionStatus::Failed));
}
