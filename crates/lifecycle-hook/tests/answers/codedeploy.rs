//! Exactly one status for CodeDeploy, whatever happens.

use std::collections::VecDeque;
use std::time::Duration;

use lifecycle_hook::{Deadline, HookFailure};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::standin::{Refusal, Standin, World};
use crate::{answered, failed, hook_event, only_report, only_status, passed, soon};

const PUT: &str = "PutLifecycleEventHookExecutionStatus";

fn refusing(operation: &'static str, refusals: impl IntoIterator<Item = Refusal>) -> World {
    let refusals: VecDeque<_> = refusals.into_iter().collect();
    World { refusals: [(operation, refusals)].into(), ..World::default() }
}

fn rollback() -> World {
    let mut world = World::default();
    world.deployment["creator"] = json!("codeDeployRollback");
    world
}

#[tokio::test]
async fn checks_that_passed_are_a_success_and_nothing_else_is() {
    for (end, status, summary) in [
        (passed(), "Succeeded", "3 checks passed"),
        (failed(), "Failed", "1 of 3 checks failed: checkout"),
        (Err(HookFailure::configuration("no suite")), "Failed", "no suite"),
    ] {
        let standin = Standin::start(World::default()).await;
        let (given, report) = answered(&standin, async |_| end).await;
        assert_eq!((given.as_str(), report["summary"].as_str()), (status, Some(summary)));
        assert_eq!(report["passed"], status == "Succeeded");
        assert_eq!((&report["status"], &report["gates"]), (&json!(status), &json!(true)));
    }
}

#[tokio::test]
async fn the_report_names_what_was_tested() {
    let standin = Standin::start(World::default()).await;
    let (_, report) = answered(&standin, async |hook| {
        assert_eq!((hook.group(), hook.lifecycle_event()), ("shop/staging", "AfterAllowTestTraffic"));
        hook.tests("staging");
        hook.revision().await?;
        passed()
    })
    .await;
    let expected = json!({
        "deployment": "d-ABCDEF123", "application": "shop", "group": "staging", "service": null,
        "environment": "staging", "lifecycle_event": "AfterAllowTestTraffic",
        "version_under_test": crate::TASK_DEFINITION, "revision": "r7", "gates": true, "passed": true,
        "status": "Succeeded", "summary": "3 checks passed", "report": {"suite": "smoke.yaml"}
    });
    assert_eq!(report, expected);
    assert_eq!(only_report(&standin).0, "hook-reports/d-ABCDEF123/AfterAllowTestTraffic.json");
}

#[tokio::test]
async fn a_panic_is_a_failure_without_secrets() {
    let standin = Standin::start(World::default()).await;
    let (status, report) = answered(&standin, async |hook| {
        hook.hide("customers-token");
        assert!(hook.group().is_empty(), "with customers-token at hand");
        passed()
    })
    .await;
    assert_eq!(
        (status.as_str(), &report["summary"]),
        ("Failed", &json!("the function panicked: with [redacted] at hand"))
    );
}

#[tokio::test(start_paused = true)]
async fn work_that_does_not_end_is_stopped_in_time() {
    let standin = Standin::start(World::default()).await;
    let deadline = Deadline::within(Duration::from_secs(2), Duration::from_secs(1));
    standin.hooks(1).answer(&hook_event(), deadline, async |_| std::future::pending().await).await.unwrap();
    assert_eq!(only_status(&standin), "Failed");
    let summary = only_report(&standin).1["summary"].clone();
    assert!(summary.as_str().unwrap().contains("was stopped"), "{summary}");
}

#[tokio::test]
async fn what_codedeploy_does_not_tell_fails_the_hook() {
    let denied = (400, "AccessDeniedException");
    for (operation, refusal) in [
        ("GetDeployment", denied),
        ("GetDeployment", (400, "DeploymentDoesNotExistException")),
        ("ListDeploymentTargets", denied),
        ("GetDeploymentTarget", denied),
    ] {
        let standin = Standin::start(refusing(operation, [refusal])).await;
        let (status, report) = answered(&standin, async |_| passed()).await;
        assert_eq!((status.as_str(), &report["report"]), ("Failed", &Value::Null), "{operation}");
        let summary = report["summary"].as_str().unwrap();
        assert!(summary.contains("d-ABCDEF123") && summary.ends_with(&format!("{}: because", refusal.1)), "{summary}");
        assert_eq!(only_report(&standin).0, "hook-reports/d-ABCDEF123/unknown.json");
    }
}

#[tokio::test(start_paused = true)]
async fn a_status_is_sent_until_it_is_accepted() {
    for refusal in [(400, "ThrottlingException"), (500, "InternalFailure")] {
        let standin = Standin::start(refusing(PUT, [refusal; 5])).await;
        assert_eq!(answered(&standin, async |_| passed()).await.0, "Succeeded");
        assert_eq!(standin.calls(PUT), 6);
    }
}

#[tokio::test(start_paused = true)]
async fn a_status_that_nobody_takes_fails_the_invocation() {
    for refusals in [vec![(400, "AccessDeniedException")], vec![(400, "ThrottlingException"); 1000]] {
        let standin = Standin::start(refusing(PUT, refusals.clone())).await;
        let hooks = standin.hooks(1);
        let end = Instant::now() + Duration::from_secs(40);
        let error = hooks.answer(&hook_event(), soon(), async |_| failed()).await.unwrap_err().to_string();
        assert!(Instant::now() < end, "Lambda has ended it");
        let said = format!("{}: because; it was Failed: 1 of 3 checks failed: checkout", refusals[0].1);
        assert!(error.contains("of deployment d-ABCDEF123 could not be reported") && error.ends_with(&said), "{error}");
        assert_eq!(standin.statuses(), Vec::<Value>::new());
    }
}

#[tokio::test]
async fn a_hook_that_has_its_status_is_left_alone() {
    for code in
        ["LifecycleEventAlreadyCompletedException", "DeploymentDoesNotExistException", "InvalidDeploymentIdException"]
    {
        let standin = Standin::start(refusing(PUT, [(400, code)])).await;
        standin.hooks(1).answer(&hook_event(), soon(), async |_| passed()).await.unwrap();
        assert_eq!((standin.statuses().len(), standin.calls(PUT)), (0, 1), "{code}");
    }
}

#[tokio::test]
async fn a_second_delivery_is_not_run_again() {
    let standin = Standin::start(World::default()).await;
    let hooks = standin.hooks(1);
    let mut runs = 0;
    for _ in 0..3 {
        let work = async |_| {
            runs += 1;
            passed()
        };
        hooks.answer(&hook_event(), soon(), work).await.unwrap();
    }
    assert_eq!((runs, only_status(&standin).as_str()), (1, "Succeeded"));
}

#[tokio::test]
async fn a_hook_whose_status_was_lost_is_run_again() {
    let standin = Standin::start(refusing(PUT, [(400, "AccessDeniedException")])).await;
    let hooks = standin.hooks(1);
    hooks.answer(&hook_event(), soon(), async |_| passed()).await.unwrap_err();
    hooks.answer(&hook_event(), soon(), async |_| passed()).await.unwrap();
    assert_eq!(only_status(&standin), "Succeeded");
}

#[tokio::test(start_paused = true)]
async fn a_rollback_goes_on_whatever_the_checks_say() {
    for (end, passes) in [(passed(), true), (failed(), false), (Err(HookFailure::configuration("no suite")), false)] {
        let standin = Standin::start(rollback()).await;
        let (status, report) = answered(&standin, async |_| end).await;
        assert_eq!(status, "Succeeded");
        assert_eq!((&report["gates"], &report["passed"]), (&json!(false), &json!(passes)));
    }
    let standin = Standin::start(World { targets: [json!(null)].into(), ..rollback() }).await;
    let deadline = Deadline::within(Duration::from_secs(4), Duration::from_secs(2));
    standin.hooks(1).answer(&hook_event(), deadline, async |_| passed()).await.unwrap();
    assert_eq!(only_status(&standin), "Succeeded");
}

#[tokio::test]
async fn a_report_that_cannot_be_stored_costs_no_status() {
    for (code, count) in [("AccessDenied", 1), ("NoSuchBucket", 1)] {
        let standin = Standin::start(refusing("PutObject", vec![(403, code); count])).await;
        standin.hooks(1).answer(&hook_event(), soon(), async |_| passed()).await.unwrap();
        assert_eq!((only_status(&standin).as_str(), standin.reports().len()), ("Succeeded", 0), "{code}");
    }
}

#[tokio::test]
async fn what_is_no_hook_is_refused() {
    let standin = Standin::start(World::default()).await;
    let error = standin.hooks(1).answer(&json!({"hello": 1}), soon(), async |_| passed()).await.unwrap_err();
    assert!(error.to_string().starts_with("the event is no lifecycle hook"), "{error}");
    assert_eq!(standin.statuses(), Vec::<Value>::new());
}
