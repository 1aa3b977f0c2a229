//! Where a message ends up when Slack or SNS does not take it: SNS on time, nothing lost, nothing twice.

use std::time::Duration;

use http::StatusCode;
use launchway::slack::Fault as SlackFault;
use launchway::standin::Times;
use launchway::standin::aws::Fault;
use serde_json::Value;

use super::scene::{CHANNEL, Desk, EXECUTION, QUEUE, Told, outcome, smoke_test_failed, stage_event};

const POST: &str = "chat.postMessage";

fn failure() -> Value {
    stage_event(EXECUTION, "Staging", "FAILED", 100)
}

async fn desk() -> Desk {
    let desk = Desk::open().await;
    desk.show_actions(vec![smoke_test_failed(10)]);
    desk
}

/// What SNS, Slack and the queue have.
fn counts(desk: &Desk) -> (usize, usize, usize) {
    (desk.aws.notifications().len(), desk.slack.messages().len(), desk.aws.queued().len())
}

#[tokio::test]
async fn what_passes_is_waited_for() {
    for fault in [SlackFault::TooFast(1), SlackFault::InternalError, SlackFault::Close] {
        let desk = desk().await;
        desk.slack.order_fault(POST, fault.clone(), Times::Count(2));
        let told = desk.tell(&[failure()]).await;
        assert_eq!((told.outcomes(), counts(&desk)), (vec!["said".to_owned()], (1, 1, 0)), "{fault:?}");
        desk.close(vec![told]);
    }
}

#[tokio::test]
async fn what_lasts_is_tried_again_by_lambda_without_a_second_notification() {
    for fault in [SlackFault::TooFast(3600), SlackFault::InternalError, SlackFault::Hang] {
        let mut desk = desk().await;
        desk.timeout = Duration::from_secs(6);
        desk.slack.order_fault(POST, fault.clone(), Times::Always);
        let mut function = desk.function().await;
        let event = failure().to_string().into_bytes();
        let first = function.invoke(&event).await.unwrap();
        assert_eq!((outcome(&first.outcome), counts(&desk)), ("failed".to_owned(), (1, 0, 0)), "{fault:?}");
        let id = first.request_id.clone();
        let second = function.invoke_again_and_kill(&id, &event, std::future::pending()).await.unwrap();
        assert_eq!((outcome(&second.outcome), counts(&desk)), ("failed".to_owned(), (1, 0, 0)), "{fault:?}");
        desk.slack.clear_faults();
        let third = function.invoke_again_and_kill(&id, &event, std::future::pending()).await.unwrap();
        assert_eq!((outcome(&third.outcome), counts(&desk)), ("said".to_owned(), (1, 1, 0)), "{fault:?}");
        let invocations = vec![first, second, third];
        desk.close(vec![Told { invocations, log: function.stop().await }]);
    }
}

#[tokio::test]
async fn what_is_refused_is_kept_with_the_word() {
    for word in ["channel_not_found", "invalid_auth", "invalid_blocks"] {
        let desk = desk().await;
        desk.slack.order_fault(POST, SlackFault::Refuse(word.to_owned()), Times::Always);
        let told = desk.tell(&[failure(), failure()]).await;
        assert_eq!(
            (told.outcomes(), counts(&desk)),
            (vec!["said".to_owned(), "silent".to_owned()], (1, 0, 1)),
            "{word}"
        );
        let kept = &desk.aws.queued()[0];
        assert_eq!((kept.queue.as_str(), &kept.attributes["reason"]["StringValue"]), (QUEUE, &Value::from(word)));
        assert!(kept.body.contains("a customer can check out"), "{}", kept.body);
        let said = told.log.lines().filter(|line| line.contains("\"ERROR\"") && line.contains(word)).count();
        assert_eq!(said, 1, "{word}: {}", told.log);
        desk.close(vec![told]);
    }
}

#[tokio::test]
async fn a_refusal_that_nothing_keeps_is_tried_again() {
    let desk = desk().await;
    desk.slack.order_fault(POST, SlackFault::Refuse("is_archived".to_owned()), Times::Always);
    let denied = Fault::Refuse(StatusCode::BAD_REQUEST, "AccessDenied", "not authorized".to_owned());
    desk.aws.order_fault("SendMessage", denied, Times::Always);
    let told = desk.tell(&[failure()]).await;
    assert_eq!((told.outcomes(), counts(&desk)), (vec!["failed".to_owned()], (1, 0, 0)));
    desk.close(vec![told]);
}

#[tokio::test]
async fn a_new_token_is_read_when_the_old_one_is_refused() {
    let desk = desk().await;
    desk.show_actions(vec![smoke_test_failed(10)]);
    let mut function = desk.function().await;
    let first = function.invoke(failure().to_string().as_bytes()).await.unwrap();
    desk.slack.replace_token("xoxb-the-next-token");
    desk.rotate("xoxb-the-next-token");
    let recovered = stage_event("next", "Staging", "SUCCEEDED", 200);
    let second = function.invoke(recovered.to_string().as_bytes()).await.unwrap();
    assert_eq!([outcome(&first.outcome), outcome(&second.outcome)], ["said", "said"]);
    assert_eq!(counts(&desk), (2, 2, 0));
    desk.close(vec![Told { invocations: vec![first, second], log: function.stop().await }]);
}

#[tokio::test]
async fn sns_that_fails_does_not_keep_slack_waiting() {
    let mut desk = desk().await;
    desk.timeout = Duration::from_secs(6);
    desk.aws.order_fault("Publish", Fault::InternalError, Times::Always);
    let told = desk.tell(&[failure()]).await;
    assert_eq!((told.outcomes(), counts(&desk)), (vec!["failed".to_owned()], (0, 1, 0)));
    desk.close(vec![told]);
}

#[tokio::test]
async fn a_table_that_is_not_there_stops_no_alert() {
    for fault in [
        Fault::Refuse(StatusCode::BAD_REQUEST, "ResourceNotFoundException", "Requested resource not found".to_owned()),
        Fault::InternalError,
    ] {
        let desk = desk().await;
        for operation in ["GetItem", "UpdateItem", "Query"] {
            desk.aws.order_fault(operation, fault.clone(), Times::Always);
        }
        let told = desk.tell(&[failure()]).await;
        assert_eq!((told.outcomes(), counts(&desk)), (vec!["said".to_owned()], (1, 1, 0)));
        assert!(told.log.contains("it may be said twice"), "{}", told.log);
        desk.close(vec![told]);
    }
}

#[tokio::test]
async fn a_webhook_has_neither_threads_nor_edits() {
    let desk = desk().await;
    desk.use_webhook();
    let events = [
        failure(),
        stage_event(EXECUTION, "Staging", "STARTED", 110),
        stage_event(EXECUTION, "Staging", "SUCCEEDED", 120),
    ];
    let told = desk.tell(&events).await;
    assert_eq!((told.outcomes(), counts(&desk)), (["said", "silent", "said"].map(str::to_owned).to_vec(), (2, 2, 0)));
    let messages = desk.slack.messages();
    assert!(
        messages.iter().all(|message| message.by_webhook && message.thread_ts.is_none() && message.edits.is_empty())
    );
    assert!(messages.iter().all(|message| message.channel == CHANNEL));
    desk.close(vec![told]);
}

#[tokio::test]
async fn a_wrong_setting_is_told_with_the_alert() {
    for (name, value, told_of) in [
        ("ROUTES", r#"{"default":{"channel":""}}"#, "ROUTES cannot be followed"),
        ("NOISE", "loud", "NOISE is \"loud\""),
        ("LEDGER_TABLE", "", "LEDGER_TABLE is not set"),
    ] {
        let desk = Desk::with(|environment| {
            environment.insert(name.to_owned(), value.to_owned());
        })
        .await;
        desk.show_actions(vec![smoke_test_failed(10)]);
        let told = desk.tell(&[failure()]).await;
        assert_eq!(told.outcomes(), ["said"], "{name}");
        let body = desk.aws.notifications()[0].body.clone();
        assert!(body.contains(told_of), "{body}");
        assert_eq!(desk.slack.messages().len(), usize::from(name != "ROUTES"));
        desk.close(vec![told]);
    }
}
