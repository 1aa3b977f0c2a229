//! The template as one platform gets it: its conditions decided, what it does not have left out.

use serde_json::{Map, Value};

use crate::source::{root, template};

/// The values of `DeployPlatform`.
pub(crate) const PLATFORMS: [&str; 2] = ["ec2", "ecs"];

/// Values of parameters; the others have their defaults.
pub(crate) type Given<'a> = &'a [(&'a str, &'a str)];

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

fn is_there(given: Given<'_>, resource: &Value) -> bool {
    resource["Condition"].as_str().is_none_or(|condition| holds(given, condition))
}

/// A value with the branch of each `Fn::If` that is taken.
fn decided(given: Given<'_>, value: &Value) -> Value {
    match value {
        Value::Object(map) => match map.get("Fn::If").and_then(Value::as_array) {
            Some(branches) if map.len() == 1 => {
                let taken = usize::from(!holds(given, branches[0].as_str().unwrap())) + 1;
                decided(given, &branches[taken])
            }
            _ => {
                let decided = map.iter().map(|(key, value)| (key.clone(), decided(given, value)));
                Value::Object(decided.filter(|(_, value)| !is_no_value(value)).collect::<Map<_, _>>())
            }
        },
        Value::Array(items) => {
            items.iter().map(|item| decided(given, item)).filter(|item| !is_no_value(item)).collect()
        }
        other => other.clone(),
    }
}

fn holds(given: Given<'_>, condition: &str) -> bool {
    let expression = &template()["Conditions"][condition];
    assert!(expression.is_object(), "there is no condition {condition}");
    is_true(given, expression)
}

/// Whether a condition's expression, or a rule's, is true.
pub(crate) fn is_true(given: Given<'_>, expression: &Value) -> bool {
    let (function, argument) = expression.as_object().unwrap().iter().next().unwrap();
    let parts = || argument.as_array().unwrap().iter();
    match function.as_str() {
        "Condition" => holds(given, argument.as_str().unwrap()),
        "Fn::And" => parts().all(|part| is_true(given, part)),
        "Fn::Or" => parts().any(|part| is_true(given, part)),
        "Fn::Not" => !is_true(given, &argument[0]),
        "Fn::Equals" => parameter(given, &argument[0]) == argument[1],
        other => panic!("the condition's function {other} is not known here"),
    }
}

fn parameter(given: Given<'_>, reference: &Value) -> Value {
    let name = reference["Ref"].as_str().unwrap();
    match given.iter().find(|(given, _)| *given == name) {
        Some((_, value)) => (*value).into(),
        None => template()["Parameters"][name]["Default"].clone(),
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

/// A reference to a resource that the platform does not have would fail the stack.
#[test]
fn what_a_platform_has_names_nothing_of_the_other() {
    let all = template()["Resources"].as_object().unwrap();
    for platform in PLATFORMS {
        let missing: Vec<&String> =
            all.iter().filter(|(_, resource)| !has(platform, resource)).map(|(name, _)| name).collect();
        assert!(!missing.is_empty(), "{platform} has everything");
        let outputs = template()["Outputs"].as_object().unwrap();
        for (name, part) in all.iter().chain(outputs).filter(|(_, part)| has(platform, part)) {
            let text = decided(&[("DeployPlatform", platform)], part).to_string();
            for other in &missing {
                let named =
                    [format!("\"{other}\""), format!("\"{other}."), format!("${{{other}}}"), format!("${{{other}.")];
                let found = named.iter().find(|named| text.contains(named.as_str()));
                assert!(found.is_none(), "on {platform}, {name} names {other}, which is not there");
            }
        }
    }
}

/// Each parameter that a platform cannot do without is asked for before anything is made.
#[test]
fn the_rules_name_every_parameter_that_ecs_needs() {
    let rule = &template()["Rules"]["EcsParameters"];
    assert_eq!(rule["RuleCondition"]["Fn::Equals"][1], "ecs");
    let assertions = rule["Assertions"].as_array().unwrap();
    let mut asked = Vec::new();
    for assertion in assertions {
        let name = assertion["Assert"]["Fn::Not"][0]["Fn::Equals"][0]["Ref"].as_str().unwrap();
        let text = assertion["AssertDescription"].as_str().unwrap();
        assert!(text.starts_with(&format!("{name} is missing")), "{text}");
        asked.push(name);
    }
    let optional = ["StagingDatabaseSecretArn", "ProductionDatabaseSecretArn", "ProductionAlarmName"];
    let groups = template()["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"].as_array().unwrap();
    let group = groups.iter().find(|group| group["Label"]["default"] == "ECS services").unwrap();
    for name in group["Parameters"].as_array().unwrap() {
        let name = name.as_str().unwrap();
        let has_default = template()["Parameters"][name]["Default"].as_str() != Some("");
        assert!(asked.contains(&name) != (has_default || optional.contains(&name)), "{name}");
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
    assert_eq!(grouped.len(), parameters.len(), "a parameter is in no group or in two");
    for (name, parameter) in parameters {
        assert!(grouped.contains(&name.as_str()), "{name} is in no group");
        assert!(parameter["Description"].as_str().is_some_and(|text| text.ends_with('.')), "{name}");
        let bounds = ["AllowedPattern", "AllowedValues", "MaxLength", "MinLength", "MinValue"];
        let unbounded = name == "BuildImage";
        assert!(unbounded || bounds.iter().any(|bound| !parameter[bound].is_null()), "{name} takes anything");
    }
}

/// What `sam deploy --config-env ecs` is given: every parameter that the rules ask for, and no unknown one.
#[test]
fn the_ecs_configuration_has_what_the_rules_ask_for() {
    let text = std::fs::read_to_string(root().join("samconfig.toml")).unwrap();
    let given = text.split("[ecs.deploy.parameters]").nth(1).unwrap().split("\n]").next().unwrap();
    for assertion in template()["Rules"]["EcsParameters"]["Assertions"].as_array().unwrap() {
        let name = assertion["Assert"]["Fn::Not"][0]["Fn::Equals"][0]["Ref"].as_str().unwrap();
        assert!(given.contains(&format!("\"{name}=")), "{name} is not given");
    }
    for line in given.lines().filter_map(|line| line.trim().strip_prefix('"')) {
        let name = line.split('=').next().unwrap();
        assert!(template()["Parameters"][name].is_object(), "{name} is no parameter");
    }
}
