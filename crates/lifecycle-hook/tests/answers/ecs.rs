//! ECS's own hooks, which are answered by what the function returns.

use std::time::Duration;

use lifecycle_hook::{Deadline, FailureKind, HookFailure, Verdict};
use serde_json::{Value, json};

use crate::standin::{Standin, World};
use crate::{failed, only_report, passed, soon};

const GREEN: &str = "arn:aws:ecs:us-west-2:123456789012:service-revision/my-cluster/my-service/9313423515462893900";

fn event(stage: &str, weights: &Value) -> Value {
    json!({
        "executionId": "e-1",
        "lifecycleStage": stage,
        "resourceArn": "arn:aws:ecs:us-west-2:123456789012:service-deployment/my-cluster/my-service/EZe5RNVLH6PPzHXINuP28",
        "executionDetails": {
            "serviceArn": "arn:aws:ecs:us-west-2:123456789012:service/my-cluster/my-service",
            "targetServiceRevisionArn": GREEN,
            "testTrafficWeights": {},
            "productionTrafficWeights": weights
        }
    })
}

fn test_event() -> Value {
    event("POST_TEST_TRAFFIC_SHIFT", &json!({}))
}

#[tokio::test]
async fn checks_that_passed_are_a_success_and_nothing_else_is() {
    let table = [
        (passed(), "SUCCEEDED"),
        (failed(), "FAILED"),
        (Err(HookFailure::configuration("no suite")), "FAILED"),
        (Err(HookFailure::new(FailureKind::Unavailable, "S3 is not there")), "FAILED"),
    ];
    for (end, status) in table {
        let standin = Standin::start(World::default()).await;
        let answer = standin.hooks(1).answer(&test_event(), soon(), async |_| end).await.unwrap();
        assert_eq!(answer, json!({"hookStatus": status}));
        let (key, report) = only_report(&standin);
        assert_eq!(key, "hook-reports/EZe5RNVLH6PPzHXINuP28/POST_TEST_TRAFFIC_SHIFT.json");
        assert_eq!((&report["status"], &report["passed"]), (&json!(status), &json!(status == "SUCCEEDED")));
        assert_eq!(
            (&report["service"], &report["version_under_test"]),
            (&json!("my-cluster/my-service"), &json!(GREEN))
        );
        assert_eq!(standin.calls("PutLifecycleEventHookExecutionStatus"), 0);
    }
}

#[tokio::test]
async fn a_panic_and_a_deadline_are_failures_and_no_errors() {
    let standin = Standin::start(World::default()).await;
    let answer = standin.hooks(1).answer(&test_event(), soon(), async |_| panic!("at once")).await.unwrap();
    assert_eq!(answer, json!({"hookStatus": "FAILED"}));
    let deadline = Deadline::within(Duration::from_secs(1), Duration::from_millis(500));
    let answer =
        standin.hooks(1).answer(&test_event(), deadline, async |_| std::future::pending().await).await.unwrap();
    assert_eq!(answer, json!({"hookStatus": "FAILED"}));
}

#[tokio::test]
async fn an_event_without_its_service_is_a_failure() {
    let standin = Standin::start(World::default()).await;
    let event = json!({"lifecycleStage": "POST_SCALE_UP"});
    let answer = standin.hooks(3).answer(&event, soon(), async |_| passed()).await.unwrap();
    assert_eq!(answer, json!({"hookStatus": "FAILED"}));
}

#[tokio::test]
async fn a_check_goes_on_until_it_passes_or_its_attempts_are_used_up() {
    for (last, status) in [(passed(), "SUCCEEDED"), (failed(), "FAILED")] {
        let standin = Standin::start(World::default()).await;
        let hooks = standin.hooks(4);
        let mut event = test_event();
        event["hookDetails"] = json!({"approvalChecked": true});
        for attempt in 1..4 {
            let mut answer = hooks.answer(&event, soon(), async |_| failed()).await.unwrap();
            assert_eq!((&answer["hookStatus"], &answer["callBackDelay"]), (&json!("IN_PROGRESS"), &json!(30)));
            let details = answer["hookDetails"].take();
            assert_eq!((&details["attempt"], &details["approvalChecked"]), (&json!(attempt), &json!(true)));
            assert!(details["first_failed_at"].is_string(), "{details}");
            event["hookDetails"] = details;
        }
        let answer = hooks.answer(&event, soon(), async |_| last).await.unwrap();
        assert_eq!(answer, json!({"hookStatus": status}));
    }
}

#[tokio::test]
async fn a_mistake_is_not_tried_again() {
    for (end, status) in [
        (Err(HookFailure::configuration("no suite")), "FAILED"),
        (Err(HookFailure::new(FailureKind::Permission, "denied")), "FAILED"),
        (Err(HookFailure::new(FailureKind::Unavailable, "S3 is not there")), "IN_PROGRESS"),
    ] {
        let standin = Standin::start(World::default()).await;
        let answer = standin.hooks(4).answer(&test_event(), soon(), async |_| end).await.unwrap();
        assert_eq!(answer["hookStatus"], status);
    }
}

#[tokio::test]
async fn a_rollback_goes_on_without_checks_and_each_step_is_checked() {
    for (weight, expected_runs) in [(0, 0), (10, 1), (100, 1)] {
        let standin = Standin::start(World::default()).await;
        let mut runs = 0;
        let work = async |_| -> Result<Verdict, HookFailure> {
            runs += 1;
            failed()
        };
        let event = event("PRODUCTION_TRAFFIC_SHIFT", &json!({GREEN: weight}));
        let answer = standin.hooks(1).answer(&event, soon(), work).await.unwrap();
        let status = if weight == 0 { "SUCCEEDED" } else { "FAILED" };
        assert_eq!((answer, runs), (json!({"hookStatus": status}), expected_runs), "{weight}");
        let report = only_report(&standin).1;
        assert_eq!((&report["gates"], &report["passed"]), (&json!(weight != 0), &json!(false)));
    }
}

#[tokio::test]
async fn the_revision_of_a_service_revision_is_that_of_its_task_definition() {
    let known = json!([{"serviceRevisionArn": GREEN, "taskDefinition": crate::TASK_DEFINITION}]);
    for (service_revisions, expected) in [(known, Ok("r7")), (json!([]), Err("ECS knows no service revision"))] {
        let standin = Standin::start(World { service_revisions, ..World::default() }).await;
        let work = async |hook: lifecycle_hook::Hook| {
            match (hook.revision().await, expected) {
                (Ok(revision), Ok(expected)) => assert_eq!(revision, expected),
                (Err(failure), Err(expected)) => assert!(failure.message.contains(expected), "{failure}"),
                (found, _) => panic!("{found:?}"),
            }
            passed()
        };
        let answer = standin.hooks(1).answer(&test_event(), soon(), work).await.unwrap();
        assert_eq!(answer, json!({"hookStatus": "SUCCEEDED"}));
    }
}
