//! Whether a stack has everything that its template says, and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;

use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::account::Account;
use super::error::RunError;
use super::inventory::DeployedStack;
use crate::project::Project;

/// Prints templates as JSON, with the short forms of the intrinsic functions spelled out.
const AS_JSON: &str = "import json, sys\nfrom samcli.yamlhelper import yaml_parse\n\
    json.dump([yaml_parse(text) for text in json.load(sys.stdin)], sys.stdout, default=str)";

/// In the ids that the emulator gives to what it passes over.
const PASSED_OVER: &str = "-noop-";

/// What stacks lack, have too much or have not made, a line each.
pub async fn incomplete(
    project: &Project,
    account: &Account,
    stacks: impl IntoIterator<Item = &DeployedStack>,
) -> Result<Vec<String>, RunError> {
    let (client, root) = account.client();
    let stacks: Vec<&DeployedStack> = stacks.into_iter().collect();
    let mut templates = Vec::new();
    for stack in &stacks {
        templates.push(client.processed_template(root, &stack.id).await?);
    }
    let templates = parsed(project, &templates).await?;
    let mut problems = Vec::new();
    for (stack, template) in stacks.into_iter().zip(templates) {
        let given = client.stack_parameters(root, &stack.id).await?;
        let expected = expected(&template, &given).map_err(RunError::Template)?;
        problems.extend(differences(stack, &expected));
    }
    Ok(problems)
}

async fn parsed(project: &Project, templates: &[String]) -> Result<Vec<Value>, RunError> {
    let mut child = Command::new(project.sam_tools()?.join("python"))
        .args(["-c", AS_JSON])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(RunError::Files)?;
    let mut stdin = child.stdin.take().ok_or_else(|| RunError::Template("its reader takes nothing".to_owned()))?;
    // When the reader has ended early, what it said is the better error.
    let _ = stdin.write_all(&serde_json::to_vec(templates).unwrap_or_default()).await;
    drop(stdin);
    let output = child.wait_with_output().await.map_err(RunError::Files)?;
    if !output.status.success() {
        return Err(RunError::Template(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| RunError::Template(error.to_string()))
}

/// The logical ids and types of the resources whose condition holds.
fn expected(template: &Value, given: &BTreeMap<String, String>) -> Result<BTreeMap<String, String>, String> {
    let resources = template["Resources"].as_object().ok_or("it has no Resources")?;
    let conditions = Conditions { definitions: &template["Conditions"], given };
    let mut expected = BTreeMap::new();
    for (name, resource) in resources {
        if resource["Condition"].as_str().map_or(Ok(true), |condition| conditions.holds(condition))? {
            expected.insert(name.clone(), resource["Type"].as_str().unwrap_or_default().to_owned());
        }
    }
    Ok(expected)
}

fn differences(stack: &DeployedStack, expected: &BTreeMap<String, String>) -> Vec<String> {
    let place = |name: &str| format!("{}{name}", stack.place);
    let there: BTreeSet<&str> = stack.resources.iter().map(|resource| resource.logical_id.as_str()).collect();
    let missing = expected.keys().filter(|name| !there.contains(name.as_str()));
    let mut problems: Vec<String> = missing.map(|name| format!("{} is not there", place(name))).collect();
    for resource in &stack.resources {
        let place = place(&resource.logical_id);
        if expected.get(&resource.logical_id) != Some(&resource.kind) {
            problems.push(format!("{place} is there as {}, and the template has none", resource.kind));
        }
        if !["CREATE_COMPLETE", "UPDATE_COMPLETE"].contains(&resource.status.as_str()) {
            problems.push(format!("{place} is {}", resource.status));
        }
        if resource.physical_id.is_empty() || resource.physical_id.contains(PASSED_OVER) {
            problems.push(format!("{place}, of type {}, was passed over", resource.kind));
        }
    }
    problems
}

/// The conditions of a template under a stack's parameters.
struct Conditions<'a> {
    definitions: &'a Value,
    given: &'a BTreeMap<String, String>,
}

impl Conditions<'_> {
    fn holds(&self, name: &str) -> Result<bool, String> {
        self.is_true(self.definitions.get(name).ok_or_else(|| format!("it has no condition {name}"))?)
    }

    fn is_true(&self, expression: &Value) -> Result<bool, String> {
        let unknown = || format!("its condition {expression} is not understood");
        let (function, argument) =
            expression.as_object().and_then(|object| object.iter().next()).ok_or_else(unknown)?;
        let parts = || argument.as_array().ok_or_else(unknown);
        match function.as_str() {
            "Condition" => self.holds(argument.as_str().ok_or_else(unknown)?),
            "Fn::And" => parts()?.iter().try_fold(true, |all, part| Ok(all && self.is_true(part)?)),
            "Fn::Or" => parts()?.iter().try_fold(false, |any, part| Ok(any || self.is_true(part)?)),
            "Fn::Not" => Ok(!self.is_true(&argument[0])?),
            "Fn::Equals" => Ok(self.text(&argument[0])? == self.text(&argument[1])?),
            _ => Err(unknown()),
        }
    }

    fn text(&self, value: &Value) -> Result<String, String> {
        match (value, value["Ref"].as_str()) {
            (_, Some(name)) => {
                self.given.get(name).cloned().ok_or_else(|| format!("its parameter {name} has no value"))
            }
            (Value::String(text), None) => Ok(text.clone()),
            (Value::Object(_) | Value::Array(_), None) => Err(format!("its value {value} is not understood")),
            (plain, None) => Ok(plain.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::emulator::client::StackResource;

    fn given() -> BTreeMap<String, String> {
        [("Platform", "ecs"), ("Count", "2")].map(|(name, value)| (name.to_owned(), value.to_owned())).into()
    }

    #[test]
    fn conditions_are_decided_by_the_parameters() {
        let definitions = json!({
            "Ecs": {"Fn::Equals": [{"Ref": "Platform"}, "ecs"]},
            "Two": {"Fn::Equals": [{"Ref": "Count"}, 2]},
            "Ec2": {"Fn::Not": [{"Condition": "Ecs"}]},
            "Both": {"Fn::And": [{"Condition": "Ecs"}, {"Condition": "Two"}]},
            "Either": {"Fn::Or": [{"Condition": "Ec2"}, {"Condition": "Two"}]},
            "Strange": {"Fn::If": ["Ecs", "a", "b"]},
            "Unset": {"Fn::Equals": [{"Ref": "Colour"}, "red"]},
            "Deep": {"Fn::Equals": [{"Fn::Sub": "a"}, "a"]},
        });
        let given = given();
        let conditions = Conditions { definitions: &definitions, given: &given };
        let decided = ["Ecs", "Two", "Ec2", "Both", "Either"].map(|name| conditions.holds(name).unwrap());
        assert_eq!(decided, [true, true, false, true, true]);
        for (name, part) in [
            ("Strange", "is not understood"),
            ("Unset", "parameter Colour has no value"),
            ("Deep", "Fn::Sub"),
            ("Gone", "no condition Gone"),
        ] {
            let error = conditions.holds(name).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn what_differs_from_the_template_is_named() {
        let template = json!({
            "Conditions": {"Ec2": {"Fn::Equals": [{"Ref": "Platform"}, "ec2"]}},
            "Resources": {
                "Topic": {"Type": "AWS::SNS::Topic"},
                "Queue": {"Type": "AWS::SQS::Queue"},
                "Fleet": {"Type": "AWS::AutoScaling::AutoScalingGroup", "Condition": "Ec2"},
                "Alarm": {"Type": "AWS::CloudWatch::Alarm"},
                "Role": {"Type": "AWS::IAM::Role"},
            },
        });
        let resource = |name: &str, kind: &str, id: &str, status: &str| {
            let [logical_id, kind, physical_id, status] = [name, kind, id, status].map(str::to_owned);
            StackResource { logical_id, kind, physical_id, status }
        };
        let resources = vec![
            resource("Topic", "AWS::SNS::Topic", "arn:topic", "CREATE_COMPLETE"),
            resource("Fleet", "AWS::AutoScaling::AutoScalingGroup", "fleet", "CREATE_COMPLETE"),
            resource("Alarm", "AWS::CloudWatch::Alarm", "s-Alarm-noop-1", "CREATE_COMPLETE"),
            resource("Role", "AWS::IAM::Role", "role", "DELETE_FAILED"),
        ];
        let stack = DeployedStack { place: "Staging/".into(), id: "s".into(), resources };
        let expected = expected(&template, &given()).unwrap();
        let problems = differences(&stack, &expected);
        assert_eq!(
            problems,
            [
                "Staging/Queue is not there",
                "Staging/Fleet is there as AWS::AutoScaling::AutoScalingGroup, and the template has none",
                "Staging/Alarm, of type AWS::CloudWatch::Alarm, was passed over",
                "Staging/Role is DELETE_FAILED",
            ]
        );
    }
}
