//! What IAM refuses, and where it is seen.

use serde_json::json;

use super::double::PIPELINE_ROLE;
use super::templates::{lambda, pipeline, stage};
use super::world::{FUNCTION, World};
use crate::engine::{EventKind, ExecutionStatus};

#[tokio::test]
async fn a_refused_result_is_told_at_once_and_again_when_the_job_times_out() {
    let mut world = World::start_hurried(240.0).await;
    world.double.facts.lock().unwrap().denied.insert("codepipeline:PutJobSuccessResult".into());
    world.create_pipeline(pipeline(&[stage("Staging", &[lambda("a", 1)])])).await;
    let job = world.job().await.job;
    let (status, answer) = world.succeed(&job, json!({})).await;
    let expected = format!(
        "User: {FUNCTION} is not authorized to perform: codepipeline:PutJobSuccessResult because no identity-based \
         policy allows the codepipeline:PutJobSuccessResult action"
    );
    assert_eq!((status, answer), (400, json!({ "__type": "AccessDeniedException", "message": expected })));
    let (message, place) = world
        .event(|kind| match kind {
            EventKind::Denied { message, place, .. } => Some((message.clone(), place.clone())),
            _ => None,
        })
        .await;
    assert_eq!((message, place.unwrap().action.as_str()), (expected.clone(), "a"));
    let record = world.ended().await;
    let action = &record.stages[1].actions[0];
    assert_eq!(action.denials, [expected.as_str()]);
    let error = action.error.clone().unwrap().message;
    assert!(error.contains("failed to return a result") && error.contains(&expected), "{error}");
}

#[tokio::test]
async fn what_the_pipelines_role_may_not_do_fails_its_action() {
    let table = [
        ("s3:GetObject", 0, "source object shop/source.zip in bucket sources"),
        ("s3:PutObject", 0, "output artifact SourceOutput"),
        ("lambda:InvokeFunction", 1, "does not have the lambda:InvokeFunction permission"),
        ("trust", 0, "does not trust codepipeline.amazonaws.com"),
    ];
    for (denied, stage_index, part) in table {
        let mut world = World::start(1.0).await;
        match denied {
            "trust" => drop(world.double.facts.lock().unwrap().trust.remove(PIPELINE_ROLE)),
            action => drop(world.double.facts.lock().unwrap().denied.insert(action.into())),
        }
        world.create_pipeline(pipeline(&[stage("Staging", &[lambda("a", 1)])])).await;
        let refused = |kind: &EventKind| matches!(kind, EventKind::Denied { .. }).then_some(());
        world.event(refused).await;
        let record = world.ended().await;
        assert_eq!(record.status, ExecutionStatus::Failed);
        let error = record.stages[stage_index].actions[0].error.clone().unwrap();
        assert_eq!(error.code, "PermissionError", "{denied}");
        assert!(error.message.contains(part), "{denied}: {}", error.message);
    }
}

#[tokio::test]
async fn iam_is_asked_about_the_resource_that_aws_defines() {
    let mut world = World::start(1.0).await;
    world.create_pipeline(pipeline(&[stage("Staging", &[lambda("a", 1)])])).await;
    world.first_execution_succeeds(1).await;
    world.double.facts.lock().unwrap().asked.clear();
    let table = [
        ("StartPipelineExecution", json!({ "name": "shop" }), "arn:aws:codepipeline:us-east-1:123456789012:shop"),
        ("ListPipelineExecutions", json!({ "pipelineName": "x" }), "arn:aws:codepipeline:us-east-1:123456789012:x"),
        ("ListPipelines", json!({}), "arn:aws:codepipeline:us-east-1:123456789012:*"),
        ("PutJobFailureResult", json!({}), "*"),
        ("GetJobDetails", json!({}), "*"),
    ];
    for (operation, body, resource) in table {
        world.call_as(FUNCTION, operation, &body).await;
        let asked = world.double.facts.lock().unwrap().asked.pop().unwrap();
        let principal = "arn:aws:iam::123456789012:role/check-role".to_owned();
        assert_eq!(asked, [principal, format!("codepipeline:{operation}"), resource.to_owned()]);
    }
}
