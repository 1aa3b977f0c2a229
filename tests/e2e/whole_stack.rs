//! What a deployed stack has, beside what its template says it should have.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::account::Account;
use crate::run::root;

/// Prints a template as JSON, with the short forms of the intrinsic functions spelled out.
const AS_JSON: &str = "import json, sys\nfrom samcli.yamlhelper import yaml_parse\n\
    json.dump(yaml_parse(sys.argv[1]), sys.stdout, default=str)";

/// A resource of a stack or of a stack nested in it.
#[derive(Debug)]
pub(crate) struct Resource {
    /// The logical ids from the outermost stack to the resource, with slashes between them.
    pub(crate) place: String,
    pub(crate) kind: String,
    pub(crate) physical_id: String,
}

/// Every resource of a stack and of those nested in it, once each resource whose condition holds is seen to be there,
/// complete, and nothing else is.
pub(crate) async fn whole(account: &Account, stack: &str) -> Vec<Resource> {
    let mut resources = Vec::new();
    let mut stacks = vec![(String::new(), stack.to_owned())];
    while let Some((place, stack)) = stacks.pop() {
        let there = resources_of(account, &stack).await;
        let found: Vec<&str> = there.iter().map(|(name, _, _)| name.as_str()).collect();
        assert_eq!(found, expected(account, &stack).await, "{place}{stack}");
        for (name, kind, physical_id) in there {
            let place = format!("{place}{name}");
            if kind == "AWS::CloudFormation::Stack" {
                stacks.push((format!("{place}/"), physical_id.clone()));
            }
            resources.push(Resource { place, kind, physical_id });
        }
    }
    resources
}

/// The resources of one stack, by logical id: that, type and physical id.
async fn resources_of(account: &Account, stack: &str) -> Vec<(String, String, String)> {
    let listed = account.aws(&["cloudformation", "list-stack-resources", "--stack-name", stack]).await.unwrap();
    let mut found = Vec::new();
    for resource in listed["StackResourceSummaries"].as_array().unwrap() {
        let text = |name: &str| resource[name].as_str().unwrap_or_default().to_owned();
        assert!(["CREATE_COMPLETE", "UPDATE_COMPLETE"].contains(&&*text("ResourceStatus")), "{resource}");
        // What the emulator calls the types that it passes over.
        assert!(!text("PhysicalResourceId").is_empty() && !text("PhysicalResourceId").contains("-noop-"), "{resource}");
        found.push((text("LogicalResourceId"), text("ResourceType"), text("PhysicalResourceId")));
    }
    found.sort();
    found
}

/// The logical ids of what the processed template of a stack has under the stack's own parameters.
async fn expected(account: &Account, stack: &str) -> Vec<String> {
    let described = account.aws(&["cloudformation", "describe-stacks", "--stack-name", stack]).await.unwrap();
    let given = described["Stacks"][0]["Parameters"].as_array().into_iter().flatten();
    let given: BTreeMap<&str, &str> = given
        .map(|given| (given["ParameterKey"].as_str().unwrap(), given["ParameterValue"].as_str().unwrap()))
        .collect();
    let arguments = ["cloudformation", "get-template", "--template-stage", "Processed", "--stack-name", stack];
    let template = account.aws(&arguments).await.unwrap();
    let template = parsed(&template["TemplateBody"]);
    let resources = template["Resources"].as_object().unwrap_or_else(|| panic!("{stack}: {template}"));
    let mut names: Vec<String> = resources
        .iter()
        .filter(|(_, resource)| {
            resource["Condition"].as_str().is_none_or(|name| holds(&template["Conditions"], &given, name))
        })
        .map(|(name, _)| name.clone())
        .collect();
    names.sort();
    names
}

/// A template's content: the outermost one, which SAM expanded, comes as JSON, a nested one as the text it was written in.
fn parsed(template: &Value) -> Value {
    let Some(text) = template.as_str() else { return template.clone() };
    let python = root().join(".venv/sam/bin/python");
    let output = std::process::Command::new(python).args(["-c", AS_JSON, text]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn holds(conditions: &Value, given: &BTreeMap<&str, &str>, name: &str) -> bool {
    assert!(conditions[name].is_object(), "there is no condition {name}");
    is_true(conditions, given, &conditions[name])
}

fn is_true(conditions: &Value, given: &BTreeMap<&str, &str>, expression: &Value) -> bool {
    let (function, argument) = expression.as_object().unwrap().iter().next().unwrap();
    let parts = || argument.as_array().unwrap().iter();
    match function.as_str() {
        "Condition" => holds(conditions, given, argument.as_str().unwrap()),
        "Fn::And" => parts().all(|part| is_true(conditions, given, part)),
        "Fn::Or" => parts().any(|part| is_true(conditions, given, part)),
        "Fn::Not" => !is_true(conditions, given, &argument[0]),
        "Fn::Equals" => text(given, &argument[0]) == text(given, &argument[1]),
        other => panic!("the condition's function {other} is not known here"),
    }
}

fn text(given: &BTreeMap<&str, &str>, value: &Value) -> String {
    match value["Ref"].as_str() {
        Some(name) => given.get(name).unwrap_or_else(|| panic!("{name} has no value")).to_string(),
        None => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
    }
}
