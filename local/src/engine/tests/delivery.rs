//! A whole delivery: sources are built, deployed to an instance, and tested by a function.

use std::io::{Cursor, Write};

use serde_json::{Value, json};
use zip::write::SimpleFileOptions;

use super::templates::{lambda, pipeline, stage, with};
use super::world::{ROOT, World};
use crate::engine::{ActionRecord, EventKind, ExecutionRecord, ExecutionStatus};

pub(super) const BUILDSPEC: &str = "version: 0.2
env:
  exported-variables: [RELEASE]
phases:
  build:
    commands:
      - echo initiator $CODEBUILD_INITIATOR, number $CODEBUILD_BUILD_NUMBER, level $LEVEL
      - RELEASE=r-$CODEBUILD_RESOLVED_SOURCE_VERSION
      - echo $RELEASE > version.txt
artifacts:
  files: [appspec.yml, version.txt, check.sh]
";

const APPSPEC: &str = "version: 0.0
os: linux
files:
  - source: version.txt
    destination: /srv/shop
hooks:
  ValidateService:
    - location: check.sh
";

const BUILD_ROLE: &str = "arn:aws:iam::123456789012:role/build";
const DEPLOY_ROLE: &str = "arn:aws:iam::123456789012:role/deploy";

pub(super) fn sources(buildspec: &str, check: &str) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [("buildspec.yml", buildspec), ("appspec.yml", APPSPEC), ("check.sh", check)] {
        archive.start_file(name, SimpleFileOptions::default().unix_permissions(0o755)).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn action(name: &str, category: &str, provider: &str, order: u32, configuration: &Value, input: &str) -> Value {
    json!({
        "Name": name,
        "RunOrder": order,
        "ActionTypeId": { "Category": category, "Owner": "AWS", "Provider": provider, "Version": "1" },
        "Configuration": configuration,
        "InputArtifacts": [{ "Name": input }],
    })
}

pub(super) fn delivery() -> Value {
    let variables = r##"[{"name":"LEVEL","value":"#{Source.VersionId}"}]"##;
    let configuration = json!({ "ProjectName": "shop-build", "EnvironmentVariables": variables });
    let build = action("Compile", "Build", "CodeBuild", 1, &configuration, "SourceOutput");
    let build = with(with(build, "/Namespace", "Build".into()), "/OutputArtifacts", json!([{ "Name": "BuildOutput" }]));
    let configuration = json!({ "ApplicationName": "shop", "DeploymentGroupName": "staging" });
    let deploy = action("Deploy", "Deploy", "CodeDeploy", 1, &configuration, "BuildOutput");
    let test = with(lambda("Test", 2), "/Configuration/UserParameters", "#{Build.RELEASE}".into());
    pipeline(&[stage("Build", &[build]), stage("Staging", &[deploy, test])])
}

/// A world with the project, the application and the group of the delivery.
pub(super) async fn prepared(sources: Vec<u8>) -> World {
    prepared_with(sources, None).await
}

/// The same, where the group has this `AutoRollbackConfiguration`.
pub(super) async fn prepared_with(sources: Vec<u8>, rollback: Option<Value>) -> World {
    let world = World::start(1.0).await;
    world.double.upload("sources/shop/source.zip", sources);
    for (role, service) in [(BUILD_ROLE, "codebuild.amazonaws.com"), (DEPLOY_ROLE, "codedeploy.amazonaws.com")] {
        world.double.facts.lock().unwrap().trust.insert(role.into(), [service.into()].into());
    }
    let project = json!({
        "Name": "shop-build",
        "ServiceRole": BUILD_ROLE,
        "Artifacts": { "Type": "CODEPIPELINE" },
        "Source": { "Type": "CODEPIPELINE" },
        "Environment": { "Type": "LINUX_CONTAINER", "ComputeType": "BUILD_GENERAL1_SMALL", "Image": "x" },
        "LogsConfig": { "CloudWatchLogs": { "Status": "ENABLED", "GroupName": "builds-of-the-shop" } },
    });
    let mut group = json!({
        "ApplicationName": "shop",
        "DeploymentGroupName": "staging",
        "ServiceRoleArn": DEPLOY_ROLE,
        "Ec2TagFilters": [{ "Key": "Environment", "Type": "KEY_AND_VALUE", "Value": "staging" }],
    });
    if let Some(rollback) = rollback {
        group["AutoRollbackConfiguration"] = rollback;
    }
    for (kind, properties, id) in [
        ("AWS::CodeBuild::Project", project, "shop-build"),
        ("AWS::CodeDeploy::Application", json!({ "ApplicationName": "shop" }), "shop"),
        ("AWS::CodeDeploy::DeploymentGroup", group, "staging"),
    ] {
        let (status, answer) = world.create(kind, properties).await;
        assert_eq!((status, &answer["physical_id"]), (200, &json!(id)), "{answer}");
    }
    world
}

fn actions(record: &ExecutionRecord) -> Vec<&ActionRecord> {
    record.stages.iter().flat_map(|stage| &stage.actions).collect()
}

#[tokio::test]
async fn sources_become_a_tested_release() {
    let mut world = prepared(sources(BUILDSPEC, "#!/bin/sh\necho checked\n")).await;
    world.create_pipeline(delivery()).await;
    let mut lines = Vec::new();
    let job = loop {
        tokio::select! {
            event = world.events.recv() => match event.unwrap().kind {
                EventKind::LogLine { line, place } => lines.push(format!("{}: {line}", place.action)),
                EventKind::ActionFailed { message, .. } => panic!("{message}; {lines:#?}"),
                _ => {}
            },
            invoked = world.double.invocations.recv() => break invoked.unwrap().1,
        }
    };
    let job = &job["CodePipeline.job"];
    assert_eq!(job["data"]["actionConfiguration"]["configuration"]["UserParameters"], "r-v2");
    world.succeed(job["id"].as_str().unwrap(), json!({})).await;
    let record = world.ended().await;
    assert_eq!(record.status, ExecutionStatus::Succeeded);

    let said = |part: &str| lines.iter().any(|line| line.contains(part));
    assert!(said("Compile: ") && said("initiator codepipeline/shop, number 1, level v2"), "{lines:#?}");
    assert!(said("Deploy: staging-1 ValidateService | checked"), "{lines:#?}");
    let [_, build, deploy, _] = actions(&record)[..] else { panic!("{record:?}") };
    assert!(build.external_execution_id.as_ref().unwrap().starts_with("shop-build:"), "{build:?}");
    assert_eq!(build.output_variables["RELEASE"], "r-v2");
    let id = deploy.external_execution_id.as_ref().unwrap();
    assert!(id.starts_with("d-") && id.len() == 11, "{id}");
    for action in [build, deploy] {
        assert!(!std::fs::read_to_string(action.log.as_ref().unwrap()).unwrap().is_empty(), "{action:?}");
    }
    let deployed = world.folder.path().join("staging-1/srv/shop/version.txt");
    assert_eq!(std::fs::read_to_string(deployed).unwrap(), "r-v2\n");
}

#[tokio::test]
async fn failed_builds_and_deployments_say_why() {
    let failing = BUILDSPEC.replace("- RELEASE=", "- exit 3\n      - RELEASE=");
    let without = BUILDSPEC.replace("artifacts:\n  files: [appspec.yml, version.txt, check.sh]\n", "");
    let good = "#!/bin/sh\n";
    let table = [
        (
            failing.as_str(),
            good,
            1,
            "Build terminated with state: FAILED. Phase: BUILD, Code: COMMAND_EXECUTION_ERROR, Message: Error while executing \
             command: exit 3. Reason: exit status 3",
        ),
        (&without, good, 1, "the buildspec makes no artifact for BuildOutput"),
        ("version: 0.1\n", good, 1, "Phase: DOWNLOAD_SOURCE"),
        (BUILDSPEC, "#!/bin/sh\necho not today\nexit 4\n", 2, "staging-1: ValidateService"),
    ];
    for (buildspec, check, failed, part) in table {
        let mut world = prepared(sources(buildspec, check)).await;
        world.create_pipeline(delivery()).await;
        let record = world.ended().await;
        assert_eq!(record.status, ExecutionStatus::Failed, "{part}");
        let action = actions(&record)[failed];
        let error = action.error.clone().unwrap();
        assert!(error.code == "JobFailed" && error.message.contains(part), "{error:?} should say {part}");
        assert!(action.external_execution_id.is_some() && action.log.is_some(), "{action:?}");
    }
}

#[tokio::test]
async fn codedeploy_tells_which_script_failed_on_which_instance() {
    let mut world = prepared(sources(BUILDSPEC, "#!/bin/sh\necho not today\nexit 4\n")).await;
    world.create_pipeline(delivery()).await;
    let record = world.ended().await;
    let id = actions(&record)[2].external_execution_id.clone().unwrap();
    let asked = json!({ "deploymentId": id });
    let call = async |operation: &str, body: &Value| {
        let (status, answer) = world.deploy_as(ROOT, operation, body).await;
        assert_eq!(status, 200, "{operation}: {answer}");
        answer
    };
    let info = call("GetDeployment", &asked).await["deploymentInfo"].clone();
    assert_eq!((&info["status"], &info["computePlatform"]), (&json!("Failed"), &json!("Server")));
    assert_eq!(info["errorInformation"]["code"], "HEALTH_CONSTRAINTS");
    assert_eq!(info["revision"]["s3Location"]["bundleType"], "zip");
    assert_eq!(call("ListDeploymentTargets", &asked).await["targetIds"], json!(["staging-1"]));
    let asked = json!({ "deploymentId": id, "targetId": "staging-1" });
    let target = call("GetDeploymentTarget", &asked).await["deploymentTarget"].clone();
    assert_eq!(target["deploymentTargetType"], "InstanceTarget");
    assert_eq!(target["instanceTarget"]["status"], "Failed");
    let events = target["instanceTarget"]["lifecycleEvents"].as_array().unwrap();
    let failed = events.iter().find(|event| event["status"] == "Failed").unwrap();
    assert_eq!(failed["lifecycleEventName"], "ValidateService");
    let diagnostics = &failed["diagnostics"];
    assert_eq!((&diagnostics["errorCode"], &diagnostics["scriptName"]), (&json!("ScriptFailed"), &json!("check.sh")));
    assert_eq!(diagnostics["logTail"], "not today\n");
    assert!(diagnostics["message"].as_str().unwrap().contains("exit code 4"), "{diagnostics}");
    let hook = json!({ "deploymentId": id, "lifecycleEventHookExecutionId": "x", "status": "Succeeded" });
    let (_, refused) = world.deploy_as(ROOT, "PutLifecycleEventHookExecutionStatus", &hook).await;
    assert_eq!(refused["__type"], "UnsupportedActionForDeploymentTypeException");
}

#[tokio::test]
async fn roles_that_lack_something_are_named() {
    let table = [
        (
            "codebuild:StartBuild",
            1,
            "codebuild:StartBuild on resource: arn:aws:codebuild:us-east-1:123456789012:project/shop-build",
        ),
        ("codebuild:BatchGetBuilds", 1, "codebuild:BatchGetBuilds"),
        (BUILD_ROLE, 1, "role/build does not trust codebuild.amazonaws.com"),
        ("codedeploy:CreateDeployment", 2, "deploymentgroup:shop/staging"),
        ("codedeploy:GetDeploymentConfig", 2, "deploymentconfig:CodeDeployDefault.OneAtATime"),
        ("codedeploy:RegisterApplicationRevision", 2, "application:shop"),
        (DEPLOY_ROLE, 2, "role/deploy does not trust codedeploy.amazonaws.com"),
    ];
    for (missing, failed, part) in table {
        let mut world = prepared(sources(BUILDSPEC, "#!/bin/sh\n")).await;
        {
            let mut facts = world.double.facts.lock().unwrap();
            if facts.trust.remove(missing).is_none() {
                facts.denied.insert(missing.to_owned());
            }
        }
        world.create_pipeline(delivery()).await;
        let told = world
            .event(|kind| match kind {
                EventKind::Denied { message, .. } => Some(message.clone()),
                _ => None,
            })
            .await;
        assert!(told.contains(part), "{told}");
        let record = world.ended().await;
        let error = actions(&record)[failed].error.clone().unwrap();
        assert!(error.code == "PermissionError" && error.message.contains(part), "{error:?} should say {part}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_named() {
    let table = [
        ("/Stages/1/Actions/0/Configuration/ProjectName", 1, "Project cannot be found"),
        ("/Stages/1/Actions/0/Configuration/EnvironmentVariables", 1, "EnvironmentVariables is not understood"),
        ("/Stages/2/Actions/0/Configuration/DeploymentGroupName", 2, "No deployment group found for name: other"),
    ];
    for (path, failed, part) in table {
        let mut world = prepared(sources(BUILDSPEC, "#!/bin/sh\n")).await;
        world.create_pipeline(with(delivery(), path, "other".into())).await;
        let record = world.ended().await;
        let error = actions(&record)[failed].error.clone().unwrap();
        assert!(error.message.contains(part), "{error:?} should say {part}");
    }
}

#[tokio::test]
async fn refused_resources() {
    let world = prepared(Vec::new()).await;
    let group = json!({ "ApplicationName": "x", "DeploymentGroupName": "g", "ServiceRoleArn": DEPLOY_ROLE });
    for (kind, properties, part) in [
        ("AWS::CodeDeploy::DeploymentGroup", group, "ApplicationName is \"x\""),
        ("AWS::CodeDeploy::Application", json!({ "ComputePlatform": "Batch" }), "Batch"),
        ("AWS::CodeBuild::Project", json!({}), "missing field"),
        ("AWS::CodePipeline::Webhook", json!({}), "does not know this type"),
    ] {
        let (status, answer) = world.create(kind, properties).await;
        assert_eq!(status, 400, "{answer}");
        assert!(answer["message"].as_str().unwrap().contains(part), "{answer}");
    }
}

#[tokio::test]
async fn a_test_is_a_build_of_the_category_test() {
    for (command, expected) in [("exit 0", ExecutionStatus::Succeeded), ("exit 3", ExecutionStatus::Failed)] {
        let buildspec = format!("version: 0.2\nphases: {{build: {{commands: [{command}]}}}}\n");
        let mut world = prepared(sources(&buildspec, "")).await;
        let test = action("Test", "Test", "CodeBuild", 1, &json!({ "ProjectName": "shop-build" }), "SourceOutput");
        world.create_pipeline(pipeline(&[stage("Build", &[test])])).await;
        let record = world.ended().await;
        assert_eq!(record.status, expected, "{:?}", actions(&record)[1].error);
        let listed = world.call("ListActionExecutions", json!({ "pipelineName": "shop" })).await;
        let kind = &listed["actionExecutionDetails"][0]["input"]["actionTypeId"];
        assert_eq!((&kind["category"], &kind["provider"]), (&json!("Test"), &json!("CodeBuild")));
    }
}
