//! Run order and failures.

use std::collections::BTreeSet;

use serde_json::json;

use super::templates::{lambda, pipeline, stage, with};
use super::world::World;
use crate::engine::{ActionStatus, ExecutionStatus, StageStatus};

#[tokio::test]
async fn equal_run_orders_run_side_by_side_and_the_next_one_after_all() {
    let mut world = World::start(1.0).await;
    let actions = [lambda("c", 7), lambda("a", 1), lambda("b", 1)];
    world.create_pipeline(pipeline(&[stage("Staging", &actions), stage("Production", &[lambda("d", 1)])])).await;
    let together = [world.job().await, world.job().await];
    let names: BTreeSet<&str> = together.iter().map(|job| job.parameters.as_str()).collect();
    assert_eq!(names, BTreeSet::from(["a", "b"]));
    for job in &together {
        assert!(world.no_more_jobs());
        world.succeed(&job.job, json!({})).await;
    }
    for expected in ["c", "d"] {
        let job = world.job().await;
        assert_eq!(job.parameters, expected);
        world.succeed(&job.job, json!({})).await;
    }
    let record = world.ended().await;
    assert_eq!(record.status, ExecutionStatus::Succeeded);
    let [last, first, second] = &record.stages[1].actions[..] else { panic!("{record:?}") };
    assert!(last.started > first.ended && last.started > second.ended, "{record:?}");
}

#[tokio::test]
async fn a_failed_action_fails_stage_and_execution_after_its_neighbours() {
    let mut world = World::start(1.0).await;
    let actions = [lambda("a", 1), lambda("b", 1), lambda("c", 2)];
    world.create_pipeline(pipeline(&[stage("Staging", &actions), stage("Production", &[lambda("d", 1)])])).await;
    let jobs = [world.job().await, world.job().await];
    let (bad, good) = if jobs[0].parameters == "a" { (&jobs[0], &jobs[1]) } else { (&jobs[1], &jobs[0]) };
    world.fail(&bad.job, "check \"home page\": expected status 200, got 503").await;
    let running = world.engine.executions()[0].clone();
    assert_eq!(running.status, ExecutionStatus::InProgress);
    world.succeed(&good.job, json!({})).await;
    let record = world.ended().await;
    assert_eq!(record.status, ExecutionStatus::Failed);
    assert!(world.no_more_jobs());
    let [staging, production] = &record.stages[1..] else { panic!("{record:?}") };
    assert_eq!((staging.status, production.status), (Some(StageStatus::Failed), None));
    let statuses: Vec<_> = staging.actions.iter().map(|action| action.status).collect();
    assert_eq!(statuses, [Some(ActionStatus::Failed), Some(ActionStatus::Succeeded), None]);
    let error = staging.actions[0].error.clone().unwrap();
    assert_eq!(error.code, "JobFailed");
    assert_eq!(error.message, "check \"home page\": expected status 200, got 503");
}

#[tokio::test]
async fn a_variable_that_nobody_set_fails_its_action() {
    let mut world = World::start(1.0).await;
    let action = with(lambda("a", 1), "/Configuration/UserParameters", "#{Source.CommitId} #{Source.ETag}".into());
    world.create_pipeline(pipeline(&[stage("Staging", &[action])])).await;
    let record = world.ended().await;
    let error = record.stages[1].actions[0].error.clone().unwrap();
    assert_eq!((record.status, error.code.as_str()), (ExecutionStatus::Failed, "ConfigurationError"));
    let expected = "An action in this pipeline failed because one or more variables could not be resolved: Action \
                    name=a. Configuration.UserParameters refers to #{Source.CommitId}";
    assert_eq!(error.message, expected);
    assert!(world.no_more_jobs());
}

#[tokio::test]
async fn pipeline_variables_have_defaults_that_a_start_overrides() {
    let mut world = World::start(1.0).await;
    let action = with(lambda("a", 1), "/Configuration/UserParameters", "#{variables.level}".into());
    let template = pipeline(&[stage("Staging", &[action])]);
    let variables = json!([{ "Name": "level", "DefaultValue": "smoke" }]);
    world.create_pipeline(with(template, "/Variables", variables)).await;
    let job = world.job().await;
    assert_eq!(job.parameters, "smoke");
    world.succeed(&job.job, json!({})).await;
    let start = json!({ "name": "shop", "variables": [{ "name": "level", "value": "full" }] });
    world.call("StartPipelineExecution", start).await;
    let job = world.job().await;
    assert_eq!(job.parameters, "full");
    world.succeed(&job.job, json!({})).await;
}

#[tokio::test]
async fn a_missing_source_or_function_fails_its_action() {
    for (missing, stage_index, part) in
        [("source", 0, "source object shop/source.zip in bucket sources"), ("function", 1, "lambda:InvokeFunction")]
    {
        let mut world = World::start(1.0).await;
        match missing {
            "source" => world.double.facts.lock().unwrap().objects.clear(),
            _ => world.double.facts.lock().unwrap().functions.clear(),
        }
        world.create_pipeline(pipeline(&[stage("Staging", &[lambda("a", 1)])])).await;
        let record = world.ended().await;
        assert_eq!(record.status, ExecutionStatus::Failed);
        let error = record.stages[stage_index].actions[0].error.clone().unwrap();
        assert_eq!(error.code, "ConfigurationError");
        assert!(error.message.contains(part), "{error:?}");
    }
}
