//! The build gets what the example's buildspecs read.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::platform::{Given, PLATFORMS, has, resources_given, resources_on};
use crate::source::{read, root, template};

fn project(platform: &str) -> Value {
    resources_on(platform, "AWS::CodeBuild::Project").remove(0).1["Properties"].take()
}

#[test]
fn a_platform_has_its_buildspec_and_docker_only_where_it_is_needed() {
    for (platform, buildspec, privileged) in [("ec2", "buildspec.yml", false), ("ecs", "buildspec-ecs.yml", true)] {
        let project = project(platform);
        assert_eq!(project["Source"]["BuildSpec"], buildspec);
        assert_eq!(project["Environment"]["PrivilegedMode"], privileged, "{platform}");
        let text = std::fs::read_to_string(root().join("examples/storefront").join(buildspec)).unwrap();
        assert_eq!(text.contains("docker "), privileged, "{buildspec}");
    }
}

/// What a build compiled serves the next; a pull request's leavings would be part of a release's tests.
#[test]
fn a_build_starts_from_what_the_last_one_left() {
    let (kept, none) = (json!({ "Type": "LOCAL", "Modes": ["LOCAL_CUSTOM_CACHE"] }), json!({ "Type": "NO_CACHE" }));
    let requests: Given<'_> = &[("SourceProvider", "GitHub"), ("BuildPullRequests", "true")];
    let cases: [(Given<'_>, &Value); 3] =
        [(&[("DeployPlatform", "ec2")], &kept), (&[("DeployPlatform", "ecs")], &kept), (requests, &none)];
    for (given, tests) in cases {
        let projects = resources_given(given, "AWS::CodeBuild::Project");
        let caches: Vec<(&str, &Value)> =
            projects.iter().map(|(name, project)| (name.as_str(), &project["Properties"]["Cache"])).collect();
        assert_eq!(caches, [("BuildProject", &kept), ("TestProject", tests)], "{given:?}");
    }
    // The cache holds what the buildspec names.
    for buildspec in ["buildspec.yml", "buildspec-ecs.yml", "buildspec-test.yml"] {
        let paths = read(&format!("examples/storefront/{buildspec}"))["cache"]["paths"].take();
        assert!(paths.to_string().contains("target/**/*"), "{buildspec}: {paths}");
    }
}

#[test]
fn the_variables_are_those_that_the_buildspec_reads() {
    let folder = root().join("examples/storefront");
    let read: String = ["buildspec-ecs.yml", "ecs/task-definition.sh"]
        .map(|file| std::fs::read_to_string(folder.join(file)).unwrap())
        .concat();
    let given: BTreeSet<String> = variables("ecs").into_iter().map(|(name, _)| name).collect();
    for name in given.iter().filter(|name| *name != "DEPLOY_PLATFORM") {
        let used = [format!("${name}"), format!("${{{name}")];
        assert!(used.iter().any(|used| read.contains(used)), "nothing reads {name}");
    }
    for name in ["IMAGE_REPOSITORY", "DEPLOY_HOOK_FUNCTION", "SUITE_LOCATION"] {
        assert!(given.contains(name), "{name} is not given");
    }
    for environment in ["STAGING", "PRODUCTION"] {
        for name in ["TASK_EXECUTION_ROLE_ARN", "TASK_LOG_GROUP", "DATABASE_SECRET_ARN", "DATABASE_HOST"] {
            assert!(given.contains(&format!("{environment}_{name}")), "{environment}_{name} is not given");
        }
    }
}

#[test]
fn what_the_variables_name_is_there() {
    for platform in PLATFORMS {
        let variables = variables(platform);
        assert!(variables.iter().any(|(name, _)| name == "DEPLOY_PLATFORM"));
        for (name, value) in variables {
            let Some(named) = value["Ref"].as_str() else { continue };
            let resource = &template()["Resources"][named];
            let known = resource.is_object() && has(platform, resource) || template()["Parameters"][named].is_object();
            assert!(known, "{platform}: {name} names {named}, which is not there");
        }
    }
    let hook = variables("ecs").into_iter().find(|(name, _)| name == "DEPLOY_HOOK_FUNCTION").unwrap();
    assert_eq!(hook.1["Ref"], "DeployHookFunction");
}

fn variables(platform: &str) -> Vec<(String, Value)> {
    let project = project(platform);
    let variables = project["Environment"]["EnvironmentVariables"].as_array().unwrap();
    variables
        .iter()
        .map(|variable| (variable["Name"].as_str().unwrap().to_owned(), variable["Value"].clone()))
        .collect()
}

/// Each environment's tasks are started with its own role and write where that role may.
#[test]
fn tasks_of_existing_services_have_what_their_environment_names() {
    let existing: Given<'_> = &[("DeployPlatform", "ecs"), ("CreateEnvironments", "false")];
    let named: Given<'_> = &[("StagingTaskLogGroup", "a"), ("ProductionTaskLogGroup", "b")];
    for (given, logs, made) in [
        (existing.to_vec(), ["TaskLogs", "TaskLogs"], true),
        ([existing, &named[..1]].concat(), ["StagingTaskLogGroup", "TaskLogs"], true),
        ([existing, named].concat(), ["StagingTaskLogGroup", "ProductionTaskLogGroup"], false),
    ] {
        let project = resources_given(&given, "AWS::CodeBuild::Project").remove(0).1;
        let variables = project["Properties"]["Environment"]["EnvironmentVariables"].as_array().unwrap();
        let value = |name: &str| variables.iter().find(|known| known["Name"] == name).unwrap()["Value"].clone();
        for (environment, log) in ["Staging", "Production"].into_iter().zip(logs) {
            let prefix = environment.to_uppercase();
            assert_eq!(value(&format!("{prefix}_TASK_LOG_GROUP")), json!({ "Ref": log }), "{given:?}");
            let role = json!({ "Fn::Sub": format!("${{{environment}TaskExecutionRoleArn}}") });
            assert_eq!(value(&format!("{prefix}_TASK_EXECUTION_ROLE_ARN")), role, "{given:?}");
        }
        let groups = resources_given(&given, "AWS::Logs::LogGroup");
        assert_eq!(groups.iter().any(|(name, _)| name == "TaskLogs"), made, "{given:?}");
    }
}
