//! The secret: read once, read again when Slack does not know its credential any more.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::standin::Fault::Answer;
use crate::standin::Standin;
use crate::{message, short, within};

#[tokio::test]
async fn a_secret_is_read_once_a_process() {
    let standin = Standin::with_bot().await;
    let slack = Arc::new(standin.slack());
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let slack = Arc::clone(&slack);
        tasks.spawn(async move { short(&slack.post(&message("failed"), within(20)).await) });
    }
    assert!(tasks.join_all().await.iter().all(|delivery| delivery.starts_with("sent")));
    assert_eq!(standin.counts(), (10, 1));
}

#[tokio::test]
async fn a_rotated_credential_is_read_and_the_call_repeated() {
    // From a token to another, from a webhook to another, from a webhook to a bot.
    let bot = Standin::with_bot().await;
    let (webhook, both) = (Standin::with_webhook().await, Standin::with_webhook().await);
    for (standin, secret) in [
        (&bot, json!({"bot_token": "xoxb-second"})),
        (&webhook, json!({"webhook_url": webhook.webhook("second")})),
        (&both, json!({"bot_token": "xoxb-second"})),
    ] {
        let slack = standin.slack();
        assert!(short(&slack.post(&message("one"), within(20)).await).starts_with("sent"));
        assert_eq!(standin.counts(), (1, 1));
        standin.rotate("xoxb-second", "second");
        standin.set_secret(&secret);
        assert!(short(&slack.post(&message("two"), within(20)).await).starts_with("sent"));
        assert_eq!(standin.counts(), (3, 2), "refused, read, repeated");
        assert!(short(&slack.post(&message("three"), within(20)).await).starts_with("sent"));
        assert_eq!(standin.counts(), (4, 2), "the newer one is kept");
        let texts: Vec<_> = standin.messages().into_iter().map(|(_, body)| body["text"].clone()).collect();
        assert_eq!(texts, ["one", "two", "three"]);
    }
}

#[tokio::test]
async fn many_who_learn_of_a_rotation_read_the_secret_once() {
    let standin = Standin::with_bot().await;
    let slack = Arc::new(standin.slack());
    slack.post(&message("one"), within(20)).await;
    standin.rotate("xoxb-second", "second");
    standin.set_secret(&json!({"bot_token": "xoxb-second"}));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let slack = Arc::clone(&slack);
        tasks.spawn(async move { short(&slack.post(&message("failed"), within(20)).await) });
    }
    assert!(tasks.join_all().await.iter().all(|delivery| delivery.starts_with("sent")));
    assert_eq!(standin.counts().1, 2);
}

#[tokio::test]
async fn the_words_for_a_bad_token_are_final_when_the_secret_has_no_other() {
    for word in ["invalid_auth", "not_authed", "token_expired", "token_revoked"] {
        let standin = Standin::with_bot().await;
        let body: &'static str = format!(r#"{{"ok":false,"error":"{word}"}}"#).leak();
        standin.fail([Answer(200, None, body)]);
        let slack = standin.slack();
        assert_eq!(short(&slack.post(&message("failed"), within(20)).await), format!("refused: {word}"));
        assert_eq!(standin.counts(), (1, 2), "{word}");
        // Somebody puts the right one there: the next message finds it.
        standin.rotate("xoxb-second", "second");
        standin.set_secret(&json!({"bot_token": "xoxb-second"}));
        assert!(short(&slack.post(&message("failed"), within(20)).await).starts_with("sent"));
    }
}

#[tokio::test]
async fn a_newer_token_that_is_bad_too_is_not_replaced_for_ever() {
    let standin = Standin::with_bot().await;
    let slack = standin.slack();
    assert!(short(&slack.post(&message("one"), within(20)).await).starts_with("sent"));
    standin.rotate("xoxb-third", "third");
    standin.set_secret(&json!({"bot_token": "xoxb-second"}));
    assert_eq!(short(&slack.post(&message("two"), within(20)).await), "refused: invalid_auth");
    assert_eq!(standin.counts(), (3, 2));
}

#[tokio::test(start_paused = true)]
async fn without_a_credential_nothing_is_sent_and_the_reason_is_said() {
    let text = |secret: Value| json!({ "SecretString": secret.to_string() });
    for (secret, expected) in [
        (text(json!({"token": "xoxb-hush"})), r#"the secret "launchway/slack" holds neither a "bot_token" nor a"#),
        (text(json!("xoxb-hush")), r#"the secret "launchway/slack" is not a JSON object with "bot_token" or"#),
        (json!({"SecretBinary": "eG94Yi1odXNo"}), r#"the secret "launchway/slack" is not a text"#),
    ] {
        let standin = Standin::with_bot().await;
        standin.set_secret_answer(secret);
        let delivery = short(&standin.slack().post(&message("failed"), within(20)).await);
        assert!(delivery.starts_with(&format!("refused: no_credential: {expected}")), "{delivery}");
        assert!(!delivery.contains("hush") && standin.counts().0 == 0, "{delivery}");
    }
    for (status, body, expected) in [
        (400, r#"{"__type":"ResourceNotFoundException","Message":"gone"}"#, "refused: no_credential: the secret"),
        (400, r#"{"__type":"AccessDeniedException","Message":"no"}"#, "refused: no_credential: the secret"),
        (500, r#"{"__type":"InternalServiceError","Message":"sorry"}"#, "unreachable: the secret"),
    ] {
        let standin = Standin::with_bot().await;
        for _ in 0..4 {
            standin.refuse_secret(status, body);
        }
        let delivery = short(&standin.slack().post(&message("failed"), within(20)).await);
        assert!(delivery.starts_with(expected) && standin.counts().0 == 0, "{delivery}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_secret_that_could_not_be_read_is_read_for_the_next_message() {
    let standin = Standin::with_bot().await;
    let slack = standin.slack();
    standin.refuse_secret(400, r#"{"__type":"AccessDeniedException","Message":"no"}"#);
    assert!(short(&slack.post(&message("one"), within(20)).await).starts_with("refused: no_credential"));
    assert!(short(&slack.post(&message("two"), within(20)).await).starts_with("sent"));
}

#[tokio::test(start_paused = true)]
async fn no_credential_is_printed() {
    let standin = Standin::with_bot().await;
    let slack = standin.slack();
    slack.post(&message("one"), within(20)).await;
    let printed = format!("{slack:?}");
    assert!(printed.contains("launchway/slack") && !printed.contains("xoxb"), "{printed}");
    let unreachable = Standin::with_webhook().await;
    unreachable.set_secret(&json!({"webhook_url": "http://127.0.0.1:1/services/T1/B1/hush"}));
    let delivery = short(&unreachable.slack().post(&message("two"), within(20)).await);
    assert!(delivery.contains("Connection refused") && !delivery.contains("hush"), "{delivery}");
}
