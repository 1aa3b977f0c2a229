//! Where sources come from, and what starts a release.

use serde_json::{Value, json};

use crate::pipeline::stages_given;
use crate::platform::{Given, resources_given};
use crate::source::root;
use crate::statements::{actions, statements};

fn source(given: Given<'_>) -> Value {
    let action = stages_given(given)[0]["Actions"][0].take();
    assert_eq!(action["ActionTypeId"]["Category"], "Source");
    assert_eq!(action["Namespace"], "SourceVariables");
    action
}

#[test]
fn each_provider_has_its_action_its_variable_and_its_permissions() {
    let connection = ["codeconnections:UseConnection", "codestar-connections:UseConnection", "s3:PutObjectAcl"];
    let repository = [
        "codecommit:CancelUploadArchive",
        "codecommit:GetBranch",
        "codecommit:GetCommit",
        "codecommit:GetUploadArchiveStatus",
        "codecommit:UploadArchive",
    ];
    let bucket = ["s3:ListBucket"];
    for (provider, action, settings, revision, needed) in [
        ("S3", "S3", "S3Bucket S3ObjectKey PollForSourceChanges", "VersionId", bucket.as_slice()),
        ("CodeCommit", "CodeCommit", "RepositoryName BranchName PollForSourceChanges", "CommitId", &repository),
        ("GitHub", "CodeStarSourceConnection", CONNECTION, "CommitId", &connection),
        ("Bitbucket", "CodeStarSourceConnection", CONNECTION, "CommitId", &connection),
        ("GitLab", "CodeStarSourceConnection", CONNECTION, "CommitId", &connection),
    ] {
        let given = [("SourceProvider", provider)];
        let found = source(&given);
        assert_eq!(found["ActionTypeId"]["Provider"], action, "{provider}");
        let keys: Vec<&str> = found["Configuration"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys.join(" "), settings, "{provider}");
        // Both smoke tests and the approval name the revision by it.
        let stages = stages_given(&[("SourceProvider", provider), ("RequireApproval", "true")]);
        let named = stages[2..].iter().flat_map(|stage| stage["Actions"].as_array().unwrap());
        let named = named.flat_map(|action| ["UserParameters", "CustomData"].map(|key| &action["Configuration"][key]));
        let named: Vec<&Value> = named.filter(|text| !text.is_null()).collect();
        assert_eq!(named.len(), 3, "{provider}");
        for text in named {
            assert!(text["Fn::Sub"][0].as_str().unwrap().contains("#{SourceVariables.${Revision}}"), "{text}");
            assert_eq!(text["Fn::Sub"][1]["Revision"], revision, "{provider}: {text}");
        }

        let roles = resources_given(&given, "AWS::IAM::Role");
        let role = &roles.iter().find(|(name, _)| name == "PipelineRole").unwrap().1;
        let allowed: Vec<String> = statements(role).iter().flat_map(actions).collect();
        for action in [bucket.as_slice(), &repository, &connection].concat() {
            assert_eq!(
                allowed.iter().any(|allowed| *allowed == action),
                needed.contains(&action),
                "{provider}: {action}"
            );
        }
        assert_eq!(resources_given(&given, "AWS::S3::Bucket").len(), if provider == "S3" { 2 } else { 1 });
    }
}

const CONNECTION: &str = "ConnectionArn FullRepositoryId BranchName DetectChanges";

#[test]
fn pushes_are_filtered_by_what_is_given() {
    let branch = json!({ "Includes": [{ "Ref": "BranchName" }] });
    let list = |name: &str| json!({ "Includes": { "Fn::Split": [",", { "Ref": name }] } });
    let cases: [(Given<'_>, Value); 4] = [
        (&[], json!([{ "Branches": branch }])),
        (&[("TriggerBranches", "main")], json!([{ "Branches": list("TriggerBranches") }])),
        (&[("TriggerTags", "v*")], json!([{ "Branches": branch }, { "Tags": list("TriggerTags") }])),
        (&[("TriggerFilePaths", "a/**")], json!([{ "Branches": branch, "FilePaths": list("TriggerFilePaths") }])),
    ];
    for (given, expected) in cases {
        let pipelines =
            resources_given(&[&[("SourceProvider", "GitHub")], given].concat(), "AWS::CodePipeline::Pipeline");
        let triggers = &pipelines[0].1["Properties"]["Triggers"];
        assert_eq!(triggers.as_array().unwrap().len(), 1);
        let git = &triggers[0]["GitConfiguration"];
        assert_eq!(git["SourceActionName"], "Source");
        assert_eq!(git["Push"], expected, "{given:?}");
        // A pull request starts nothing that deploys.
        assert_eq!(git["PullRequest"], Value::Null);
    }
    let pipelines = resources_given(&[], "AWS::CodePipeline::Pipeline");
    assert_eq!(pipelines[0].1["Properties"]["Triggers"], Value::Null);
}

/// By an event or by looking, never by both: each would start a release of its own.
#[test]
fn a_source_tells_or_is_looked_at() {
    for (provider, rule) in [("S3", "S3SourceRule"), ("CodeCommit", "CodeCommitSourceRule")] {
        for (polls, tells) in [("true", false), ("false", true)] {
            let given = [("SourceProvider", provider), ("PollForSourceChanges", polls)];
            assert_eq!(source(&given)["Configuration"]["PollForSourceChanges"]["Ref"], "PollForSourceChanges");
            let rules = resources_given(&given, "AWS::Events::Rule");
            assert_eq!(rules.iter().any(|(name, _)| name == rule), tells, "{given:?}");
            let buckets = resources_given(&given, "AWS::S3::Bucket");
            let source = buckets.iter().find(|(name, _)| name == "SourceBucket");
            let told = source.is_some_and(|(_, bucket)| bucket["Properties"]["NotificationConfiguration"].is_object());
            assert_eq!(told, tells && provider == "S3", "{given:?}");
        }
    }
}

/// Two uploads one after the other are two releases, and each is of its own upload.
#[test]
fn a_rule_starts_a_release_of_the_revision_that_its_event_tells() {
    for (provider, rule, sample, kind) in [
        ("S3", "S3SourceRule", "s3-object-created.json", "S3_OBJECT_VERSION_ID"),
        ("CodeCommit", "CodeCommitSourceRule", "codecommit-branch-updated.json", "COMMIT_ID"),
    ] {
        let given = [("SourceProvider", provider), ("PollForSourceChanges", "false")];
        let rules = resources_given(&given, "AWS::Events::Rule");
        let target = &rules.iter().find(|(name, _)| name == rule).unwrap().1["Properties"]["Targets"][0];
        let transformer = &target["InputTransformer"];
        let event: Value = serde_json::from_slice(&std::fs::read(root().join("events").join(sample)).unwrap()).unwrap();
        let path = transformer["InputPathsMap"]["revision"].as_str().unwrap().replace("$.", "/").replace('.', "/");
        let revision = event.pointer(&path).and_then(Value::as_str).unwrap_or_else(|| panic!("{path} in {event}"));
        let input = transformer["InputTemplate"].as_str().unwrap().replace("<revision>", revision);
        let expected = json!({"sourceRevisions": [
            {"actionName": source(&given)["Name"], "revisionType": kind, "revisionValue": revision},
        ]});
        assert_eq!(serde_json::from_str::<Value>(&input).unwrap(), expected);
    }
}

#[test]
fn what_starts_a_release_may_do_that_alone_and_is_noticed_when_it_does_not() {
    let given = [("Schedule", "cron(0 6 ? * MON-FRI *)")];
    let arn = "arn:${AWS::Partition}:codepipeline:${AWS::Region}:${AWS::AccountId}:${ApplicationName}";
    let schedule = &resources_given(&given, "AWS::Scheduler::Schedule")[0].1["Properties"];
    assert_eq!(schedule["ScheduleExpression"]["Ref"], "Schedule");
    assert_eq!(schedule["Target"]["Arn"]["Fn::Sub"], arn);
    let events = resources_given(&given, "AWS::Events::Rule");
    let event = &events.iter().find(|(name, _)| name == "S3SourceRule").unwrap().1["Properties"]["Targets"][0];
    assert_eq!(event["Arn"]["Fn::Sub"], arn);
    for target in [event, &schedule["Target"]] {
        assert_eq!(target["DeadLetterConfig"]["Arn"], json!({ "Fn::GetAtt": ["StartDeadLetters", "Arn"] }));
    }
    let roles = resources_given(&given, "AWS::IAM::Role");
    for (name, expected) in [
        ("StartByEventRole", ["codepipeline:StartPipelineExecution"].as_slice()),
        ("StartByScheduleRole", &["codepipeline:StartPipelineExecution", "sqs:SendMessage"]),
    ] {
        let role = &roles.iter().find(|(role, _)| role == name).unwrap().1;
        assert_eq!(statements(role).iter().flat_map(actions).collect::<Vec<_>>(), expected, "{name}");
    }
    assert!(resources_given(&[], "AWS::Scheduler::Schedule").is_empty());
}
