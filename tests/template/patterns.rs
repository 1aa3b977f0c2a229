//! Which sample events the patterns of the event rules let through, as the emulator judges it.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use serde_json::{Map, Value, json};

use crate::infra::{of, templates};
use crate::platform::{Given, resources_given};
use crate::source::root;

const RULE: &str = "AWS::Events::Rule";

/// A stack whose rules are all there and know the names in `events/`.
pub(crate) const STACK: Given<'_> = &[
    ("DeployPlatform", "ecs"),
    ("CreateEnvironments", "false"),
    ("StagingCluster", "default"),
    ("StagingService", "servicetest"),
    ("EnvironmentAlarmPrefix", "Server"),
    ("ProductionAlarmName", "storefront-production-health"),
];

/// The physical names of its resources.
const NAMES: Given<'_> = &[
    ("AWS::Partition", "aws"),
    ("AWS::Region", "us-west-2"),
    ("AWS::AccountId", "111122223333"),
    ("AWS::StackName", "launchway"),
    ("ApplicationName", "myPipeline"),
    ("SourceBucket", "amzn-s3-demo-bucket1"),
    ("SourceObjectKey", "source.zip"),
    ("EcsApplication", "myApplication"),
    ("EcsStagingGroup", "staging"),
    ("EcsProductionGroup", "myDeploymentGroup"),
    ("Database.Outputs.SecretArn", "arn:aws:secretsmanager:us-west-2:012345678901:secret:mySecret-a1b2c3"),
];

/// Asks the emulator's `TestEventPattern`, which refuses a pattern that EventBridge does not take.
const TEST_EVENT_PATTERN: &str = "import json, sys\nfrom ministack.services.eventbridge import _test_event_pattern as test\n\
    asked = json.load(sys.stdin)\n\
    def matches(event, pattern):\n    \
        status, _, body = test({'Event': json.dumps(event), 'EventPattern': json.dumps(pattern)})\n    \
        return json.loads(body)['Result'] if status == 200 else sys.exit(body.decode() + json.dumps(pattern))\n\
    json.dump({rule: [name for name, event in asked['events'].items() if matches(event, pattern)]\n    \
        for rule, pattern in asked['patterns'].items()}, sys.stdout)";

/// Rule -> the files of `events/` that it lets through, sorted, without `.json`.
pub(crate) fn let_through(given: Given<'_>) -> BTreeMap<String, Vec<String>> {
    let names = [NAMES, given].concat();
    let rules = resources_given(given, RULE).into_iter();
    judged(&rules.map(|(name, rule)| (name, with_names(&names, &rule["Properties"]["EventPattern"]))).collect())
}

/// The same of the rules of every environment: the template and the rule -> the files.
pub(crate) fn let_through_by_environments() -> BTreeMap<String, Vec<String>> {
    let patterns = templates().into_iter().flat_map(|(file, _, template)| {
        let pattern = |rule: &Value| with_names(NAMES, &rule["Properties"]["EventPattern"]);
        let rules = of(&template, RULE).map(|(name, rule)| (format!("{file}: {name}"), pattern(rule)));
        rules.collect::<Vec<_>>()
    });
    judged(&patterns.collect())
}

fn judged(patterns: &Map<String, Value>) -> BTreeMap<String, Vec<String>> {
    let events = events();
    assert!(events.len() > 20, "{} events", events.len());
    let python = root().join(".venv/emulator/bin/python");
    let mut command = Command::new(&python);
    command.args(["-c", TEST_EVENT_PATTERN]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut process = command.spawn().unwrap_or_else(|error| panic!("{}: {error}; run `make tools`", python.display()));
    let asked = json!({ "patterns": patterns, "events": events });
    serde_json::to_writer(process.stdin.take().unwrap(), &asked).unwrap();
    let output = process.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The sample events as EventBridge delivers them; the other samples come on other ways.
pub(crate) fn events() -> BTreeMap<String, Value> {
    let files = std::fs::read_dir(root().join("events")).unwrap().map(|entry| entry.unwrap().path());
    files
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| {
            let event: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            (path.file_stem().unwrap().to_str().unwrap().to_owned(), event)
        })
        .filter(|(_, event)| event["detail-type"].is_string())
        .collect()
}

/// A pattern with the stack's names in the place of references.
pub(crate) fn with_names(names: Given<'_>, value: &Value) -> Value {
    let name = |name: &str| names.iter().rev().find(|(known, _)| *known == name).map_or("", |(_, value)| value);
    match value {
        Value::Object(map) => match map.iter().next() {
            Some((function, argument)) if function == "Ref" => name(argument.as_str().unwrap()).into(),
            Some((function, argument)) if function == "Fn::GetAtt" => {
                let parts: Vec<&str> = argument.as_array().unwrap().iter().filter_map(Value::as_str).collect();
                name(&parts.join(".")).into()
            }
            Some((function, argument)) if function == "Fn::Split" => {
                let text = with_names(names, &argument[1]);
                text.as_str().unwrap().split(argument[0].as_str().unwrap()).collect()
            }
            Some((function, argument)) if function == "Fn::Sub" => {
                // Alone, or in a list with names of its own.
                let text = argument.as_str().or_else(|| argument[0].as_str()).unwrap();
                let mut parts = text.split("${");
                let mut text = parts.next().unwrap().to_owned();
                for (named, after) in parts.filter_map(|part| part.split_once('}')) {
                    let own = argument.get(1).and_then(|own| own.get(named)).map(|own| with_names(names, own));
                    text.push_str(own.as_ref().and_then(Value::as_str).unwrap_or_else(|| name(named)));
                    text.push_str(after);
                }
                text.into()
            }
            _ => map.iter().map(|(key, value)| (key.clone(), with_names(names, value))).collect(),
        },
        Value::Array(items) => items.iter().map(|item| with_names(names, item)).collect(),
        other => other.clone(),
    }
}
