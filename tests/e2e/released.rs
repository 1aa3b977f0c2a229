//! A good release arrives in production; what is wrong with the others is found on staging, and nothing hangs.

use std::path::Path;
use std::process::Stdio;
use std::sync::Mutex;

use launchway::permissions::{Call, allowed, denied, problems, read_calls, read_unseen};
use launchway::project::Project;
use serde_json::Value;

use crate::run::{launchway, left_running, printed, report, root};

/// What a run left.
struct Ran {
    report: Value,
    page: String,
    text: String,
}

fn run(arguments: &[&str]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let child = launchway(&["run", "--output", folder.path().to_str().unwrap()])
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let process = child.id();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
    assert_eq!(left_running(process), Vec::<String>::new());
    permissions_are_as_the_page_says(&folder.path().join("calls.jsonl"));
    Ran {
        report: report(folder.path()),
        page: std::fs::read_to_string(folder.path().join("run.html")).unwrap(),
        text: String::from_utf8_lossy(&output.stdout).into_owned(),
    }
}

/// The three runs of these tests, which `make permissions` makes too, without the disorder.
const RUNS: usize = 3;

/// Every role was allowed what it asked for, but for what it ought not to be, and used nothing of which the reasons say that
/// no run shows it. The last of the three runs is held against the page with the others: what is allowed was used by one
/// of them or has its reason.
fn permissions_are_as_the_page_says(calls: &Path) {
    static SEEN: Mutex<Vec<Vec<Call>>> = Mutex::new(Vec::new());
    let project = Project::open(root()).unwrap();
    let unseen = read_unseen(&project.unseen_permissions()).unwrap();
    let roles = allowed(&project).unwrap();
    let calls = read_calls(calls).unwrap();
    // Each of these has something to do in any run.
    for role in ["BuildRole", "PipelineRole", "SmokeTestRole", "StageAlertRole"] {
        assert!(calls.iter().any(|call| call.role == role && call.is_allowed()), "no call of {role} was written down");
    }
    assert_eq!(denied(&calls, &unseen), Vec::<String>::new());
    let mut wrong = problems(&roles, &calls, &unseen);
    wrong.retain(|problem| problem.contains(" was seen; unseen is "));
    assert_eq!(wrong, Vec::<String>::new(), "the page says of these that no run shows them");

    let mut seen = SEEN.lock().unwrap();
    seen.push(calls);
    if seen.len() == RUNS {
        assert_eq!(problems(&roles, &seen.concat(), &unseen), Vec::<String>::new());
    }
}

/// State changes come three times and mixed: who is told, and how often, does not depend on it.
#[test]
fn on_ecs_a_hook_stops_the_bad_release_before_traffic_moves_and_a_killed_function_is_answered_for() {
    let Ran { report, page, text } = run(&["--events", "duplicated-and-shuffled"]);
    let executions = report["executions"].as_array().unwrap().as_slice();
    let [good, bad, killed, again, undone, rollback] = executions else { panic!("{report}") };
    assert_eq!((&good["release"], &good["status"]), (&"good".into(), &"Succeeded".into()));
    let revision = good["revision"].as_str().unwrap();
    assert_eq!(good["production_version"], revision);
    let tested = action(good, "Staging", "Deploy")["smoke_reports"].as_array().unwrap();
    let tested: Vec<&str> = tested.iter().map(|report| report["of"].as_str().unwrap()).collect();
    assert_eq!(tested, ["AfterAllowTestTraffic", "AfterAllowTraffic"]);

    assert_eq!(statuses(bad), ["Source Succeeded", "Build Succeeded", "Staging Failed", "Production NotReached"]);
    let deploy = action(bad, "Staging", "Deploy");
    let why = deploy["summary"].as_str().unwrap();
    for part in ["HOOK_EXECUTION_FAILURE", "AfterAllowTestTraffic", "a customer can check out", "201", "500"] {
        assert!(why.contains(part), "{part:?} is not in: {why}");
    }
    assert_eq!((&bad["staging_version"], &bad["production_version"]), (&revision.into(), &revision.into()));

    assert_eq!(statuses(killed), ["Source Succeeded", "Build Succeeded", "Staging Failed", "Production NotReached"]);
    let smoke_test = action(killed, "Staging", "SmokeTest");
    assert_eq!(smoke_test["error_code"], "JobFailed");
    let why = smoke_test["summary"].as_str().unwrap();
    assert!(why.contains("SmokeTestFunction") && why.contains("ended before it answered"), "{why}");
    // The deployment to staging was good; production was not touched.
    assert_eq!((&killed["staging_version"], &killed["production_version"]), (&killed["revision"], &revision.into()));

    assert_eq!((&again["status"], &again["production_version"]), (&"Succeeded".into(), &again["revision"]));

    // Nobody knows whether production is well: it gets the release before.
    assert_eq!(statuses(undone), ["Source Succeeded", "Build Succeeded", "Staging Succeeded", "Production Failed"]);
    assert_eq!(statuses(rollback)[3], "Production Succeeded");
    assert_eq!(rollback["revision"], again["revision"]);
    assert_eq!(
        (&rollback["staging_version"], &rollback["production_version"]),
        (&undone["revision"], &again["revision"])
    );

    told_of_production(&report);
    told(
        &report,
        &[
            ("failed", &["a customer can check out"]),
            ("failed", &["ended before it answered"]),
            ("recovered", &["2 times in a row"]),
        ],
    );

    assert!(page.contains("a customer can check out") && !page.contains("http-equiv"), "{page}");
    // Messages link to the console, which loads nothing until somebody follows a link.
    for loads in ["src=\"http", "<link", "<script", "@import", "url(http"] {
        assert!(!page.contains(loads), "the page loads something from elsewhere: {loads}");
    }
    assert!(
        text.contains("bad release: failed")
            && text.contains("✗ SmokeTest")
            && text.contains("told         #deployments"),
        "{text}"
    );
}

#[test]
fn on_ec2_the_smoke_test_stops_the_bad_release_on_staging() {
    let Ran { report, .. } = run(&["--platform", "ec2"]);
    let [good, bad, again] = report["executions"].as_array().unwrap().as_slice() else { panic!("{report}") };
    assert_eq!(statuses(good), ["Source Succeeded", "Build Succeeded", "Staging Succeeded", "Production Succeeded"]);
    assert_eq!(statuses(bad), ["Source Succeeded", "Build Succeeded", "Staging Failed", "Production NotReached"]);

    let smoke_test = action(bad, "Staging", "SmokeTest");
    assert_eq!((&smoke_test["status"], &smoke_test["error_code"]), (&"Failed".into(), &"JobFailed".into()));
    let why = smoke_test["summary"].as_str().unwrap();
    for part in ["a customer can check out", "201", "500"] {
        assert!(why.contains(part), "{part:?} is not in: {why}");
    }
    assert!(action(good, "Production", "SmokeTest")["summary"].as_str().unwrap().contains("passed"));

    // What the environments answer is what was deployed to them.
    let revision = good["revision"].as_str().unwrap();
    assert_ne!(revision, bad["revision"].as_str().unwrap());
    assert_eq!(good["production_version"], revision);
    assert_eq!(bad["production_version"], revision, "the bad release reached production");
    assert_eq!(bad["staging_version"], bad["revision"]);
    assert_eq!(again["production_version"], again["revision"]);
    told(&report, &[("failed", &["a customer can check out", "201", "500"]), ("recovered", &[])]);
}

/// The shop's tests find the defect before anything is deployed, and people are told which of them did.
#[test]
fn with_tests_the_bad_release_is_not_deployed_and_the_failed_tests_are_told() {
    let Ran { report, page, text } = run(&["--tests", "--platform", "ec2", "--releases", "good,bad"]);
    let [good, bad] = report["executions"].as_array().unwrap().as_slice() else { panic!("{report}") };
    let tested = &action(good, "Build", "Test")["test_reports"][0];
    assert_eq!((&tested["status"], &tested["failed"]), (&"SUCCEEDED".into(), &0.into()));
    assert_eq!(statuses(bad), ["Source Succeeded", "Build Failed", "Staging NotReached", "Production NotReached"]);
    let tested = &action(bad, "Build", "Test")["test_reports"][0];
    assert_eq!(tested["status"], "FAILED");
    let failures = tested["failures"].as_array().unwrap();
    let checkout = failures.iter().find(|test| test["name"] == "api::a_whole_checkout").unwrap();
    assert!(checkout["message"].as_str().unwrap().contains("left: 500"), "{checkout}");
    assert!(tested["passed"].as_u64().unwrap() > 0, "{tested}");
    assert_eq!(bad["staging_version"], good["revision"]);
    for shown in [&page, &text] {
        assert!(shown.contains("tests failed") && shown.contains("api::a_whole_checkout"), "{shown}");
    }
    for message in report["messages"].as_array().unwrap() {
        let told = message["body"].as_str().or_else(|| message["text"].as_str()).unwrap();
        assert!(told.contains("test api::a_whole_checkout: ") && !told.contains("Could not be read"), "{told}");
    }
}

/// Production was told of once in Slack and once by SNS for the failure and for each end of the rollback, in whatever order.
fn told_of_production(report: &Value) {
    let messages = report["messages"].as_array().unwrap();
    let of_sns = |message: &&Value| message["attributes"]["stage"] == "Production";
    let mut states: Vec<&str> =
        messages.iter().filter(of_sns).map(|message| message["attributes"]["state"].as_str().unwrap()).collect();
    states.sort_unstable();
    assert_eq!(states, ["failed", "rollback_finished", "rollback_started"], "{messages:#?}");
    let slack: Vec<&Value> = messages.iter().filter(|message| message["channel"] == "production").collect();
    assert_eq!(slack.len(), 3, "{messages:#?}");
    let failure = slack.iter().find(|message| message["text"].as_str().unwrap().contains("ended before it answered"));
    let failure = failure.unwrap_or_else(|| panic!("{slack:#?}"));
    assert!(failure["text"].as_str().unwrap().contains("Production was rolled back"), "{failure}");
}

/// Staging was told of once for each of these, in this order: by the topic with this state, and in Slack, each with these
/// parts; and of nothing else. The first messages of failures were edited when the stage recovered.
fn told(report: &Value, expected: &[(&str, &[&str])]) {
    let messages = report["messages"].as_array().unwrap();
    let of_staging =
        |message: &&Value| message["channel"] == "deployments" || message["attributes"]["stage"] == "Staging";
    let to =
        |outlet: &str| messages.iter().filter(of_staging).filter(|message| message["to"] == outlet).collect::<Vec<_>>();
    let (slack, sns) = (to("slack"), to("sns"));
    assert_eq!((slack.len(), sns.len()), (expected.len(), expected.len()), "{messages:#?}");
    for ((slack, sns), (state, parts)) in slack.iter().zip(&sns).zip(expected) {
        assert_eq!((&sns["attributes"]["state"], &sns["attributes"]["stage"]), (&(*state).into(), &"Staging".into()));
        assert_eq!((&slack["channel"], &sns["attributes"]["environment"]), (&"deployments".into(), &"staging".into()));
        for text in [&slack["text"], &sns["body"]] {
            let text = text.as_str().unwrap();
            assert!(parts.iter().all(|part| text.contains(part)), "{parts:?} are not in: {text}");
        }
        // Each execution has a thread of its own. Copies of an event may make the same edit again, which nobody sees.
        assert_eq!((&slack["thread"], slack["edits"] != 0), (&slack["ts"], *state == "failed"), "{slack}");
    }
}

fn statuses(execution: &Value) -> Vec<String> {
    let stages = execution["stages"].as_array().unwrap();
    stages
        .iter()
        .map(|stage| format!("{} {}", stage["name"].as_str().unwrap(), stage["status"].as_str().unwrap()))
        .collect()
}

fn action<'a>(execution: &'a Value, stage: &str, name: &str) -> &'a Value {
    let named = |list: &'a Value, name: &str| list.as_array().unwrap().iter().find(|one| one["name"] == name);
    let stage = named(&execution["stages"], stage).unwrap();
    named(&stage["actions"], name).unwrap()
}
