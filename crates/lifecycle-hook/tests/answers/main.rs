//! Hooks answered over the wire: the real clients against a stand-in for CodeDeploy, ECS, Lambda and S3 on this machine.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::unnecessary_wraps, reason = "stand-ins for work return what work returns")]

mod closing;
mod codedeploy;
mod ecs;
mod lookups;
mod standin;

use std::time::Duration;

use lifecycle_hook::{Deadline, Hook, HookFailure, Verdict};
use serde_json::{Value, json};
use standin::Standin;

const EXECUTION: &str = "eyJlbmNyeXB0ZWREYXRhIjoi";
const TASK_DEFINITION: &str = "arn:aws:ecs:eu-central-1:111122223333:task-definition/shop:7";

/// What CodeDeploy sends.
fn hook_event() -> Value {
    json!({"DeploymentId": "d-ABCDEF123", "LifecycleEventHookExecutionId": EXECUTION})
}

fn soon() -> Deadline {
    Deadline::within(Duration::from_secs(40), Duration::from_secs(10))
}

fn passed() -> Result<Verdict, HookFailure> {
    Ok(Verdict { passed: true, summary: "3 checks passed".to_owned(), report: json!({"suite": "smoke.yaml"}) })
}

fn failed() -> Result<Verdict, HookFailure> {
    Ok(Verdict {
        passed: false,
        summary: "1 of 3 checks failed: checkout".to_owned(),
        report: json!({"suite": "smoke.yaml"}),
    })
}

/// Answers CodeDeploy's event by `work` and gives the one status and the one report.
async fn answered<F>(standin: &Standin, work: impl FnOnce(Hook) -> F) -> (String, Value)
where
    F: Future<Output = Result<Verdict, HookFailure>>,
{
    standin.hooks(1).answer(&hook_event(), soon(), work).await.expect("the status is reported");
    (only_status(standin), only_report(standin).1)
}

fn only_status(standin: &Standin) -> String {
    let statuses = standin.statuses();
    assert_eq!(statuses.len(), 1, "{statuses:?}");
    assert_eq!(statuses[0]["deploymentId"], "d-ABCDEF123");
    assert_eq!(statuses[0]["lifecycleEventHookExecutionId"], EXECUTION);
    statuses[0]["status"].as_str().unwrap().to_owned()
}

fn only_report(standin: &Standin) -> (String, Value) {
    let reports = standin.reports();
    assert_eq!(reports.len(), 1, "{reports:?}");
    reports.into_iter().next().unwrap()
}
