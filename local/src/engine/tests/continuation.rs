//! Jobs that go on later, and functions that say nothing. The clock runs fast.

use serde_json::json;

use super::templates::{lambda, pipeline, stage};
use super::world::World;
use crate::engine::{ActionStatus, ExecutionStatus, JobStatus};

#[tokio::test]
async fn each_continuation_is_a_new_job_with_the_token_of_the_last() {
    let mut world = World::start(100.0).await;
    world.create_pipeline(pipeline(&[stage("Staging", &[lambda("a", 1)])])).await;
    let mut jobs = vec![world.job().await];
    assert_eq!(jobs[0].event["CodePipeline.job"]["data"].get("continuationToken"), None);
    for token in ["one", "two"] {
        let last = jobs.last().unwrap().job.clone();
        let details = json!({ "summary": format!("at {token}"), "percentComplete": 50 });
        let (status, _) =
            world.succeed(&last, json!({ "continuationToken": token, "executionDetails": details })).await;
        assert_eq!(status, 200);
        let next = world.job().await;
        assert_eq!(next.event["CodePipeline.job"]["data"]["continuationToken"], token);
        let action = world.engine.executions()[0].stages[1].actions[0].clone();
        assert_eq!(action.summary, Some(format!("at {token}")));
        assert_eq!(action.status, Some(ActionStatus::InProgress));
        // The job that was continued takes no other result.
        assert_eq!(world.fail(&last, "m").await.1["__type"], "InvalidJobStateException");
        jobs.push(next);
    }
    world.succeed(&jobs[2].job, json!({})).await;
    let record = world.ended().await;
    assert_eq!(record.status, ExecutionStatus::Succeeded);
    let seen: Vec<_> = record.stages[1].actions[0].jobs.iter().map(|job| (job.id.as_str(), job.status)).collect();
    let expected = [JobStatus::Continued, JobStatus::Continued, JobStatus::Succeeded];
    assert_eq!(seen, jobs.iter().map(|job| job.job.as_str()).zip(expected).collect::<Vec<_>>());
    assert!(jobs[0].job != jobs[1].job && jobs[1].job != jobs[2].job);
}

#[tokio::test]
async fn a_silent_function_fails_its_action_and_answers_too_late() {
    let mut world = World::start_hurried(6000.0).await;
    world.create_pipeline(pipeline(&[stage("Staging", &[lambda("a", 1)])])).await;
    let job = world.job().await.job;
    let record = world.ended().await;
    assert_eq!(record.status, ExecutionStatus::Failed);
    let action = &record.stages[1].actions[0];
    assert_eq!(action.jobs[0].status, JobStatus::TimedOut);
    let message = &action.error.as_ref().unwrap().message;
    assert!(message.starts_with("The AWS Lambda function check failed to return a result."), "{message}");
    assert_eq!(world.succeed(&job, json!({})).await.1["__type"], "InvalidJobStateException");
}
