//! The deploy action of a pipeline to an ECS service.

use std::io::{Cursor, Write};

use serde_json::{Value, json};
use zip::write::SimpleFileOptions;

use super::shop::{REPOSITORY, Shop, appspec};
use crate::engine::tests::double::PIPELINE_ROLE;
use crate::engine::tests::templates::{pipeline, stage, with};
use crate::engine::{ActionRecord, EventKind, ExecutionStatus};

const TASK_ROLE: &str = "arn:aws:iam::123456789012:role/task";

fn files() -> Vec<(&'static str, String)> {
    let container = json!({
        "name": "web", "image": "<IMAGE1_NAME>", "environment": [{ "name": "REVISION", "value": "r1" }],
    });
    let definition = json!({ "family": "shop", "executionRoleArn": TASK_ROLE, "containerDefinitions": [container] });
    vec![
        ("taskdef-staging.json", definition.to_string()),
        ("appspec.yaml", appspec("<TASK_DEFINITION>", &["AfterAllowTestTraffic"])),
        ("imageDetail.json", json!({ "ImageURI": format!("{REPOSITORY}:r1") }).to_string()),
    ]
}

fn archive(files: &[(&str, String)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        archive
            .start_file(*name, SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored))
            .unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn action() -> Value {
    json!({
        "Name": "Deploy",
        "RunOrder": 1,
        "ActionTypeId": { "Category": "Deploy", "Owner": "AWS", "Provider": "CodeDeployToECS", "Version": "1" },
        "Configuration": {
            "ApplicationName": "shop",
            "DeploymentGroupName": "staging",
            "TaskDefinitionTemplateArtifact": "SourceOutput",
            "TaskDefinitionTemplatePath": "taskdef-staging.json",
            "AppSpecTemplateArtifact": "SourceOutput",
            "Image1ArtifactName": "SourceOutput",
            "Image1ContainerName": "IMAGE1_NAME",
        },
        "InputArtifacts": [{ "Name": "SourceOutput" }],
    })
}

/// Runs the pipeline with these sources and returns the action's record; a hook is answered with the status.
async fn run(shop: &mut Shop, files: &[(&str, String)], action: Value, status: Option<&str>) -> ActionRecord {
    shop.world.double.upload("sources/shop/source.zip", archive(files));
    shop.world.create_pipeline(pipeline(&[stage("Staging", &[action])])).await;
    if let Some(status) = status {
        let execution = shop.hook().await;
        shop.report(&execution, status).await;
    }
    let record = shop.world.ended().await;
    let action = record.stages[1].actions[0].clone();
    assert_eq!(record.status == ExecutionStatus::Succeeded, action.error.is_none(), "{action:?}");
    action
}

#[tokio::test]
async fn an_artifact_becomes_a_deployment() {
    let mut shop = Shop::open(1.0, &json!({})).await;
    let mut lines = shop.world.engine.events();
    let record = run(&mut shop, &files(), action(), Some("Succeeded")).await;
    let id = record.external_execution_id.clone().unwrap();
    assert_eq!((record.error, record.summary.as_deref()), (None, Some("Deployment Succeeded")));
    assert!(std::fs::read_to_string(record.log.unwrap()).unwrap().contains("AllowTraffic Succeeded\n"));
    assert_eq!(shop.serves(&shop.production.clone()).await.as_deref(), Some("r1"));
    let facts = shop.world.double.facts.lock().unwrap();
    assert_eq!(facts.task_definitions[0]["containerDefinitions"][0]["image"], format!("{REPOSITORY}:r1"));
    let passed = [PIPELINE_ROLE, "iam:PassRole", TASK_ROLE].map(str::to_owned);
    assert!(facts.asked.contains(&passed), "{:?}", facts.asked);
    drop(facts);
    let mut told = Vec::new();
    while let Ok(event) = lines.try_recv() {
        if let EventKind::LogLine { line, .. } = event.kind {
            told.push(line);
        }
    }
    assert!(told.iter().any(|line| line == "AfterAllowTestTraffic InProgress"), "{id}: {told:?}");
}

#[tokio::test]
async fn a_failed_deployment_fails_the_action_with_its_error() {
    let mut shop = Shop::open(1.0, &json!({})).await;
    let record = run(&mut shop, &files(), action(), Some("Failed")).await;
    let error = record.error.unwrap();
    assert_eq!(error.code, "JobFailed");
    assert!(error.message.ends_with("validation functions failed. (Error code: HOOK_EXECUTION_FAILURE)"), "{error:?}");
    assert!(record.external_execution_id.unwrap().starts_with("d-"));
}

#[tokio::test]
async fn what_the_artifact_lacks_is_named() {
    let without = |name: &str| files().into_iter().filter(|(known, _)| *known != name).collect::<Vec<_>>();
    let instead = |name: &'static str, content: &str| {
        let mut files = without(name);
        files.push((name, content.to_owned()));
        files
    };
    let configured = |key: &str, value: &str| with(action(), &format!("/Configuration/{key}"), value.into());
    let mut big = files();
    big.push(("program", "x".repeat(3 * 1024 * 1024)));
    let table = [
        (without("taskdef-staging.json"), action(), "read the task definition artifact file from: SourceOutput"),
        (without("appspec.yaml"), action(), "read the AppSpec artifact file from: SourceOutput"),
        (without("imageDetail.json"), action(), "read the image artifact file from: SourceOutput"),
        (instead("imageDetail.json", "[]"), action(), "no JSON object with the text ImageURI"),
        (instead("taskdef-staging.json", "family: shop"), action(), "is no JSON"),
        (instead("appspec.yaml", "version: 0.0"), action(), "The AppSpec file is not valid"),
        (big, action(), "at most 3 MB"),
        (files(), configured("AppSpecTemplateArtifact", "Other"), "no input artifact"),
        (files(), configured("Image2ContainerName", "X"), "belong together"),
        (files(), configured("DeploymentGroupName", "x"), "No deployment group found for name: x"),
    ];
    for (files, action, part) in table {
        let mut shop = Shop::open(1.0, &json!({})).await;
        let error = run(&mut shop, &files, action, None).await.error.unwrap();
        assert_eq!(error.code, "ConfigurationError", "{error:?}");
        assert!(error.message.contains(part), "{error:?} should say {part}");
    }
}

#[tokio::test]
async fn the_pipelines_role_needs_its_permissions() {
    for missing in [
        "ecs:RegisterTaskDefinition",
        "iam:PassRole",
        "codedeploy:CreateDeployment",
        "codedeploy:GetApplication",
        "codedeploy:GetDeploymentConfig",
    ] {
        let mut shop = Shop::open(1.0, &json!({})).await;
        shop.world.double.facts.lock().unwrap().denied.insert(missing.into());
        let error = run(&mut shop, &files(), action(), None).await.error.unwrap();
        assert_eq!(error.code, "PermissionError", "{missing}: {error:?}");
        assert!(shop.world.engine.deployments().is_empty());
    }
}
