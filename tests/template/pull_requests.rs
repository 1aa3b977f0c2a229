//! Pull requests are tested where nothing can be deployed from.

use serde_json::Value;

use crate::platform::{Given, resources_given};
use crate::source::root;
use crate::statements::{actions, statements};

const PULL_REQUESTS: Given<'_> = &[("SourceProvider", "GitHub"), ("BuildPullRequests", "true")];

fn pipeline() -> Value {
    let pipelines = resources_given(PULL_REQUESTS, "AWS::CodePipeline::Pipeline");
    pipelines.into_iter().find(|(name, _)| name == "PullRequestPipeline").unwrap().1["Properties"].take()
}

#[test]
fn a_pull_request_is_fetched_and_tested_and_nothing_else() {
    let pipeline = pipeline();
    let actions = pipeline["Stages"].as_array().unwrap().iter().flat_map(|stage| stage["Actions"].as_array().unwrap());
    let categories: Vec<&Value> = actions.map(|action| &action["ActionTypeId"]["Category"]).collect();
    assert_eq!(categories, ["Source", "Test"]);
    let git = &pipeline["Triggers"][0]["GitConfiguration"];
    assert_eq!(git["PullRequest"][0]["Events"], serde_json::json!(["OPEN", "UPDATED"]));
    assert_eq!(git["Push"], Value::Null);
    for given in [&[("SourceProvider", "GitHub")], &[("BuildPullRequests", "true")]] {
        let names = resources_given(given, "AWS::CodePipeline::Pipeline");
        assert!(names.iter().all(|(name, _)| name == "Pipeline"), "{given:?}");
    }
}

/// What is in a pull request runs before anybody has looked at it.
#[test]
fn its_roles_can_neither_deploy_nor_push_nor_change_an_artifact() {
    let roles = resources_given(PULL_REQUESTS, "AWS::IAM::Role");
    let allowed = |name: &str| {
        let role = &roles.iter().find(|(role, _)| role == name).unwrap().1;
        statements(role).iter().flat_map(actions).collect::<Vec<_>>()
    };
    let test = ["s3:GetObject", "s3:GetObjectVersion", "kms:Decrypt", "logs:CreateLogStream", "logs:PutLogEvents"];
    assert_eq!(allowed("TestRole"), test);
    for action in allowed("PullRequestRole") {
        let service = action.split(':').next().unwrap();
        let known = ["codeconnections", "codestar-connections", "s3", "kms", "codebuild"];
        assert!(known.contains(&service), "{action}");
    }
    // The pipeline's artifact is called differently from the release's sources, so that it is kept apart from them.
    let source = &pipeline()["Stages"][0]["Actions"][0]["OutputArtifacts"][0]["Name"];
    assert_eq!(source, "PullRequestSource");
    let (own, releases) = ("${ArtifactBucket.Arn}/*/PullReques*", "${ArtifactBucket.Arn}/*/SourceOut*");
    for (name, expected) in [("PullRequestRole", vec![own]), ("TestRole", vec![releases, own])] {
        let role = &roles.iter().find(|(role, _)| role == name).unwrap().1;
        let objects =
            statements(role).into_iter().filter(|statement| statement["Action"].to_string().contains("Object"));
        for statement in objects {
            let resources = match &statement["Resource"] {
                Value::Array(several) => several.clone(),
                one => vec![one.clone()],
            };
            let resources: Vec<&Value> = resources.iter().map(|resource| &resource["Fn::Sub"]).collect();
            assert_eq!(resources, expected, "{name}");
        }
    }
    let projects = resources_given(PULL_REQUESTS, "AWS::CodeBuild::Project");
    let project = &projects.iter().find(|(name, _)| name == "TestProject").unwrap().1["Properties"];
    assert_eq!(project["Environment"]["PrivilegedMode"], Value::Null);
    assert_eq!(project["Environment"]["EnvironmentVariables"], Value::Null);
    assert_eq!(project["Cache"]["Type"], "NO_CACHE", "a cache would carry something from a pull request to a release");
}

/// The buildspec that the parameter names by default is there, reports, and reports what ran.
#[test]
fn the_example_has_the_tests_that_the_template_asks_for() {
    let name = crate::source::template()["Parameters"]["TestBuildSpec"]["Default"].as_str().unwrap();
    let text = std::fs::read_to_string(root().join("examples/storefront").join(name)).unwrap();
    for part in ["cargo test", "awk -f junit.awk", "file-format: JUNITXML", "exit $code"] {
        assert!(text.contains(part), "{name} has no {part:?}");
    }
    assert!(std::fs::read_to_string(root().join("buildspec.yml")).unwrap().contains("- make test\n"));
}
