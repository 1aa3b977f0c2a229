//! The configurations of samconfig.toml: parameters that exist, that the rules accept, and the rules' own words.

use serde_json::Value;

use crate::platform::{Given, is_true};
use crate::source::{root, template};

/// What the template's rules say of these parameters, each broken one by its text.
fn broken(given: Given<'_>) -> Vec<&'static str> {
    let rules = template()["Rules"].as_object().unwrap().values();
    rules
        .filter(|rule| rule["RuleCondition"].is_null() || is_true(given, &rule["RuleCondition"]))
        .flat_map(|rule| rule["Assertions"].as_array().unwrap())
        .filter(|assertion| !is_true(given, &assertion["Assert"]))
        .map(|assertion| assertion["AssertDescription"].as_str().unwrap())
        .collect()
}

#[test]
fn every_configuration_gives_what_the_rules_ask_for() {
    let text = std::fs::read_to_string(root().join("samconfig.toml")).unwrap();
    let mut configurations = Vec::new();
    for section in text.split(".deploy.parameters]\n").skip(1) {
        let before = text.split(section).next().unwrap();
        let name = before.trim_end_matches(".deploy.parameters]\n").rsplit('[').next().unwrap();
        configurations.push(name);
        let section = section.split("\n[").next().unwrap();
        let overrides = section.split("parameter_overrides = [").nth(1).unwrap_or_default();
        let overrides = overrides.split("\n]").next().unwrap();
        let given: Vec<(&str, &str)> =
            overrides.split('"').skip(1).step_by(2).map(|given| given.split_once('=').unwrap()).collect();
        for (parameter, value) in &given {
            let declared = &template()["Parameters"][*parameter];
            assert!(declared.is_object(), "{name}: {parameter} is no parameter");
            let allowed = &declared["AllowedValues"];
            assert!(allowed.is_null() || allowed.to_string().contains(&format!("\"{value}\"")), "{name}: {parameter}");
        }
        // The command line gives the parameters of the local one.
        assert_eq!(broken(&given), [""; 0], "{name}");
        assert_eq!(given.is_empty(), name == "local", "{name}");
    }
    assert_eq!(configurations, ["default", "ec2", "alerts-only", "existing", "local"]);
}

const EXISTING: (&str, &str) = ("CreateEnvironments", "false");
const STAGING: (&str, &str) = ("StagingUrl", "https://staging.example.com");
const PRODUCTION: (&str, &str) = ("ProductionUrl", "https://www.example.com");

#[test]
fn what_is_missing_or_too_much_is_named_before_anything_is_made() {
    let (github, commit) = (("SourceProvider", "GitHub"), ("SourceProvider", "CodeCommit"));
    let (connection, repository) = (("ConnectionArn", "arn"), ("RepositoryId", "owner/name"));
    let cases: [(Given<'_>, &[&str]); 21] = [
        (&[], &[]),
        (&[EXISTING, STAGING, PRODUCTION], &[]),
        (&[EXISTING], &["StagingUrl is missing", "ProductionUrl is missing"]),
        (&[("CreatePipeline", "false"), ("WatchPipelines", "*"), EXISTING], &[]),
        (&[("CreatePipeline", "false")], &["WatchPipelines is missing"]),
        (&[github, connection, repository, ("TriggerTags", "v*"), ("BuildPullRequests", "true")], &[]),
        (&[github], &["ConnectionArn is missing", "RepositoryId is missing"]),
        (&[("SourceProvider", "GitLab"), repository], &["ConnectionArn is missing"]),
        (&[("SourceProvider", "Bitbucket"), connection], &["RepositoryId is missing"]),
        (&[commit, repository], &[]),
        (&[commit], &["RepositoryId is missing"]),
        (&[commit, repository, ("TriggerBranches", "a,b")], &["TriggerBranches is given"]),
        (&[("TriggerFilePaths", "a"), ("BuildPullRequests", "true")], &["TriggerFilePaths is", "BuildPullRequests is"]),
        (&[("ExecutionMode", "PARALLEL")], &["RollBackProduction is true"]),
        (&[("ExecutionMode", "PARALLEL"), ("RollBackProduction", "false")], &[]),
        (&[("StagingCertificateArn", "arn"), ("ProductionHostName", "a.b")], &["StagingHostName is missing"]),
        (&[("HostedZoneId", "Z1")], &["StagingHostName and ProductionHostName are missing"]),
        (&[("HostedZoneId", "Z1"), ("ProductionHostName", "a.b")], &[]),
        (&[("HookSubnetIds", "subnet-1")], &["HookSecurityGroupId is missing"]),
        (&[("HookSecurityGroupId", "sg-1")], &["HookSubnetIds is missing"]),
        (&[("HookSubnetIds", "subnet-1"), ("HookSecurityGroupId", "sg-1")], &[]),
    ];
    for (given, expected) in cases {
        let broken = broken(given);
        assert_eq!(broken.len(), expected.len(), "{given:?}: {broken:?}");
        for (text, expected) in broken.iter().zip(expected) {
            assert!(text.starts_with(expected), "{given:?}: {text}");
        }
    }
}

/// Each parameter that existing ECS services cannot do without, and no other.
#[test]
fn every_parameter_of_an_existing_service_is_asked_for() {
    let broken = broken(&[("DeployPlatform", "ecs"), EXISTING, STAGING, PRODUCTION]);
    let groups = template()["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"].as_array().unwrap();
    let group = groups.iter().find(|group| group["Label"]["default"] == "Existing ECS services").unwrap();
    let optional = [
        "DatabaseSecretArn",
        "DatabaseHost",
        "TaskLogGroup",
        "ProductionAlarmName",
        "HookSubnetIds",
        "HookSecurityGroupId",
    ];
    let needed = group["Parameters"].as_array().unwrap().iter().filter_map(Value::as_str);
    let needed: Vec<&str> = needed.filter(|name| !optional.iter().any(|optional| name.ends_with(optional))).collect();
    let asked: Vec<&str> = broken.iter().map(|text| text.split_once(" is missing; ").unwrap().0).collect();
    assert_eq!(asked, needed);
}
