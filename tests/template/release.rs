//! A release's way from staging to production: approval, retry, roll-back, encryption.

use serde_json::{Value, json};

use crate::pipeline::stages_given;
use crate::platform::{Given, STACKS, resources_given};
use crate::source::template;
use crate::statements::{actions, statements};

fn names(given: Given<'_>) -> Vec<String> {
    stages_given(given).iter().map(|stage| stage["Name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn somebody_is_asked_only_where_it_is_wanted() {
    assert_eq!(names(&[]), ["Source", "Build", "Staging", "Production"]);
    let asks = [("RequireApproval", "true"), ("ApprovalEmail", "a@b.c")];
    assert_eq!(names(&asks), ["Source", "Build", "Staging", "Approval", "Production"]);
    let action = &stages_given(&asks)[3]["Actions"][0];
    assert_eq!(action["ActionTypeId"]["Provider"], "Manual");
    assert_eq!(action["Configuration"]["NotificationArn"]["Ref"], "ApprovalTopic");
    let subscriptions = resources_given(&asks, "AWS::SNS::Subscription");
    assert_eq!(subscriptions[0].1["Properties"]["TopicArn"]["Ref"], "ApprovalTopic");
    let policies = resources_given(&asks, "AWS::SNS::TopicPolicy");
    let policy = &policies.iter().find(|(name, _)| name == "ApprovalTopicPolicy").unwrap().1["Properties"];
    assert_eq!(policy["PolicyDocument"]["Statement"][0]["Effect"], "Deny");

    for (given, may) in [(asks.as_slice(), true), (&[], false)] {
        let roles = resources_given(given, "AWS::IAM::Role");
        let role = &roles.iter().find(|(name, _)| name == "PipelineRole").unwrap().1;
        let publishes = statements(role).iter().flat_map(actions).any(|action| action == "sns:Publish");
        assert_eq!(publishes, may, "{given:?}");
    }
}

#[test]
fn a_stage_that_fails_is_retried_or_rolled_back_as_was_chosen() {
    let retry = json!({ "Result": "RETRY", "RetryConfiguration": { "RetryMode": "FAILED_ACTIONS" } });
    let back = json!({ "Result": "ROLLBACK" });
    let cases: [(Given<'_>, Value, Value); 3] = [
        (&[], Value::Null, back.clone()),
        (&[("RetryStaging", "true")], retry, back),
        (&[("RollBackProduction", "false")], Value::Null, Value::Null),
    ];
    for (given, staging, production) in cases {
        let stages = stages_given(given);
        assert_eq!([&stages[2]["OnFailure"], &stages[3]["OnFailure"]], [&staging, &production], "{given:?}");
        assert!(stages[..2].iter().all(|stage| stage["OnFailure"].is_null()), "a source cannot be rolled back");
    }
}

/// The newest overtakes those that wait, unless something else is asked for.
#[test]
fn releases_wait_for_each_other_as_was_chosen() {
    let mode = &template()["Parameters"]["ExecutionMode"];
    assert_eq!(mode["Default"], "SUPERSEDED");
    assert_eq!(mode["AllowedValues"], json!(["SUPERSEDED", "QUEUED", "PARALLEL"]));
    let pipeline = &template()["Resources"]["Pipeline"]["Properties"];
    assert_eq!(pipeline["ExecutionMode"], json!({ "Ref": "ExecutionMode" }));
}

/// What people write, such as a commit's message, could break out of the JSON that it stands in.
#[test]
fn variables_are_passed_as_ids_only() {
    for given in STACKS.into_iter().filter(|given| !given.contains(&("CreatePipeline", "false"))) {
        let text = Value::from(stages_given(given)).to_string();
        let variables: Vec<&str> = text.split("#{").skip(1).map(|rest| rest.split("}\"").next().unwrap()).collect();
        assert!(variables.len() >= 4, "{given:?}: {variables:?}");
        for variable in variables {
            let known = ["SourceVariables.${Revision}", "codepipeline.PipelineExecutionId}"];
            assert!(known.iter().any(|known| variable.starts_with(known)), "{variable}");
        }
    }
}

#[test]
fn artifacts_are_encrypted_with_the_stacks_own_key() {
    let key = json!({ "Fn::GetAtt": ["ArtifactKey", "Arn"] });
    let given = [("SourceProvider", "GitHub"), ("BuildPullRequests", "true")];
    let pipelines = resources_given(&given, "AWS::CodePipeline::Pipeline");
    assert_eq!(pipelines.len(), 2);
    for (name, pipeline) in pipelines {
        assert_eq!(
            pipeline["Properties"]["ArtifactStore"]["EncryptionKey"],
            json!({ "Type": "KMS", "Id": key }),
            "{name}"
        );
    }
    for (name, project) in resources_given(&given, "AWS::CodeBuild::Project") {
        assert_eq!(project["Properties"]["EncryptionKey"], key, "{name}");
    }
    let bucket = &template()["Resources"]["ArtifactBucket"]["Properties"]["BucketEncryption"];
    let rule = &bucket["ServerSideEncryptionConfiguration"][0]["ServerSideEncryptionByDefault"];
    assert_eq!(rule["KMSMasterKeyID"], key);
    for kept in ["SourceBucket", "ArtifactBucket", "ArtifactKey"] {
        let policy = &template()["Resources"][kept]["DeletionPolicy"];
        assert_eq!(policy, "RetainExceptOnCreate", "{kept}: one is of no use without the others");
    }

    // Who reads or writes an object may use its key, instances too.
    for given in STACKS {
        let roles = resources_given(given, "AWS::IAM::Role");
        for (name, role) in roles.into_iter().chain(resources_given(given, "AWS::IAM::Policy")) {
            let statements = statements(&role);
            let objects = |s: &&Value| s["Resource"].to_string().contains("${ArtifactBucket.Arn}");
            let keys = |s: &&Value| s["Resource"] == key;
            assert!(
                !statements.iter().any(|s| objects(&s)) || statements.iter().any(|s| keys(&s)),
                "{given:?}: {name}"
            );
        }
    }
    let policy = &template()["Resources"]["InstancesDecryptPolicy"];
    assert_eq!((&policy["Condition"], statements(policy)[0]["Resource"].clone()), (&json!("CreatesEc2"), key));
}
