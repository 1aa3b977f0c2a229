//! The job of a Lambda invoke action, from the source to the result.

use serde_json::json;

use super::double::PIPELINE_ROLE;
use super::templates::{lambda, pipeline, stage, with};
use super::world::World;
use crate::engine::{ActionStatus, ExecutionStatus, JobStatus, StageStatus, TriggerType};

#[tokio::test]
async fn a_source_and_two_jobs_succeed() {
    let mut world = World::start(1.0).await;
    let parameters = "{\"execution\":\"#{codepipeline.PipelineExecutionId}\",\"revision\":\"#{Source.VersionId}\"}";
    let first = with(lambda("first", 1), "/Configuration/UserParameters", parameters.into());
    let first = with(first, "/Namespace", "First".into());
    let first = with(first, "/OutputArtifacts", json!([{ "Name": "SmokeReportArtifact" }]));
    let second = with(lambda("second", 2), "/Configuration/UserParameters", "#{First.passed} of #{First.total}".into());
    world.create_pipeline(pipeline(&[stage("Staging", &[first, second])])).await;

    let invoked = world.job().await;
    let execution = world.engine.executions()[0].clone();
    let job = &invoked.event["CodePipeline.job"];
    let (input, output) = (&job["data"]["inputArtifacts"][0], &job["data"]["outputArtifacts"][0]);
    let keys = [input, output].map(|artifact| artifact["location"]["s3Location"]["objectKey"].as_str().unwrap());
    let expected = json!({
        "CodePipeline.job": {
            "id": invoked.job,
            "accountId": "123456789012",
            "data": {
                "actionConfiguration": {
                    "configuration": {
                        "FunctionName": "check",
                        "UserParameters": format!("{{\"execution\":\"{}\",\"revision\":\"v1\"}}", execution.id),
                    },
                },
                "inputArtifacts": [{
                    "location": {
                        "s3Location": { "bucketName": "artifacts", "objectKey": keys[0] }, "type": "S3",
                    },
                    "revision": "v1",
                    "name": "SourceOutput",
                }],
                "outputArtifacts": [{
                    "location": {
                        "s3Location": { "bucketName": "artifacts", "objectKey": keys[1] }, "type": "S3",
                    },
                    "revision": null,
                    "name": "SmokeReportArtifact",
                }],
                "artifactCredentials": {
                    "accessKeyId": "ASIA1",
                    "secretAccessKey": "secret of ASIA1",
                    "sessionToken": "token of ASIA1",
                    "expirationTime": 4_102_444_800_000_u64,
                },
            },
        },
    });
    assert_eq!(invoked.event, expected);
    assert!(keys[0].starts_with("shop/SourceOutp/") && keys[0].len() == "shop/SourceOutp/".len() + 7, "{}", keys[0]);
    assert!(keys[1].starts_with("shop/SmokeRepor/"), "{}", keys[1]);
    assert_eq!(world.double.facts.lock().unwrap().objects[&format!("artifacts/{}", keys[0])][0].1, "the sources");

    let answer = world
        .succeed(
            &invoked.job,
            json!({
                "executionDetails": { "summary": "2 of 2", "externalExecutionId": "run-1", "percentComplete": 100 },
                "outputVariables": { "passed": "2", "total": "2" },
            }),
        )
        .await;
    assert_eq!(answer, (200, json!({})));
    let second = world.job().await;
    assert_eq!(second.parameters, "2 of 2");
    assert_ne!(second.job, invoked.job);
    world.succeed(&second.job, json!({})).await;

    let record = world.ended().await;
    assert_eq!((record.status, record.trigger), (ExecutionStatus::Succeeded, TriggerType::CreatePipeline));
    assert_eq!(record.source_revisions[0].summary, "Amazon S3 version id: v1");
    assert!(record.stages.iter().all(|stage| stage.status == Some(StageStatus::Succeeded)));
    let action = &record.stages[1].actions[0];
    assert_eq!(action.status, Some(ActionStatus::Succeeded));
    assert_eq!((action.summary.as_deref(), action.percent_complete), (Some("2 of 2"), Some(100)));
    assert_eq!(action.external_execution_id.as_deref(), Some("run-1"));
    assert_eq!(action.jobs[0].status, JobStatus::Succeeded);
    let session = &world.double.facts.lock().unwrap().asked[0];
    assert_eq!(session[0], "arn:aws:iam::123456789012:role/check-role");
}

#[tokio::test]
async fn an_encryption_key_and_a_role_of_the_actions_own_reach_the_function() {
    let mut world = World::start(1.0).await;
    let role = "arn:aws:iam::123456789012:role/special";
    let trust = world.double.facts.lock().unwrap().trust[PIPELINE_ROLE].clone();
    world.double.facts.lock().unwrap().trust.insert(role.into(), trust);
    let template = pipeline(&[stage("Staging", &[with(lambda("a", 1), "/RoleArn", role.into())])]);
    let key = json!({ "Id": "arn:aws:kms:us-east-1:123456789012:key/1", "Type": "KMS" });
    world.create_pipeline(with(template, "/ArtifactStore/EncryptionKey", key)).await;
    let job = world.job().await;
    assert_eq!(
        job.event["CodePipeline.job"]["data"]["encryptionKey"],
        json!({ "id": "arn:aws:kms:us-east-1:123456789012:key/1", "type": "KMS" })
    );
    world.succeed(&job.job, json!({})).await;
    assert_eq!(world.ended().await.status, ExecutionStatus::Succeeded);
}

#[tokio::test]
async fn a_job_takes_one_result() {
    let mut world = World::start(1.0).await;
    world.create_pipeline(pipeline(&[stage("Staging", &[lambda("a", 1)])])).await;
    let job = world.job().await.job;
    let (status, answer) = world.succeed("00000000-0000-0000-0000-000000000000", json!({})).await;
    assert_eq!((status, &answer["__type"]), (400, &json!("JobNotFoundException")));
    let (status, answer) = world.succeed(&job, json!({ "executionDetails": { "summary": "" } })).await;
    assert_eq!((status, &answer["__type"]), (400, &json!("ValidationException")));
    assert_eq!(world.succeed(&job, json!({})).await.0, 200);
    for (status, answer) in [world.succeed(&job, json!({})).await, world.fail(&job, "m").await] {
        assert_eq!((status, &answer["__type"]), (400, &json!("InvalidJobStateException")));
    }
    assert_eq!(world.ended().await.status, ExecutionStatus::Succeeded);
}
