//! Statuses that are given in a dead function's place.

use lifecycle_hook::Closed;
use serde_json::{Value, json};

use crate::standin::{Standin, World};
use crate::{hook_event, only_report, only_status, soon};

const REASON: &str = "the function hook timed out after 300 s";

#[tokio::test]
async fn a_hook_is_failed_with_the_reason() {
    let standin = Standin::start(World::default()).await;
    let closed = standin.hooks(1).close(&hook_event(), REASON, soon()).await.unwrap();
    assert_eq!((closed, only_status(&standin).as_str()), (Closed::Answered, "Failed"));
    let (key, report) = only_report(&standin);
    assert_eq!(key, "hook-reports/d-ABCDEF123/closed.json");
    assert_eq!((&report["summary"], &report["group"]), (&json!(REASON), &json!("staging")));
}

#[tokio::test]
async fn only_a_known_rollback_is_let_through() {
    let mut rollback = World::default();
    rollback.deployment["creator"] = json!("codeDeployRollback");
    let denied =
        World { refusals: [("GetDeployment", [(400, "AccessDeniedException")].into())].into(), ..World::default() };
    for (world, status) in [(rollback, "Succeeded"), (denied, "Failed")] {
        let standin = Standin::start(world).await;
        standin.hooks(1).close(&hook_event(), REASON, soon()).await.unwrap();
        assert_eq!((only_status(&standin).as_str(), &only_report(&standin).1["passed"]), (status, &json!(false)));
    }
}

#[tokio::test]
async fn nobody_is_answered_twice() {
    let completed = World {
        refusals: [("PutLifecycleEventHookExecutionStatus", [(400, "LifecycleEventAlreadyCompletedException")].into())]
            .into(),
        ..World::default()
    };
    let standin = Standin::start(completed).await;
    let closed = standin.hooks(1).close(&hook_event(), REASON, soon()).await.unwrap();
    assert_eq!((closed, standin.statuses()), (Closed::NobodyWaits, Vec::<Value>::new()));
    let event = json!({"lifecycleStage": "POST_SCALE_UP"});
    assert_eq!(standin.hooks(1).close(&event, REASON, soon()).await.unwrap(), Closed::NothingOwed);
}
