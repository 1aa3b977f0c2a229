//! The pipeline's actions fit together.

use serde_json::Value;

use crate::platform::{Given, PLATFORMS, resources_given};
use crate::source::template;

#[test]
fn both_environments_get_the_artifact_that_was_built_once() {
    for (platform, provider) in [("ec2", "CodeDeploy"), ("ecs", "CodeDeployToECS")] {
        let stages = stages(platform);
        let mut builds = actions(&stages, "CodeBuild");
        builds.retain(|action| action["ActionTypeId"]["Category"] == "Build");
        assert_eq!((builds.len(), builds[0]["OutputArtifacts"].as_array().unwrap().len()), (1, 1));
        let built = &builds[0]["OutputArtifacts"][0]["Name"];
        let deployed = actions(&stages, provider);
        assert_eq!(deployed.len(), 2, "{platform}");
        for action in deployed.into_iter().chain(actions(&stages, "Lambda")) {
            assert_eq!(action["InputArtifacts"][0]["Name"], *built, "{}", action["Name"]);
            for (key, value) in action["Configuration"].as_object().unwrap() {
                assert!(!key.ends_with("Artifact") || value == built, "{key} is {value}");
                assert!(!key.ends_with("ArtifactName") || value == built, "{key} is {value}");
            }
        }
    }
}

#[test]
fn a_smoke_test_follows_each_deployment() {
    for (platform, provider) in [("ec2", "CodeDeploy"), ("ecs", "CodeDeployToECS")] {
        let stages = stages(platform);
        for name in ["Staging", "Production"] {
            let stage = stages.iter().find(|candidate| candidate["Name"] == name).unwrap();
            let order: Vec<(&str, u64)> = stage["Actions"]
                .as_array()
                .unwrap()
                .iter()
                .map(|action| {
                    (action["ActionTypeId"]["Provider"].as_str().unwrap(), action["RunOrder"].as_u64().unwrap())
                })
                .collect();
            assert_eq!(order, [(provider, 1), ("Lambda", 2)], "{name}");
            let group = &stage["Actions"][0]["Configuration"]["DeploymentGroupName"]["Ref"];
            let group = &template()["Resources"][group.as_str().unwrap()]["Properties"]["DeploymentGroupName"];
            assert_eq!(*group, name.to_lowercase(), "{name} deploys to {group}");
        }
    }
}

/// The files that buildspec-ecs.yml of the example lays out.
#[test]
fn a_deployment_to_ecs_reads_what_the_build_makes() {
    let stages = stages("ecs");
    for (action, environment) in actions(&stages, "CodeDeployToECS").into_iter().zip(["staging", "production"]) {
        let configuration = &action["Configuration"];
        assert_eq!(configuration["AppSpecTemplatePath"], "appspec.yaml");
        assert_eq!(configuration["TaskDefinitionTemplatePath"], format!("taskdef-{environment}.json"));
        assert_eq!(configuration["Image1ContainerName"], "IMAGE1_NAME");
        for key in ["AppSpecTemplateArtifact", "TaskDefinitionTemplateArtifact", "Image1ArtifactName"] {
            assert_eq!(configuration[key], "BuildOutput", "{key}");
        }
    }
}

#[test]
fn user_parameters_are_json_within_awss_limit() {
    for action in PLATFORMS.iter().flat_map(|platform| actions(&stages(platform), "Lambda")) {
        let configuration = &action["Configuration"];
        // By the alias, which a shift moves.
        let function = configuration["FunctionName"]["Fn::Sub"].as_str().unwrap();
        let function = function.strip_prefix("${").and_then(|name| name.strip_suffix("}:live")).unwrap();
        let function = &template()["Resources"][function];
        assert_eq!(function["Type"], "AWS::Serverless::Function");
        assert_eq!(function["Properties"]["AutoPublishAlias"], "live");
        let text = configuration["UserParameters"]["Fn::Sub"][0].as_str().unwrap();
        // A suite's path has at most 200 characters, an execution id 36 and a version id of S3 1024 at most, 32 in practice.
        let longest = text.replace("${SmokeSuite}", &"s".repeat(200));
        assert!(text.contains("#{SourceVariables.${Revision}}"), "{text}");
        assert!(longest.len() + 100 <= 1000, "{} characters", longest.len());
        let parameters: Value = serde_json::from_str(text).unwrap();
        assert!(["staging", "production"].contains(&parameters["environment"].as_str().unwrap()));
    }
}

#[test]
fn names_of_artifacts_are_made_once() {
    for platform in PLATFORMS {
        let mut seen = std::collections::BTreeSet::new();
        for stage in stages(platform) {
            for action in stage["Actions"].as_array().unwrap() {
                for input in action["InputArtifacts"].as_array().into_iter().flatten() {
                    assert!(seen.contains(input["Name"].as_str().unwrap()), "{input} is read before it is made");
                }
                for output in action["OutputArtifacts"].as_array().into_iter().flatten() {
                    let name = output["Name"].as_str().unwrap().to_owned();
                    assert!(seen.insert(name), "{output} is made twice");
                }
            }
        }
    }
}

fn stages(platform: &str) -> Vec<Value> {
    stages_given(&[("DeployPlatform", platform)])
}

pub(crate) fn stages_given(given: Given<'_>) -> Vec<Value> {
    let mut pipelines = resources_given(given, "AWS::CodePipeline::Pipeline");
    pipelines.retain(|(name, _)| name == "Pipeline");
    assert_eq!(pipelines.len(), 1);
    match pipelines.remove(0).1["Properties"]["Stages"].take() {
        Value::Array(stages) => stages,
        other => panic!("the stages are {other}"),
    }
}

pub(crate) fn actions(stages: &[Value], provider: &str) -> Vec<Value> {
    stages
        .iter()
        .flat_map(|stage| stage["Actions"].as_array().unwrap())
        .filter(|action| action["ActionTypeId"]["Provider"] == provider)
        .cloned()
        .collect()
}
