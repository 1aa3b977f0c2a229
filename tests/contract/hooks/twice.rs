//! A hook's event may be delivered more than once, and may come when nobody waits any more.

use launchway::standin::Outcome;
use serde_json::json;

use super::scene::{DEPLOYMENT, EXECUTION};
use super::{Answered, HookScene};

#[tokio::test]
async fn the_same_process_does_not_check_twice() {
    let mut stage = HookScene::default().set_up().await;
    let event = stage.event.clone();
    let first = stage.function.invoke(&event).await.unwrap();
    let requests = stage.shop.requests().len();
    let second = stage.function.invoke(&event).await.unwrap();
    let played = stage.end(vec![first, second]).await;
    assert_eq!(played.verdict(Answered::Succeeded, &["passed"]), Ok(()));
    assert_eq!(played.requests.len(), requests, "the second delivery made requests");
}

#[tokio::test]
async fn another_process_is_told_that_the_event_has_completed() {
    let mut stage = HookScene::default().set_up().await;
    let event = stage.event.clone();
    let first = stage.function.invoke(&event).await.unwrap();
    stage.function.recycle().await;
    let second = stage.function.invoke(&event).await.unwrap();
    let played = stage.end(vec![first, second]).await;
    let statuses: Vec<_> = played.aws.hook_statuses(DEPLOYMENT).into_iter().map(|status| status.status).collect();
    assert_eq!(statuses, ["Succeeded"]);
    assert!(matches!(played.invocations[1].outcome, Outcome::Succeeded(_)), "{:?}", played.invocations);
    let errors: Vec<_> = played.aws.calls().into_iter().filter_map(|call| call.error).collect();
    assert_eq!(errors, ["LifecycleEventAlreadyCompletedException"]);
    played.always().unwrap();
}

/// There is nobody to answer: the one thing that must not happen is a success.
#[tokio::test]
async fn a_deployment_that_is_gone_gets_no_success() {
    let played = HookScene::with(|scene| scene.deployment = None).play().await;
    let statuses: Vec<_> = played
        .aws
        .calls()
        .into_iter()
        .filter(|call| call.operation == "PutLifecycleEventHookExecutionStatus")
        .map(|call| (call.request["status"].clone(), call.error))
        .collect();
    assert_eq!(statuses, [(json!("Failed"), Some("DeploymentDoesNotExistException".to_owned()))]);
    played.always().unwrap();
}

#[tokio::test]
async fn an_event_that_is_no_hook_fails_the_invocation_and_is_not_quoted() {
    let cases = [
        json!({}),
        json!(["not-to-be-quoted"]),
        json!({ "DeploymentId": DEPLOYMENT, "Secret": "not-to-be-quoted" }),
        json!({ "LifecycleEventHookExecutionId": EXECUTION, "Secret": "not-to-be-quoted" }),
        json!({ "DeploymentId": 1, "LifecycleEventHookExecutionId": "not-to-be-quoted" }),
    ];
    for event in cases {
        let mut stage = HookScene::default().set_up().await;
        let invocation = stage.function.invoke(event.to_string().as_bytes()).await.unwrap();
        let played = stage.end(vec![invocation]).await;
        assert!(matches!(played.invocations[0].outcome, Outcome::Failed(_)), "{event}: {:?}", played.invocations);
        assert_eq!(played.aws.calls().len(), 0, "{event}");
        assert_eq!(played.hides(&["not-to-be-quoted"]), Ok(()), "{event}");
    }
}
