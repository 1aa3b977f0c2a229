//! The template as one platform gets it: its conditions decided, what it does not have left out.

use serde_json::{Map, Value};

use crate::source::template;

/// The values of `DeployPlatform`.
pub(crate) const PLATFORMS: [&str; 2] = ["ec2", "ecs"];

/// Values of parameters; the others have their defaults.
pub(crate) type Given<'a> = &'a [(&'a str, &'a str)];

/// Stacks that differ in what they have.
pub(crate) const STACKS: [Given<'_>; 8] = [
    &[("DeployPlatform", "ec2")],
    &[("DeployPlatform", "ecs")],
    &[
        ("DeployPlatform", "ec2"),
        ("CreateEnvironments", "false"),
        ("PollForSourceChanges", "true"),
        ("RunTests", "false"),
    ],
    &[("DeployPlatform", "ecs"), ("CreateEnvironments", "false"), ("RunTests", "false")],
    &[
        ("DeployPlatform", "ecs"),
        ("SourceProvider", "GitHub"),
        ("BuildPullRequests", "true"),
        ("RequireApproval", "true"),
        ("ApprovalEmail", "a@b.c"),
        ("SmokeSecretArn", "arn"),
    ],
    &[("DeployPlatform", "ec2"), ("SourceProvider", "CodeCommit"), ("Schedule", "rate(1 day)")],
    &[("CreatePipeline", "false"), ("WatchPipelines", "one,two"), ("AlertEmail", "a@b.c"), ("SlackSecretArn", "arn")],
    &[("CreatePipeline", "false"), ("DeployPlatform", "ecs"), ("WatchPipelines", "*"), ("BuildPullRequests", "true")],
];

/// The resources of one type on a platform: logical id -> resource, its `Fn::If`s decided.
pub(crate) fn resources_on(platform: &str, kind: &str) -> Vec<(String, Value)> {
    resources_given(&[("DeployPlatform", platform)], kind)
}

/// The same of a stack with these parameters.
pub(crate) fn resources_given(given: Given<'_>, kind: &str) -> Vec<(String, Value)> {
    let all = template()["Resources"].as_object().unwrap().iter();
    all.filter(|(_, resource)| resource["Type"] == kind && is_there(given, resource))
        .map(|(name, resource)| (name.clone(), decided(given, resource)))
        .collect()
}

/// Whether a platform has the resource or output.
pub(crate) fn has(platform: &str, resource: &Value) -> bool {
    is_there(&[("DeployPlatform", platform)], resource)
}

pub(crate) fn is_there(given: Given<'_>, resource: &Value) -> bool {
    is_there_in(template(), given, resource)
}

/// The same of a resource or output of another template.
pub(crate) fn is_there_in(template: &Value, given: Given<'_>, resource: &Value) -> bool {
    resource["Condition"].as_str().is_none_or(|condition| holds(template, given, condition))
}

/// A value with the branch of each `Fn::If` that is taken.
pub(crate) fn decided(given: Given<'_>, value: &Value) -> Value {
    decided_in(template(), given, value)
}

/// The same of a value of another template.
pub(crate) fn decided_in(template: &Value, given: Given<'_>, value: &Value) -> Value {
    match value {
        Value::Object(map) => match map.get("Fn::If").and_then(Value::as_array) {
            Some(branches) if map.len() == 1 => {
                let taken = usize::from(!holds(template, given, branches[0].as_str().unwrap())) + 1;
                decided_in(template, given, &branches[taken])
            }
            _ => {
                let decided = map.iter().map(|(key, value)| (key.clone(), decided_in(template, given, value)));
                Value::Object(decided.filter(|(_, value)| !is_no_value(value)).collect::<Map<_, _>>())
            }
        },
        Value::Array(items) => {
            items.iter().map(|item| decided_in(template, given, item)).filter(|item| !is_no_value(item)).collect()
        }
        other => other.clone(),
    }
}

fn holds(template: &Value, given: Given<'_>, condition: &str) -> bool {
    let expression = &template["Conditions"][condition];
    assert!(expression.is_object(), "there is no condition {condition}");
    is_true_in(template, given, expression)
}

/// Whether a condition's expression, or a rule's, is true.
pub(crate) fn is_true(given: Given<'_>, expression: &Value) -> bool {
    is_true_in(template(), given, expression)
}

fn is_true_in(template: &Value, given: Given<'_>, expression: &Value) -> bool {
    let (function, argument) = expression.as_object().unwrap().iter().next().unwrap();
    let parts = || argument.as_array().unwrap().iter();
    match function.as_str() {
        "Condition" => holds(template, given, argument.as_str().unwrap()),
        "Fn::And" => parts().all(|part| is_true_in(template, given, part)),
        "Fn::Or" => parts().any(|part| is_true_in(template, given, part)),
        "Fn::Not" => !is_true_in(template, given, &argument[0]),
        "Fn::Equals" => parameter(template, given, &argument[0]) == argument[1],
        other => panic!("the condition's function {other} is not known here"),
    }
}

fn parameter(template: &Value, given: Given<'_>, reference: &Value) -> Value {
    let name = reference["Ref"].as_str().unwrap();
    match given.iter().find(|(given, _)| *given == name) {
        Some((_, value)) => (*value).into(),
        None => template["Parameters"][name]["Default"].clone(),
    }
}

fn is_no_value(value: &Value) -> bool {
    value["Ref"] == "AWS::NoValue"
}

#[test]
fn a_platform_has_its_own_deployment_and_not_the_others() {
    for (platform, application) in [("ec2", "DeployApplication"), ("ecs", "EcsApplication")] {
        let applications = resources_on(platform, "AWS::CodeDeploy::Application");
        assert_eq!(applications.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), [application]);
        let groups = resources_on(platform, "AWS::CodeDeploy::DeploymentGroup");
        assert_eq!(groups.len(), 2, "{platform}");
        for (name, group) in groups {
            assert_eq!(group["Properties"]["ApplicationName"]["Ref"], application, "{name}");
        }
    }
}

/// A reference to a resource that the stack does not have would fail it.
#[test]
fn what_a_stack_has_names_nothing_that_it_has_not() {
    let all = template()["Resources"].as_object().unwrap();
    for given in STACKS {
        let (there, missing): (Vec<_>, Vec<_>) = all.iter().partition(|(_, resource)| is_there(given, resource));
        assert!(!missing.is_empty() && there.len() > 20, "{given:?}: {} of {}", there.len(), all.len());
        let outputs = template()["Outputs"].as_object().unwrap().iter().filter(|(_, output)| is_there(given, output));
        for (name, part) in there.into_iter().chain(outputs) {
            let text = decided(given, part).to_string();
            for (other, _) in &missing {
                let named =
                    [format!("\"{other}\""), format!("\"{other}."), format!("${{{other}}}"), format!("${{{other}.")];
                let found = named.iter().find(|named| text.contains(named.as_str()));
                assert!(found.is_none(), "{given:?}: {name} names {other}, which is not there");
            }
        }
    }
}

#[test]
fn every_parameter_is_grouped_described_and_bounded() {
    let groups = template()["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"].as_array().unwrap();
    let grouped: Vec<&str> = groups
        .iter()
        .flat_map(|group| group["Parameters"].as_array().unwrap())
        .map(|name| name.as_str().unwrap())
        .collect();
    let parameters = template()["Parameters"].as_object().unwrap();
    // `sam deploy --guided` asks in the order of the parameters, the console in that of the groups.
    assert_eq!(grouped, parameters.keys().collect::<Vec<_>>());
    for (name, parameter) in parameters {
        assert!(parameter["Description"].as_str().is_some_and(|text| text.ends_with('.')), "{name}");
        let bounds = ["AllowedPattern", "AllowedValues", "MaxLength", "MinLength", "MinValue"];
        let unbounded = name == "BuildImage";
        assert!(unbounded || bounds.iter().any(|bound| !parameter[bound].is_null()), "{name} takes anything");
    }
}
