//! The event rules: what each lets through, and where an event goes that does not reach the function.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use serde_json::{Map, Value, json};

use crate::platform::{Given, resources_given, resources_on};
use crate::source::{root, template};

const RULE: &str = "AWS::Events::Rule";

/// A stack whose rules are all there and know the names in `events/`.
const STACK: Given<'_> = &[
    ("DeployPlatform", "ecs"),
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
    ("Pipeline", "myPipeline"),
    ("EcsApplication", "myApplication"),
    ("EcsStagingGroup", "staging"),
    ("EcsProductionGroup", "myDeploymentGroup"),
];

/// Every rule, and the files of `events/` that it lets through: these and no others.
const LETS_THROUGH: [(&str, &[&str]); 6] = [
    ("DeploymentsRule", &["codedeploy-deployment-state-change-failure"]),
    (
        "EnvironmentAlarmsRule",
        &["cloudwatch-alarm-composite", "cloudwatch-alarm-recovered", "cloudwatch-alarm-single-metric"],
    ),
    ("PipelineApprovalsRule", &["codepipeline-approval-started"]),
    (
        "PipelineExecutionsRule",
        &[
            "codepipeline-pipeline-failed",
            "codepipeline-pipeline-started",
            "codepipeline-pipeline-started-by-push",
            "codepipeline-pipeline-succeeded",
        ],
    ),
    (
        "PipelineStagesRule",
        &[
            "codepipeline-stage-failed",
            "codepipeline-stage-resumed",
            "codepipeline-stage-started",
            "codepipeline-stage-succeeded",
        ],
    ),
    ("ServiceDeploymentsRule", &["ecs-deployment-failed", "ecs-deployment-rolling-back"]),
];

#[test]
fn a_rule_lets_through_what_is_told_and_nothing_else() {
    let expected: BTreeMap<String, Vec<String>> = LETS_THROUGH
        .iter()
        .map(|(rule, files)| ((*rule).to_owned(), files.iter().map(|file| (*file).to_owned()).collect()))
        .collect();
    assert_eq!(let_through(STACK), expected);
}

#[test]
fn everything_is_what_was_given_up_too() {
    let everything = [STACK, &[("AlertNoise", "everything")]].concat();
    let files = &let_through(&everything)["PipelineExecutionsRule"];
    assert!(files.contains(&"codepipeline-pipeline-superseded".to_owned()), "{files:?}");
    assert!(!files.contains(&"codepipeline-pipeline-stopping".to_owned()), "{files:?}: it will stop, and that is told");
}

#[test]
fn other_pipelines_are_watched_by_name_or_all() {
    for (watched, lets_through) in
        [("", true), ("*", true), ("one,myPipeline", true), ("myPipeline", true), ("one,two", false), ("my", false)]
    {
        let rules = let_through(&[STACK, &[("WatchPipelines", watched)]].concat());
        for name in ["PipelineApprovalsRule", "PipelineExecutionsRule", "PipelineStagesRule"] {
            assert_eq!(!rules[name].is_empty(), lets_through, "{name} with WatchPipelines {watched:?}");
        }
    }
}

#[test]
fn an_ec2_stack_listens_to_its_own_deployments_and_to_no_service() {
    let rules = resources_on("ec2", RULE);
    let names: Vec<&str> = rules.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["PipelineExecutionsRule", "PipelineStagesRule", "PipelineApprovalsRule", "DeploymentsRule"]);
    let detail = &rules[3].1["Properties"]["EventPattern"]["detail"];
    assert_eq!(detail["application"], json!([{ "Ref": "DeployApplication" }]));
    assert_eq!(detail["deploymentGroup"], json!([{ "Ref": "StagingGroup" }, { "Ref": "ProductionGroup" }]));
}

#[test]
fn an_event_that_does_not_reach_the_function_is_tried_again_and_kept() {
    let queue = &template()["Resources"]["AlertDeadLettersPolicy"]["Properties"];
    let statement = &queue["PolicyDocument"]["Statement"][0];
    assert_eq!(statement["Principal"]["Service"], "events.amazonaws.com");
    let may_keep = statement["Condition"]["ArnEquals"]["aws:SourceArn"].to_string();
    let permissions = resources_given(STACK, "AWS::Lambda::Permission");
    let rules = resources_given(STACK, RULE);
    assert_eq!(rules.len(), LETS_THROUGH.len());
    assert_eq!(permissions.len(), rules.len());
    for (name, rule) in rules {
        assert!(rule["Properties"]["Description"].as_str().is_some_and(|text| text.ends_with('.')), "{name}");
        let targets = rule["Properties"]["Targets"].as_array().unwrap();
        assert_eq!(targets.len(), 1, "{name}");
        let function = json!({ "Ref": "StageAlertFunction.Alias" });
        assert_eq!(targets[0]["Arn"], function, "{name}");
        assert_eq!(
            targets[0]["DeadLetterConfig"]["Arn"],
            json!({ "Fn::GetAtt": ["AlertDeadLetters", "Arn"] }),
            "{name}"
        );
        let retries = &targets[0]["RetryPolicy"];
        // EventBridge's limits.
        assert!(retries["MaximumRetryAttempts"].as_u64().is_some_and(|times| (1..=185).contains(&times)), "{name}");
        assert!(retries["MaximumEventAgeInSeconds"].as_u64().is_some_and(|s| (60..=86400).contains(&s)), "{name}");

        let arn = json!({ "Fn::GetAtt": [name, "Arn"] });
        assert!(may_keep.contains(&arn.to_string()), "the queue takes no event of {name}");
        let allowed = permissions.iter().filter(|(_, permission)| permission["Properties"]["SourceArn"] == arn);
        let allowed: Vec<&Value> = allowed.map(|(_, permission)| &permission["Properties"]).collect();
        assert_eq!(allowed.len(), 1, "{name}");
        assert_eq!(allowed[0]["FunctionName"], function, "{name}");
        assert_eq!(allowed[0]["Principal"], "events.amazonaws.com", "{name}");
    }
}

/// Asks the emulator's `TestEventPattern`, which refuses a pattern that EventBridge does not take.
const TEST_EVENT_PATTERN: &str = "import json, sys\nfrom ministack.services.eventbridge import _test_event_pattern as test\n\
    asked = json.load(sys.stdin)\n\
    def matches(event, pattern):\n    \
        status, _, body = test({'Event': json.dumps(event), 'EventPattern': json.dumps(pattern)})\n    \
        return json.loads(body)['Result'] if status == 200 else sys.exit(body.decode() + json.dumps(pattern))\n\
    json.dump({rule: [name for name, event in asked['events'].items() if matches(event, pattern)]\n    \
        for rule, pattern in asked['patterns'].items()}, sys.stdout)";

/// Rule -> the files of `events/` that it lets through, sorted, without `.json`.
fn let_through(given: Given<'_>) -> BTreeMap<String, Vec<String>> {
    let names = [NAMES, given].concat();
    let patterns: Map<String, Value> = resources_given(given, RULE)
        .into_iter()
        .map(|(name, rule)| (name, with_names(&names, &rule["Properties"]["EventPattern"])))
        .collect();
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
fn events() -> BTreeMap<String, Value> {
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
fn with_names(names: Given<'_>, value: &Value) -> Value {
    let name = |name: &str| names.iter().rev().find(|(known, _)| *known == name).map_or("", |(_, value)| value);
    match value {
        Value::Object(map) => match map.iter().next() {
            Some((function, argument)) if function == "Ref" => name(argument.as_str().unwrap()).into(),
            Some((function, argument)) if function == "Fn::Split" => {
                let text = with_names(names, &argument[1]);
                text.as_str().unwrap().split(argument[0].as_str().unwrap()).collect()
            }
            Some((function, argument)) if function == "Fn::Sub" => {
                let mut parts = argument.as_str().unwrap().split("${");
                let mut text = parts.next().unwrap().to_owned();
                for (named, after) in parts.filter_map(|part| part.split_once('}')) {
                    text.push_str(name(named));
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
