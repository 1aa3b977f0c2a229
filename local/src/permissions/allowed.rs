//! What the templates allow.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::PermissionsError;
use super::expression::{cases, text};
use crate::project::Project;

/// Prints a template as JSON, with the short forms of the intrinsic functions spelled out.
const AS_JSON: &str = "import json, sys\nfrom samcli.yamlhelper import yaml_parse\n\
    json.dump(yaml_parse(open(sys.argv[1]).read()), sys.stdout, default=str)";

/// The template of the stack, and those of the stacks inside it.
const TEMPLATES: [&str; 4] =
    ["template.yaml", "infra/environment-ec2.yaml", "infra/environment-ecs.yaml", "infra/network.yaml"];

/// A role and what its policies allow.
#[derive(Debug, Clone)]
pub struct Role {
    /// The template that has it, by its path in the checkout.
    pub template: &'static str,
    /// Its logical id; that of the policy when the policy is for roles of another stack.
    pub name: String,
    /// In the order of the template.
    pub statements: Vec<Statement>,
    /// Policies that AWS or somebody else keeps.
    pub managed: Vec<String>,
}

/// A statement that allows something.
#[derive(Debug, Clone)]
pub struct Statement {
    /// Its name within the role.
    pub sid: String,
    /// The template's conditions under which it is there.
    pub when: Vec<String>,
    /// For example `s3:GetObject`.
    pub actions: Vec<String>,
    /// As the template has them.
    pub resources: Vec<String>,
    /// The `Condition`, as JSON.
    pub condition: Option<String>,
}

/// Reads every role of the templates.
pub fn allowed(project: &Project) -> Result<Vec<Role>, PermissionsError> {
    let mut roles = Vec::new();
    for template in TEMPLATES {
        roles.extend(roles_of(template, &read(project, &project.root().join(template))?));
    }
    Ok(roles)
}

fn roles_of(template: &'static str, content: &Value) -> Vec<Role> {
    let mut roles: Vec<Role> = Vec::new();
    let all = || content["Resources"].as_object().into_iter().flatten();
    for (name, role) in all().filter(|(_, resource)| resource["Type"] == "AWS::IAM::Role") {
        let properties = &role["Properties"];
        let policies = cases(&properties["Policies"]);
        let statements =
            policies.iter().flat_map(|(when, policy)| statements(policy, &conditions(role, when))).collect();
        let managed = cases(&properties["ManagedPolicyArns"]).into_iter().filter(|(_, arn)| !arn.is_null());
        let managed = managed.map(|(_, arn)| text(arn)).collect();
        roles.push(Role { template, name: name.clone(), statements, managed });
    }
    for (name, policy) in all().filter(|(_, resource)| resource["Type"] == "AWS::IAM::Policy") {
        let found = statements(&policy["Properties"], &conditions(policy, &[]));
        let named =
            policy["Properties"]["Roles"].as_array().into_iter().flatten().filter_map(|role| role["Ref"].as_str());
        let mut owners = named.map(str::to_owned).collect::<Vec<_>>();
        if owners.is_empty() {
            owners.push(name.clone());
        }
        for owner in owners {
            match roles.iter_mut().find(|role| role.name == owner) {
                Some(role) => role.statements.extend(found.clone()),
                None => roles.push(Role { template, name: owner, statements: found.clone(), managed: Vec::new() }),
            }
        }
    }
    roles
}

/// What has to hold for a part of a resource to be there.
fn conditions(resource: &Value, part: &[String]) -> Vec<String> {
    resource["Condition"].as_str().map(str::to_owned).into_iter().chain(part.iter().cloned()).collect()
}

fn statements(policy: &Value, when: &[String]) -> Vec<Statement> {
    cases(&policy["PolicyDocument"]["Statement"])
        .into_iter()
        .filter(|(_, statement)| statement["Effect"] == "Allow")
        .map(|(more, statement)| Statement {
            sid: statement["Sid"].as_str().unwrap_or_default().to_owned(),
            when: when.iter().cloned().chain(more).collect(),
            actions: cases(&statement["Action"]).into_iter().map(|(_, action)| text(action)).collect(),
            resources: resources(&statement["Resource"]),
            condition: statement.get("Condition").map(Value::to_string),
        })
        .collect()
}

fn resources(value: &Value) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for (_, resource) in cases(value) {
        let text = text(resource);
        if !all.contains(&text) {
            all.push(text);
        }
    }
    all
}

/// The template as the SAM CLI reads it, which knows anchors and the short forms of functions.
fn read(project: &Project, path: &Path) -> Result<Value, PermissionsError> {
    let python = project.sam_tools()?.join("python");
    let output = Command::new(&python)
        .args(["-c", AS_JSON])
        .arg(path)
        .output()
        .map_err(|source| PermissionsError::File { path: python, source })?;
    let refused = |why: String| PermissionsError::Template { path: path.to_owned(), why };
    if !output.status.success() {
        return Err(refused(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| refused(error.to_string()))
}
