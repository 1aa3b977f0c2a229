//! The API's answers, and what it refuses.

use serde_json::{Value, json};

use super::templates::{lambda, pipeline, stage, with};
use super::world::{ROOT, World};
use crate::engine::EventKind;

const NO_ID: &str = "00000000-0000-0000-0000-000000000000";

async fn with_a_failed_execution() -> (World, String) {
    let mut world = World::start(1.0).await;
    let action = with(lambda("check", 1), "/Namespace", "Check".into());
    world.create_pipeline(pipeline(&[stage("Staging", &[action]), stage("Production", &[lambda("d", 1)])])).await;
    let job = world.job().await.job;
    world.fail(&job, "no").await;
    let id = world.ended().await.id;
    (world, id)
}

#[tokio::test]
async fn the_state_and_the_lists_show_what_happened() {
    let (world, id) = with_a_failed_execution().await;
    let state = world.call("GetPipelineState", json!({ "name": "shop" })).await;
    let staging = &state["stageStates"][1];
    assert_eq!(
        staging["latestExecution"],
        json!({ "pipelineExecutionId": id, "status": "Failed", "type": "STANDARD" })
    );
    let latest = &staging["actionStates"][0]["latestExecution"];
    assert_eq!(latest["status"], "Failed");
    assert_eq!(latest["errorDetails"], json!({ "code": "JobFailed", "message": "no" }));
    assert!(latest["lastStatusChange"].is_f64(), "{latest}");
    assert_eq!(state["stageStates"][2]["actionStates"], json!([{ "actionName": "d" }]));

    let execution = world
        .call("GetPipelineExecution", json!({ "pipelineName": "shop", "pipelineExecutionId": id }))
        .await["pipelineExecution"]
        .clone();
    assert_eq!((&execution["status"], &execution["pipelineVersion"]), (&json!("Failed"), &json!(1)));
    assert_eq!(execution["trigger"]["triggerType"], "CreatePipeline");
    let revision = json!({
        "name": "SourceOutput", "revisionId": "v1", "revisionSummary": "Amazon S3 version id: v1",
    });
    assert_eq!(execution["artifactRevisions"], json!([revision]));

    let listed = world.call("ListPipelineExecutions", json!({ "pipelineName": "shop", "maxResults": 1 })).await;
    assert_eq!(listed["pipelineExecutionSummaries"][0]["pipelineExecutionId"], id.as_str());
    assert_eq!(listed.get("nextToken"), None);

    let filter = json!({ "pipelineName": "shop", "filter": { "pipelineExecutionId": id } });
    let actions = world.call("ListActionExecutions", filter).await["actionExecutionDetails"].clone();
    assert_eq!(actions.as_array().unwrap().len(), 2);
    let (check, fetch) = (&actions[0], &actions[1]);
    assert_eq!((&check["stageName"], &check["status"]), (&json!("Staging"), &json!("Failed")));
    assert_eq!(check["input"]["resolvedConfiguration"]["UserParameters"], "check");
    assert_eq!(check["input"]["actionTypeId"]["provider"], "Lambda");
    let result = &check["output"]["executionResult"];
    assert_eq!((&result["errorDetails"]["message"], &result["externalExecutionSummary"]), (&json!("no"), &json!("no")));
    let url = "https://console.aws.amazon.com/lambda/home?region=us-east-1#/functions/check";
    assert_eq!(result["externalExecutionUrl"], url);
    assert_eq!(fetch["output"]["outputVariables"]["VersionId"], "v1");
    assert_eq!(fetch["output"]["outputArtifacts"][0]["s3location"]["bucket"], "artifacts");
}

#[tokio::test]
async fn the_definition_comes_back_as_the_api_spells_it() {
    let (world, _) = with_a_failed_execution().await;
    let answer = world.call("GetPipeline", json!({ "name": "shop" })).await;
    assert_eq!(answer["metadata"]["pipelineArn"], "arn:aws:codepipeline:us-east-1:123456789012:shop");
    let expected = json!({
        "name": "check",
        "actionTypeId": { "category": "Invoke", "owner": "AWS", "provider": "Lambda", "version": "1" },
        "runOrder": 1,
        "configuration": { "FunctionName": "check", "UserParameters": "check" },
        "outputArtifacts": [],
        "inputArtifacts": [{ "name": "SourceOutput" }],
        "namespace": "Check",
    });
    assert_eq!(answer["pipeline"]["stages"][1]["actions"][0], expected);
    assert_eq!(answer["pipeline"]["executionMode"], "SUPERSEDED");
    let listed = world.call("ListPipelines", json!({})).await;
    assert_eq!(listed["pipelines"][0]["name"], "shop");
}

#[tokio::test]
async fn job_details_name_the_pipeline_and_forget_the_credentials() {
    let mut world = World::start(1.0).await;
    world.create_pipeline(pipeline(&[stage("Staging", &[lambda("a", 1)])])).await;
    let job = world.job().await;
    let details = world.call("GetJobDetails", json!({ "jobId": job.job })).await["jobDetails"].clone();
    let context = &details["data"]["pipelineContext"];
    assert_eq!((&context["pipelineName"], &context["stage"]["name"]), (&json!("shop"), &json!("Staging")));
    assert_eq!(context["pipelineExecutionId"], world.engine.executions()[0].id.as_str());
    assert_eq!(details["data"]["artifactCredentials"]["accessKeyId"], "ASIA1");
    world.succeed(&job.job, json!({})).await;
    world.ended().await;
    let details = world.call("GetJobDetails", json!({ "jobId": job.job })).await;
    assert_eq!(details["jobDetails"]["data"].get("artifactCredentials"), None);
}

#[tokio::test]
async fn a_second_start_with_the_same_token_is_the_first() {
    let (world, _) = with_a_failed_execution().await;
    let start = json!({ "name": "shop", "clientRequestToken": "t-1" });
    let first = world.call("StartPipelineExecution", start.clone()).await;
    assert_eq!(world.call("StartPipelineExecution", start).await, first);
    assert_eq!(world.engine.executions().len(), 2);
}

#[tokio::test]
async fn wrong_requests_are_refused() {
    let (world, id) = with_a_failed_execution().await;
    let revision = |kind: &str, action: &str| {
        let revision = json!({ "actionName": action, "revisionType": kind, "revisionValue": "v" });
        json!({ "name": "shop", "sourceRevisions": [revision] })
    };
    let table: Vec<(&str, Value, &str, &str)> = vec![
        ("StartPipelineExecution", json!({ "name": "x" }), "PipelineNotFoundException", "\"x\""),
        ("StartPipelineExecution", json!({}), "ValidationException", "'name'"),
        ("StartPipelineExecution", json!({ "name": "a b" }), "ValidationException", "regular expression"),
        ("StartPipelineExecution", json!({ "name": "shop", "x": 1 }), "SerializationException", "`x`"),
        (
            "StartPipelineExecution",
            json!({ "name": "shop", "variables": [{ "name": "v", "value": "1" }] }),
            "ValidationException",
            "no variable \"v\"",
        ),
        ("StartPipelineExecution", revision("COMMIT_ID", "Fetch"), "ValidationException", "COMMIT_ID"),
        (
            "StartPipelineExecution",
            revision("S3_OBJECT_VERSION_ID", "check"),
            "ValidationException",
            "no source action",
        ),
        ("StartPipelineExecution", revision("TAG", "Fetch"), "ValidationException", "enum value set"),
        ("GetPipeline", json!({ "name": "x" }), "PipelineNotFoundException", "\"x\""),
        ("GetPipeline", json!({ "name": "shop", "version": 2 }), "PipelineVersionNotFoundException", "version 1"),
        ("GetPipelineState", json!({ "name": "x" }), "PipelineNotFoundException", "\"x\""),
        (
            "GetPipelineExecution",
            json!({ "pipelineName": "shop", "pipelineExecutionId": NO_ID }),
            "PipelineExecutionNotFoundException",
            NO_ID,
        ),
        (
            "GetPipelineExecution",
            json!({ "pipelineName": "x", "pipelineExecutionId": id }),
            "PipelineNotFoundException",
            "\"x\"",
        ),
        ("ListPipelineExecutions", json!({ "pipelineName": "shop", "maxResults": 101 }), "ValidationException", "100"),
        (
            "ListActionExecutions",
            json!({ "pipelineName": "shop", "nextToken": "x" }),
            "InvalidNextTokenException",
            "nextToken",
        ),
        (
            "ListActionExecutions",
            json!({ "pipelineName": "shop", "filter": { "pipelineExecutionId": NO_ID } }),
            "PipelineExecutionNotFoundException",
            NO_ID,
        ),
        (
            "StopPipelineExecution",
            json!({ "pipelineName": "shop", "pipelineExecutionId": id }),
            "PipelineExecutionNotStoppableException",
            "not in progress",
        ),
        ("GetJobDetails", json!({ "jobId": NO_ID }), "JobNotFoundException", NO_ID),
    ];
    for (operation, body, code, part) in table {
        let (status, answer) = world.call_as(ROOT, operation, &body).await;
        assert_eq!((status, answer["__type"].as_str()), (400, Some(code)), "{operation} {body}: {answer}");
        assert!(answer["message"].as_str().unwrap().contains(part), "{operation} {body}: {answer}");
    }
}

#[tokio::test]
async fn an_unknown_operation_is_refused_and_told() {
    let mut world = World::start(1.0).await;
    let expected = json!({
        "__type": "UnknownOperationException", "message": "the local CodePipeline does not know OverrideStageCondition",
    });
    assert_eq!(world.call_as(ROOT, "OverrideStageCondition", &json!({})).await, (400, expected));
    let (status, answer) =
        world.post("/aws/codedeploy", &[("x-amz-target", "CodeDeploy_20141006.DeleteApplication")], "{}").await;
    assert_eq!((status, &answer["message"]), (400, &json!("the local CodeDeploy does not know DeleteApplication")));
    for expected in [("codepipeline", "OverrideStageCondition"), ("codedeploy", "DeleteApplication")] {
        let told = world
            .event(|kind| match kind {
                EventKind::UnknownOperation { service, operation } => Some((service.clone(), operation.clone())),
                _ => None,
            })
            .await;
        assert_eq!((told.0.as_str(), told.1.as_str()), expected);
    }
}
