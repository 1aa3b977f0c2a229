//! A good release arrives in production; a bad one is stopped by the smoke test on staging.

use std::process::Stdio;

use serde_json::Value;

use crate::run::{launchway, left_running, printed, report};

#[test]
fn the_bad_release_is_stopped_and_production_serves_the_good_one() {
    let folder = tempfile::tempdir().unwrap();
    let child = launchway(&["run", "--output", folder.path().to_str().unwrap()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let process = child.id();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
    assert_eq!(left_running(process), Vec::<String>::new());

    let report = report(folder.path());
    let [good, bad] = report["executions"].as_array().unwrap().as_slice() else { panic!("{report}") };
    assert_eq!((&good["release"], &good["status"]), (&"good".into(), &"Succeeded".into()));
    assert_eq!((&bad["release"], &bad["status"]), (&"bad".into(), &"Failed".into()));
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

    let page = std::fs::read_to_string(folder.path().join("run.html")).unwrap();
    assert!(page.contains("a customer can check out") && !page.contains("http-equiv"), "{page}");
    assert!(!page.contains("src=\"http") && !page.contains("href=\"http"), "the page loads something from elsewhere");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("bad release: failed") && text.contains("✗ SmokeTest"), "{text}");
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
