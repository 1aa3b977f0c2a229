//! The event rules: what each lets through, and where an event goes that does not reach the function.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::patterns::{STACK, events, let_through, let_through_by_environments};
use crate::platform::{resources_given, resources_on};
use crate::source::template;

const RULE: &str = "AWS::Events::Rule";

/// Every rule of a stack whose source is a bucket, and the files of `events/` that it lets through: these and no others.
const LETS_THROUGH: [(&str, &[&str]); 7] = [
    ("DeploymentsRule", &["codedeploy-deployment-state-change-failure"]),
    (
        "EnvironmentAlarmsRule",
        &["cloudwatch-alarm-composite", "cloudwatch-alarm-recovered", "cloudwatch-alarm-single-metric"],
    ),
    ("PipelineApprovalsRule", &["codepipeline-approval-started"]),
    (
        "PipelineExecutionsRule",
        &[
            "codepipeline-pipeline-failed",
            "codepipeline-pipeline-started",
            "codepipeline-pipeline-started-by-push",
            "codepipeline-pipeline-succeeded",
        ],
    ),
    (
        "PipelineStagesRule",
        &[
            "codepipeline-stage-failed",
            "codepipeline-stage-resumed",
            "codepipeline-stage-started",
            "codepipeline-stage-succeeded",
        ],
    ),
    ("S3SourceRule", &["s3-object-created"]),
    ("ServiceDeploymentsRule", &["ecs-deployment-failed", "ecs-deployment-rolling-back"]),
];

#[test]
fn a_rule_lets_through_what_is_told_and_nothing_else() {
    let expected: BTreeMap<String, Vec<String>> = LETS_THROUGH
        .iter()
        .map(|(rule, files)| ((*rule).to_owned(), files.iter().map(|file| (*file).to_owned()).collect()))
        .collect();
    assert_eq!(let_through(STACK), expected);
}

/// Every rule of the environments' templates, and the files that it lets through.
const ENVIRONMENTS_LET_THROUGH: [(&str, &[&str]); 2] = [
    ("environment-ec2.yaml: PasswordChanged", &["secretsmanager-secret-label-updated"]),
    ("environment-ecs.yaml: PasswordChanged", &["secretsmanager-secret-label-updated"]),
];

#[test]
fn a_rule_of_an_environment_lets_through_what_it_is_for_and_nothing_else() {
    let let_through = let_through_by_environments();
    let found: Vec<(&str, Vec<&str>)> =
        let_through.iter().map(|(rule, files)| (rule.as_str(), files.iter().map(String::as_str).collect())).collect();
    assert_eq!(found, ENVIRONMENTS_LET_THROUGH.map(|(rule, files)| (rule, files.to_vec())));
}

/// The sample events that no rule lets through, whatever is asked for, each group with its reason.
const NOBODYS: [(&str, &[&str]); 5] = [
    (
        "its stage fails with it and says so",
        &[
            "codepipeline-action-failed",
            "codepipeline-action-failed-approval-rejected",
            "codepipeline-action-unknown-state",
            "codebuild-build-state-change-failed",
        ],
    ),
    (
        "a step of an execution that goes on",
        &[
            "codepipeline-action-started",
            "codepipeline-action-succeeded",
            "codebuild-build-state-change",
            "codedeploy-deployment-state-change",
            "ecs-deployment-in-progress",
            "ecs-deployment-completed",
        ],
    ),
    (
        "its deployment fails with it and says so",
        &["codedeploy-instance-state-change", "codedeploy-instance-state-change-failure"],
    ),
    ("it will stop, and that is told", &["codepipeline-pipeline-stopping", "codepipeline-stage-stopping"]),
    ("its execution stops with it and says so", &["codepipeline-stage-stopped"]),
];

#[test]
fn no_event_is_passed_over_without_a_reason() {
    let everything = [STACK, &[("AlertNoise", "everything")]].concat();
    let commits = [("SourceProvider", "CodeCommit"), ("RepositoryId", "MyDemoRepo"), ("BranchName", "myBranch")];
    let rules = [let_through(&everything), let_through(&[STACK, &commits].concat()), let_through_by_environments()];
    assert_eq!(rules[1]["CodeCommitSourceRule"], ["codecommit-branch-created", "codecommit-branch-updated"]);
    let let_through: BTreeSet<&String> = rules.iter().flat_map(BTreeMap::values).flatten().collect();
    let events = events();
    let passed_over: BTreeSet<&str> =
        events.keys().filter(|name| !let_through.contains(name)).map(String::as_str).collect();
    let explained: BTreeSet<&str> = NOBODYS.iter().flat_map(|(_, files)| files.iter().copied()).collect();
    assert_eq!(passed_over, explained);
}

#[test]
fn everything_is_what_went_well_or_was_given_up_too() {
    let everything = [STACK, &[("AlertNoise", "everything")]].concat();
    let rules = resources_given(&everything, RULE);
    let approvals = &rules.iter().find(|(name, _)| name == "PipelineApprovalsRule").unwrap().1;
    assert_eq!(approvals["Properties"]["EventPattern"]["detail"]["state"], json!(["STARTED", "SUCCEEDED"]));
    let files = &let_through(&everything)["PipelineExecutionsRule"];
    assert!(files.contains(&"codepipeline-pipeline-superseded".to_owned()), "{files:?}");
    assert!(!files.contains(&"codepipeline-pipeline-stopping".to_owned()), "{files:?}: it will stop, and that is told");
}

#[test]
fn other_pipelines_are_watched_by_name_or_all() {
    for (watched, lets_through) in
        [("", true), ("*", true), ("one,myPipeline", true), ("myPipeline", true), ("one,two", false), ("my", false)]
    {
        let rules = let_through(&[STACK, &[("WatchPipelines", watched)]].concat());
        for name in ["PipelineApprovalsRule", "PipelineExecutionsRule", "PipelineStagesRule"] {
            assert_eq!(!rules[name].is_empty(), lets_through, "{name} with WatchPipelines {watched:?}");
        }
    }
}

#[test]
fn an_ec2_stack_listens_to_its_own_deployments_and_to_no_service() {
    let rules = resources_on("ec2", RULE);
    let names: Vec<&str> = rules.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names[..3], ["PipelineExecutionsRule", "PipelineStagesRule", "PipelineApprovalsRule"]);
    assert_eq!(names[3..], ["DeploymentsRule", "EnvironmentAlarmsRule", "S3SourceRule"]);
    let detail = &rules[3].1["Properties"]["EventPattern"]["detail"];
    assert_eq!(detail["application"], json!([{ "Ref": "DeployApplication" }]));
    assert_eq!(detail["deploymentGroup"], json!([{ "Ref": "StagingGroup" }, { "Ref": "ProductionGroup" }]));
}

#[test]
fn an_event_that_does_not_reach_the_function_is_tried_again_and_kept() {
    let queue = &template()["Resources"]["AlertDeadLettersPolicy"]["Properties"];
    let statement = &queue["PolicyDocument"]["Statement"][0];
    assert_eq!(statement["Principal"]["Service"], "events.amazonaws.com");
    let may_keep = statement["Condition"]["ArnEquals"]["aws:SourceArn"].to_string();
    let permissions = resources_given(STACK, "AWS::Lambda::Permission");
    let mut rules = resources_given(STACK, RULE);
    assert_eq!(rules.len(), LETS_THROUGH.len());
    // Its target is the pipeline.
    rules.retain(|(name, _)| name != "S3SourceRule");
    assert_eq!(permissions.len(), rules.len());
    for (name, rule) in rules {
        assert!(rule["Properties"]["Description"].as_str().is_some_and(|text| text.ends_with('.')), "{name}");
        let targets = rule["Properties"]["Targets"].as_array().unwrap();
        assert_eq!(targets.len(), 1, "{name}");
        let function = json!({ "Ref": "StageAlertFunction.Alias" });
        assert_eq!(targets[0]["Arn"], function, "{name}");
        assert_eq!(
            targets[0]["DeadLetterConfig"]["Arn"],
            json!({ "Fn::GetAtt": ["AlertDeadLetters", "Arn"] }),
            "{name}"
        );
        let retries = &targets[0]["RetryPolicy"];
        // EventBridge's limits.
        assert!(retries["MaximumRetryAttempts"].as_u64().is_some_and(|times| (1..=185).contains(&times)), "{name}");
        assert!(retries["MaximumEventAgeInSeconds"].as_u64().is_some_and(|s| (60..=86400).contains(&s)), "{name}");

        let arn = json!({ "Fn::GetAtt": [name, "Arn"] });
        assert!(may_keep.contains(&arn.to_string()), "the queue takes no event of {name}");
        let allowed = permissions.iter().filter(|(_, permission)| permission["Properties"]["SourceArn"] == arn);
        let allowed: Vec<&Value> = allowed.map(|(_, permission)| &permission["Properties"]).collect();
        assert_eq!(allowed.len(), 1, "{name}");
        assert_eq!(allowed[0]["FunctionName"], function, "{name}");
        assert_eq!(allowed[0]["Principal"], "events.amazonaws.com", "{name}");
    }
}
