//! What an environment does when its database has a new password: its state machine, as the emulator executes it on answers
//! that are given.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::environment_alarms::{ON_EC2, ON_ECS};
use crate::patterns::with_names;
use crate::source::{read, root};
use crate::statements::{actions, statements};

/// Executes a state machine without waiting. Actions get their answers in turn; a text is the error that one fails with.
const EXECUTE: &str = "import json, sys
from ministack.services import stepfunctions
asked = json.load(sys.stdin)
calls = []
def answer(resource, parameters):
    action = resource.rsplit(':', 1)[1]
    calls.append([action, parameters])
    left = asked['answers'].get(action) or sys.exit(f'nothing is left to answer {action} with')
    given = left.pop(0)
    if isinstance(given, str):
        raise stepfunctions._ExecutionError(given, 'The call was refused.')
    return given
stepfunctions._invoke_resource = answer
stepfunctions.time.sleep = lambda seconds: None
stepfunctions._state_machines['machine'] = {'name': 'machine', 'definition': json.dumps(asked['definition'])}
execution = {'executionArn': 'execution', 'stateMachineArn': 'machine', 'name': 'execution', 'status': 'RUNNING',
             'startDate': '2026-01-01T00:00:00.000Z', 'input': '{}', 'events': []}
stepfunctions._executions['execution'] = execution
stepfunctions._run_execution('execution')
left = sum(map(len, asked['answers'].values()))
json.dump({'status': execution['status'], 'error': execution.get('error'), 'cause': execution.get('cause'),
           'calls': calls, 'left': left}, sys.stdout)";

const ID: &str = "11111111-2222-3333-4444-555555555555";

/// How an execution ended, with what it called: actions and their parameters.
#[derive(Deserialize)]
struct Ended {
    status: String,
    error: Option<String>,
    cause: Option<String>,
    calls: Vec<(String, Value)>,
    left: usize,
}

impl Ended {
    fn parameters(&self, action: &str) -> Vec<&Value> {
        self.calls.iter().filter(|(called, _)| called == action).map(|(_, parameters)| parameters).collect()
    }
}

fn machine(file: &str, name: &str) -> Value {
    with_names(&[], &read(file)["Resources"][name]["Properties"]["Definition"])
}

fn execute(definition: &Value, answers: &BTreeMap<&str, Vec<Value>>) -> Ended {
    let python = root().join(".venv/emulator/bin/python");
    let mut command = Command::new(&python);
    command.args(["-c", EXECUTE]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut process = command.spawn().unwrap_or_else(|error| panic!("{}: {error}; run `make tools`", python.display()));
    let asked = json!({ "definition": definition, "answers": answers });
    serde_json::to_writer(process.stdin.take().unwrap(), &asked).unwrap();
    let output = process.wait_with_output().unwrap();
    assert!(output.status.success(), "{answers:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What `ListCommands` says of a command: its status, the details, for how many instances.
fn command((status, details, instances): (&str, &str, u32)) -> Value {
    json!({ "Commands": [{ "CommandId": ID, "Status": status, "StatusDetails": details, "TargetCount": instances }] })
}

/// An execution that sends a command without trouble.
fn restart(listed: Vec<Value>, invocations: &[&[&str]]) -> Ended {
    let status = |details: &&str| json!({ "CommandId": ID, "StatusDetails": details });
    let each = |of: &&[&str]| json!({ "CommandInvocations": of.iter().map(status).collect::<Vec<_>>() });
    let answers = BTreeMap::from([
        ("sendCommand", vec![json!({ "Command": { "CommandId": ID, "Status": "Pending", "TargetCount": 0 } })]),
        ("listCommands", listed),
        ("listCommandInvocations", invocations.iter().map(each).collect()),
    ]);
    let ended = execute(&machine(ON_EC2, "RestartShops"), &answers);
    let looked = [ended.parameters("listCommands"), ended.parameters("listCommandInvocations")].concat();
    assert!(looked.iter().all(|parameters| **parameters == json!({ "CommandId": ID })), "{looked:?}");
    assert_eq!(ended.parameters("sendCommand").len(), 1);
    ended
}

#[test]
fn shops_are_restarted_when_the_command_has_ended_well_on_every_instance() {
    let success = || command(("Success", "Success", 2));
    let cases: [(&str, Vec<Value>); 6] = [
        ("at once", vec![success()]),
        ("not listed yet", vec![json!({ "Commands": [] }), json!({}), success()]),
        ("under way", vec![command(("Pending", "Pending", 0)), command(("InProgress", "InProgress", 2)), success()]),
        ("cancelled too late", vec![command(("Cancelling", "Cancelling", 2)), success()]),
        ("a busy service", vec![json!("Ssm.ThrottlingException"), success()]),
        ("not known yet", vec![json!("Ssm.InvalidCommandIdException"), success()]),
    ];
    for (case, listed) in cases {
        let ended = restart(listed, &[&["Success", "Success"]]);
        assert_eq!((ended.status.as_str(), ended.left), ("SUCCEEDED", 0), "{case}: {:?}", ended.cause);
    }
}

#[test]
fn a_command_that_ended_otherwise_fails_the_execution() {
    for status in [
        ("Success", "NoInstancesInTag", 0),
        ("Failed", "Failed", 2),
        ("Failed", "Incomplete", 2),
        ("Failed", "RateExceeded", 2),
        ("Failed", "AccessDenied", 2),
        ("TimedOut", "DeliveryTimedOut", 1),
        ("TimedOut", "ExecutionTimedOut", 1),
        ("Cancelled", "Cancelled", 2),
        ("Unheard", "Unheard", 2),
    ] {
        let ended = restart(vec![command(("InProgress", "InProgress", status.2)), command(status)], &[]);
        assert_eq!((ended.status.as_str(), ended.left), ("FAILED", 0), "{status:?}");
        assert_eq!(ended.error.as_deref(), Some("ShopsNotRestarted"), "{status:?}");
        let expected = format!("Command {ID} ended with {} ({}), for {} instances.", status.0, status.1, status.2);
        assert_eq!(ended.cause, Some(expected));
    }
}

#[test]
fn a_command_that_missed_an_instance_fails_the_execution() {
    let cases: [(&[&str], &str); 4] = [
        (&["Success", "Undeliverable"], r#"["Success","Undeliverable"]"#),
        (&["Undeliverable", "Success"], r#"["Undeliverable","Success"]"#),
        (&["Undeliverable", "Undeliverable"], r#"["Undeliverable"]"#),
        (&[], "[]"),
    ];
    for (invocations, listed) in cases {
        let ended = restart(vec![command(("Success", "Success", 2))], &[invocations]);
        assert_eq!((ended.status.as_str(), ended.error.as_deref()), ("FAILED", Some("ShopsNotRestarted")), "{listed}");
        let cause = ended.cause.unwrap().replace("\", \"", "\",\"");
        assert_eq!(cause, format!("Command {ID} did not end with Success on each of 2 instances, but with {listed}."));
    }
}

/// Two commands at once would stop each other's shops.
#[test]
fn a_command_is_sent_again_only_when_it_was_refused() {
    let sent = || json!({ "Command": { "CommandId": ID } });
    for (refused, calls, status) in [
        (vec![json!("Ssm.ThrottlingException"), sent()], 2, "SUCCEEDED"),
        (vec![json!("Ssm.SsmException"), sent()], 2, "SUCCEEDED"),
        (vec![json!("Ssm.InternalServerErrorException")], 1, "FAILED"),
        (vec![json!("States.Timeout")], 1, "FAILED"),
    ] {
        let succeeds = status == "SUCCEEDED";
        let listed = succeeds.then(|| command(("Success", "Success", 1)));
        let each = succeeds.then(|| json!({ "CommandInvocations": [{ "StatusDetails": "Success" }] }));
        let answers = BTreeMap::from([
            ("sendCommand", refused),
            ("listCommands", listed.into_iter().collect()),
            ("listCommandInvocations", each.into_iter().collect()),
        ]);
        let ended = execute(&machine(ON_EC2, "RestartShops"), &answers);
        assert_eq!((ended.status.as_str(), ended.parameters("sendCommand").len()), (status, calls), "{answers:?}");
    }
}

#[test]
fn a_task_is_stopped_when_the_one_before_has_been_replaced() {
    let service = |sets: &[&str]| {
        let sets: Vec<Value> = sets.iter().map(|status| json!({ "StabilityStatus": status })).collect();
        json!({ "Services": [{ "TaskSets": sets }] })
    };
    let steady = || service(&["STEADY_STATE"]);
    let cases: [(&str, Value, Vec<Value>); 6] = [
        ("at once", json!({}), vec![steady()]),
        ("ended in between", json!("Ecs.InvalidParameterException"), vec![steady()]),
        ("starting", json!({}), vec![service(&["STABILIZING"]), service(&["STABILIZING"]), steady()]),
        ("while a release comes", json!({}), vec![service(&["STEADY_STATE", "STABILIZING"]), steady()]),
        ("while a release goes", json!({}), vec![service(&["STEADY_STATE", "STEADY_STATE"])]),
        ("not told, or refused", json!({}), vec![service(&[]), json!("Ecs.ServerException"), steady()]),
    ];
    for (case, stopped, looks) in cases {
        let mut expected = vec!["listTasks", "stopTask"];
        expected.extend(looks.iter().map(|_| "describeServices"));
        expected.extend(["stopTask", "describeServices"]);
        let answers = BTreeMap::from([
            ("listTasks", vec![json!({ "TaskArns": ["first", "second"] })]),
            ("stopTask", vec![stopped, json!({})]),
            ("describeServices", looks.into_iter().chain([steady()]).collect()),
        ]);
        let ended = execute(&machine(ON_ECS, "ReplaceTasks"), &answers);
        assert_eq!((ended.status.as_str(), ended.left), ("SUCCEEDED", 0), "{case}: {:?}", ended.cause);
        assert_eq!(ended.calls.iter().map(|(action, _)| action.as_str()).collect::<Vec<_>>(), expected, "{case}");
        let tasks: Vec<&Value> = ended.parameters("stopTask").iter().map(|parameters| &parameters["Task"]).collect();
        assert_eq!(tasks, ["first", "second"], "{case}");
    }
}

/// An execution ends by itself, and later than what it waits for, which says more about why.
#[test]
fn no_execution_goes_on_for_ever() {
    let seconds = |definition: &Value| definition["TimeoutSeconds"].as_u64().unwrap();
    let shops = machine(ON_EC2, "RestartShops");
    let sent = &shops["States"]["Restart"]["Parameters"];
    let runs: u64 = sent["Parameters"]["executionTimeout"][0].as_str().unwrap().parse().unwrap();
    let instances = &read(ON_EC2)["Mappings"]["Sizes"]["production"]["Most"];
    let command =
        instances.as_str().unwrap().parse::<u64>().unwrap() * (sent["TimeoutSeconds"].as_u64().unwrap() + runs);
    let tasks = machine(ON_ECS, "ReplaceTasks");
    let replaced = &tasks["States"]["Replace"]["ItemProcessor"]["States"];
    let usual = replaced["Wait"]["Seconds"].as_u64().unwrap() + replaced["WaitLonger"]["Seconds"].as_u64().unwrap();
    let usual = usual * read(ON_ECS)["Mappings"]["Sizes"]["production"]["Tasks"].as_u64().unwrap();
    for (file, limit, needed) in [(ON_EC2, seconds(&shops), command), (ON_ECS, seconds(&tasks), 2 * usual)] {
        assert!(needed < limit && limit <= 3600, "{file}: ends after {limit} s, and {needed} s may be needed");
        let late =
            read(file)["Resources"]["PasswordNotTakenInTime"]["Properties"]["AlarmDescription"]["Fn::Sub"].take();
        let minutes = format!("{} minutes", limit / 60);
        assert!(late.as_str().unwrap().contains(&minutes), "{file}: {late}, not after {minutes}");
    }
}

#[test]
fn a_role_allows_what_its_state_machine_calls_and_nothing_else() {
    for (file, name) in [(ON_EC2, "RestartShops"), (ON_ECS, "ReplaceTasks")] {
        let mut called = BTreeSet::new();
        called_by(&machine(file, name), &mut called);
        let role = read(file)["Resources"][format!("{name}Role")].take();
        let allowed: BTreeSet<String> = statements(&role).iter().flat_map(actions).collect();
        assert_eq!(called, allowed, "{file}");
    }
}

/// The actions of the tasks in a definition, as policies write them.
fn called_by(definition: &Value, called: &mut BTreeSet<String>) {
    if let Some((service, action)) =
        definition["Resource"].as_str().and_then(|task| task.split_once(":aws-sdk:")?.1.split_once(':'))
    {
        let (first, rest) = action.split_at(1);
        called.insert(format!("{service}:{}{rest}", first.to_uppercase()));
    }
    for inner in definition.as_object().into_iter().flat_map(serde_json::Map::values) {
        called_by(inner, called);
    }
}
