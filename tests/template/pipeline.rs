//! The pipeline's actions fit together.

use serde_json::Value;

use crate::source::{resources, target, template};

#[test]
fn both_environments_get_the_artifact_that_was_built_once() {
    let built: Vec<&Value> = outputs(&actions("CodeBuild"));
    assert_eq!(built.len(), 1);
    let deployed = actions("CodeDeploy");
    assert_eq!(deployed.len(), 2);
    for action in deployed.iter().chain(&actions("Lambda")) {
        assert_eq!(action["InputArtifacts"][0]["Name"], built[0]["Name"], "{}", action["Name"]);
    }
}

#[test]
fn a_smoke_test_follows_each_deployment() {
    for stage in ["Staging", "Production"] {
        let stage = stages().iter().find(|candidate| candidate["Name"] == stage).unwrap();
        let order: Vec<(&str, u64)> = stage["Actions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|action| (action["ActionTypeId"]["Provider"].as_str().unwrap(), action["RunOrder"].as_u64().unwrap()))
            .collect();
        assert_eq!(order, [("CodeDeploy", 1), ("Lambda", 2)], "{}", stage["Name"]);
    }
}

#[test]
fn user_parameters_are_json_within_awss_limit() {
    for action in actions("Lambda") {
        let function = target(&action["Configuration"]["FunctionName"]);
        assert_eq!(template()["Resources"][function]["Type"], "AWS::Serverless::Function");
        let text = action["Configuration"]["UserParameters"]["Fn::Sub"].as_str().unwrap();
        // A suite's path has at most 200 characters, an execution id 36 and a version id of S3 1024 at most, 32 in practice.
        let longest = text.replace("${SmokeSuite}", &"s".repeat(200));
        assert!(longest.len() + 100 <= 1000, "{} characters", longest.len());
        let parameters: Value = serde_json::from_str(text).unwrap();
        assert!(["staging", "production"].contains(&parameters["environment"].as_str().unwrap()));
    }
}

#[test]
fn names_of_artifacts_are_made_once() {
    let mut seen = std::collections::BTreeSet::new();
    for stage in stages() {
        for action in stage["Actions"].as_array().unwrap() {
            for input in action["InputArtifacts"].as_array().into_iter().flatten() {
                assert!(seen.contains(input["Name"].as_str().unwrap()), "{input} is read before it is made");
            }
            for output in action["OutputArtifacts"].as_array().into_iter().flatten() {
                assert!(seen.insert(output["Name"].as_str().unwrap()), "{output} is made twice");
            }
        }
    }
}

fn stages() -> &'static Vec<Value> {
    let pipelines = resources("AWS::CodePipeline::Pipeline");
    assert_eq!(pipelines.len(), 1);
    pipelines[0].1["Properties"]["Stages"].as_array().unwrap()
}

fn actions(provider: &str) -> Vec<&'static Value> {
    stages()
        .iter()
        .flat_map(|stage| stage["Actions"].as_array().unwrap())
        .filter(|action| action["ActionTypeId"]["Provider"] == provider)
        .collect()
}

fn outputs(actions: &[&'static Value]) -> Vec<&'static Value> {
    actions.iter().flat_map(|action| action["OutputArtifacts"].as_array().unwrap()).collect()
}
