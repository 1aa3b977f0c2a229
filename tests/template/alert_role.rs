//! What stage-alert may do, with a stack's own pipeline and with others.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::platform::{Given, resources_given};
use crate::statements::actions;

/// The calls of the function; what it writes is its ledger, its topic and its two queues.
const ACTIONS: [&str; 21] = [
    "codebuild:BatchGetBuilds",
    "codebuild:DescribeTestCases",
    "codedeploy:GetDeployment",
    "codedeploy:GetDeploymentTarget",
    "codedeploy:ListDeploymentTargets",
    "codepipeline:GetPipelineExecution",
    "codepipeline:GetPipelineState",
    "codepipeline:ListActionExecutions",
    "codepipeline:ListPipelineExecutions",
    "dynamodb:GetItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
    "kms:Decrypt",
    "kms:GenerateDataKey",
    "logs:CreateLogStream",
    "logs:GetLogEvents",
    "logs:PutLogEvents",
    "s3:GetObject",
    "s3:ListBucket",
    "sns:Publish",
    "sqs:SendMessage",
];

#[test]
fn it_may_do_what_it_does_and_no_more() {
    // Hooks, which leave reports, run on ECS.
    for (platform, reports) in [("ec2", false), ("ecs", true)] {
        let allowed: BTreeSet<String> = statements(&[("DeployPlatform", platform)]).iter().flat_map(actions).collect();
        let expected = ACTIONS.into_iter().filter(|action| reports || !action.starts_with("s3:"));
        assert_eq!(allowed.iter().map(String::as_str).collect::<Vec<_>>(), expected.collect::<Vec<_>>(), "{platform}");
    }
}

/// Without a pipeline of its own the stack has no builds, deployments or reports.
#[test]
fn alone_it_reads_the_pipelines_that_it_is_told() {
    let given = [("CreatePipeline", "false"), ("WatchPipelines", "one")];
    let sids: Vec<Value> = statements(&given).iter().map(|statement| statement["Sid"].clone()).collect();
    let expected = ["Pipelines", "DeploymentTargets", "Ledger", "Tell", "EncryptedTopic", "WhatIsLeft", "OwnLog"];
    assert_eq!(sids, expected);
}

#[test]
fn its_role_has_a_star_only_where_iam_knows_no_resource() {
    let stars: Vec<String> =
        statements(&[]).iter().filter(|statement| statement["Resource"] == "*").flat_map(actions).collect();
    assert_eq!(stars, ["codedeploy:GetDeploymentTarget", "codedeploy:ListDeploymentTargets"]);
}

#[test]
fn it_reads_its_own_pipeline_or_those_that_are_named() {
    let own = "arn:${AWS::Partition}:codepipeline:${AWS::Region}:${AWS::AccountId}:${ApplicationName}";
    assert_eq!(pipelines(&[]), json!([{ "Fn::Sub": own }]));
    let listed = pipelines(&[("WatchPipelines", "one,two")]);
    let (text, names) = (&listed["Fn::Split"][1]["Fn::Sub"][0], &listed["Fn::Split"][1]["Fn::Sub"][1]["Names"]);
    let between = names["Fn::Join"][0].as_str().unwrap();
    assert_eq!(names["Fn::Join"][1], json!({ "Fn::Split": [",", { "Ref": "WatchPipelines" }] }));
    let arns = text.as_str().unwrap().replace("${Names}", &["one", "two"].join(between));
    assert_eq!(listed["Fn::Split"][0], ",");
    assert_eq!(arns.split(',').collect::<Vec<_>>(), ["arn:*:codepipeline:*:*:one", "arn:*:codepipeline:*:*:two"]);
}

/// Reasons of other pipelines are read from projects and groups that the template does not know, and only read.
#[test]
fn other_pipelines_open_their_builds_and_deployments() {
    let allowed = |watched| {
        let policies = resources_given(&[("WatchPipelines", watched)], "AWS::IAM::Policy");
        let others = policies.iter().find(|(name, _)| name == "OtherPipelinesPolicy").unwrap();
        let statements = others.1["Properties"]["PolicyDocument"]["Statement"].as_array().unwrap();
        statements.iter().flat_map(actions).collect::<Vec<_>>()
    };
    let reasons =
        ["codebuild:BatchGetBuilds", "codebuild:DescribeTestCases", "logs:GetLogEvents", "codedeploy:GetDeployment"];
    // Whose a deployment is is looked up in all pipelines, where all are watched.
    assert_eq!(allowed("*"), [&["codepipeline:ListPipelines"], &reasons[..]].concat());
    assert_eq!(allowed("one,two"), reasons);
    assert!(resources_given(&[], "AWS::IAM::Policy").iter().all(|(name, _)| name != "OtherPipelinesPolicy"));
}

fn pipelines(given: Given<'_>) -> Value {
    let of_pipelines = |statement: &Value| statement["Sid"] == "Pipelines";
    statements(given).into_iter().find(of_pipelines).unwrap()["Resource"].clone()
}

fn statements(given: Given<'_>) -> Vec<Value> {
    let roles = resources_given(given, "AWS::IAM::Role");
    let role = roles.into_iter().find(|(name, _)| name == "StageAlertRole").unwrap().1;
    role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"].as_array().unwrap().clone()
}
