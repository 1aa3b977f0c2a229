use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};

use super::{Fault, Slack, SlackSettings, Webhook};
use crate::standin::Times;

const TOKEN: &str = "xoxb-1";

async fn workspace(pace: Option<Duration>) -> Slack {
    let settings = SlackSettings {
        bot_token: TOKEN.into(),
        channels: [("C1".to_owned(), "deploys".to_owned()), ("C2".to_owned(), "ops".to_owned())].into(),
        webhook: Some(Webhook { path: "/services/T/B/x".into(), channel: "C2".into() }),
        pace,
    };
    Slack::start(settings).await.unwrap()
}

/// Status, `Retry-After` and body; nothing when the connection was closed.
async fn post(
    url: &str,
    token: Option<&str>,
    content_type: &str,
    body: String,
) -> Option<(u16, Option<String>, String)> {
    let tls = http_stack::client_config(None).unwrap();
    let client = http_stack::client::<Full<Bytes>>(&tls);
    let mut request = http::Request::post(url).header("content-type", content_type);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let answer = client.request(request.body(Full::new(Bytes::from(body))).unwrap()).await.ok()?;
    let retry = answer.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    Some((status, retry, String::from_utf8(body.to_vec()).unwrap()))
}

async fn call(slack: &Slack, method: &str, arguments: &Value) -> Value {
    let url = format!("{}/{method}", slack.url());
    let (_, _, body) = post(&url, Some(TOKEN), "application/json; charset=utf-8", arguments.to_string()).await.unwrap();
    serde_json::from_str(&body).unwrap()
}

#[tokio::test]
async fn a_message_its_thread_and_its_edit() {
    let slack = workspace(None).await;
    let first = call(&slack, "chat.postMessage", &json!({ "channel": "C1", "text": "*failed*" })).await;
    assert_eq!((&first["ok"], &first["channel"]), (&json!(true), &json!("C1")));
    let reply = json!({ "channel": "C1", "text": "again", "thread_ts": first["ts"] });
    let second = call(&slack, "chat.postMessage", &reply).await;
    assert_eq!(second["message"]["thread_ts"], first["ts"]);
    let divider = json!([{ "type": "divider" }]);
    let edit = json!({ "channel": "C1", "ts": first["ts"], "text": "recovered", "blocks": divider });
    assert_eq!(call(&slack, "chat.update", &edit).await["text"], "recovered");
    let of_reply = json!({ "channel": "C1", "ts": second["ts"], "blocks": divider });
    assert_eq!(call(&slack, "chat.update", &of_reply).await["text"], "again");
    let text_alone = json!({ "channel": "C1", "ts": second["ts"], "text": "once more" });
    assert_eq!(call(&slack, "chat.update", &text_alone).await["message"]["blocks"], json!([]));

    let messages = slack.messages();
    assert_eq!(messages.len(), 2);
    assert_eq!((messages[0].text.as_str(), messages[0].blocks.len()), ("recovered", 1));
    assert_eq!((messages[0].edits[0].text.as_str(), messages[0].edits.len()), ("*failed*", 1));
    assert_eq!([messages[0].thread(), messages[1].thread()], [messages[0].ts.as_str(); 2]);
    assert_eq!(slack.calls().iter().filter(|call| call.status == Some(200) && call.error.is_none()).count(), 5);
}

#[tokio::test]
async fn slack_refuses_in_its_own_words() {
    let slack = workspace(None).await;
    let first = call(&slack, "chat.postMessage", &json!({ "channel": "C1", "text": "x" })).await;
    let reply = json!({ "channel": "C1", "text": "x", "thread_ts": first["ts"] });
    let reply = call(&slack, "chat.postMessage", &reply).await;
    let long_header = json!([{ "type": "header", "text": { "type": "plain_text", "text": "x".repeat(151) } }]);
    let section = json!({ "type": "section", "text": { "type": "mrkdwn", "text": "x".repeat(3000) } });
    let table = [
        ("chat.postMessage", json!({ "channel": "C3", "text": "x" }), "channel_not_found"),
        ("chat.postMessage", json!({ "text": "x" }), "channel_not_found"),
        ("chat.postMessage", json!({ "channel": "C1" }), "no_text"),
        ("chat.postMessage", json!({ "channel": "C1", "text": "", "blocks": [] }), "no_text"),
        ("chat.postMessage", json!({ "channel": "C1", "text": "x", "thread_ts": "1.000000" }), "thread_not_found"),
        ("chat.postMessage", json!({ "channel": "C2", "text": "x", "thread_ts": first["ts"] }), "thread_not_found"),
        (
            "chat.postMessage",
            json!({ "channel": "C1", "text": "x", "thread_ts": reply["ts"] }),
            "cannot_reply_to_message",
        ),
        ("chat.postMessage", json!({ "channel": "C1", "text": "x", "blocks": long_header }), "invalid_blocks"),
        ("chat.postMessage", json!({ "channel": "C1", "text": "a & b" }), "invalid_blocks"),
        ("chat.postMessage", json!({ "channel": "C1", "blocks": "[" }), "invalid_blocks_format"),
        ("chat.postMessage", json!({ "channel": "C1", "blocks": vec![section; 5] }), "msg_blocks_too_long"),
        ("chat.postMessage", json!({ "channel": "C1", "text": "x".repeat(40_001) }), "msg_too_long"),
        ("chat.postMessage", json!({ "channel": "C1", "text": "x", "icon": "y" }), "invalid_arguments"),
        ("chat.postMessage", json!([]), "json_not_object"),
        ("chat.update", json!({ "channel": "C1", "ts": "1.000000", "text": "x" }), "message_not_found"),
        ("chat.update", json!({ "channel": "C3", "ts": first["ts"], "text": "x" }), "channel_not_found"),
        ("chat.update", json!({ "channel": "C1", "ts": first["ts"] }), "no_text"),
        ("chat.update", json!({ "channel": "C1", "ts": first["ts"], "text": "x".repeat(4001) }), "msg_too_long"),
        ("chat.delete", json!({}), "unknown_method"),
    ];
    for (method, arguments, word) in table {
        let answer = call(&slack, method, &arguments).await;
        assert_eq!((&answer["ok"], &answer["error"]), (&json!(false), &json!(word)), "{method} {arguments}");
    }
    assert_eq!(slack.messages().len(), 2);
    let said = call(&slack, "chat.postMessage", &json!({ "channel": "C1", "blocks": [{ "type": "x" }] })).await;
    let messages = &said["response_metadata"]["messages"];
    assert_eq!(messages, &json!(["[ERROR] unsupported type: x [json-pointer:/blocks/0/type]"]));
}

#[tokio::test]
async fn tokens_and_content_types() {
    let slack = workspace(None).await;
    let url = format!("{}/chat.postMessage", slack.url());
    let json = json!({ "channel": "C1", "text": "x" }).to_string();
    let form = "application/x-www-form-urlencoded";
    let table = [
        (None, "application/json", json.as_str(), "\"not_authed\""),
        (Some("xoxb-2"), "application/json", &json, "\"invalid_auth\""),
        (Some(TOKEN), "text/plain", &json, "\"invalid_post_type\""),
        (Some(TOKEN), "application/json", "{", "\"invalid_json\""),
        (None, form, "token=xoxb-1&channel=C1&text=a+b%21", "\"text\":\"a b!\""),
        (None, form, "token=xoxb-2&channel=C1&text=a", "\"invalid_auth\""),
    ];
    for (token, content_type, body, expected) in table {
        let (status, _, answer) = post(&url, token, content_type, body.to_owned()).await.unwrap();
        assert!(status == 200 && answer.contains(expected), "{body}: {answer}");
    }
    slack.replace_token("xoxb-2");
    let (_, _, answer) = post(&url, Some(TOKEN), "application/json", json).await.unwrap();
    assert!(answer.contains("invalid_auth"), "{answer}");
}

#[tokio::test]
async fn the_webhook() {
    let slack = workspace(None).await;
    let url = slack.webhook_url().unwrap();
    let elsewhere = url.replace("/x", "/y");
    let table = [
        (&url, r#"{"text":"x"}"#, (200, "ok")),
        (&url, r#"{"text":""}"#, (400, "no_text")),
        (&url, "{", (400, "invalid_payload")),
        (&url, r#"{"text":"x","channel":"C1"}"#, (400, "invalid_payload")),
        (&url, r#"{"blocks":[{"type":"x"}]}"#, (400, "invalid_blocks")),
        (&elsewhere, r#"{"text":"x"}"#, (404, "no_service")),
    ];
    for (url, body, (status, word)) in table {
        let answer = post(url, None, "application/json", body.to_owned()).await.unwrap();
        assert_eq!((answer.0, answer.2.as_str()), (status, word), "{url} {body}");
    }
    let messages = slack.messages();
    assert_eq!((messages.len(), messages[0].channel_name.as_str()), (1, "ops"));
    let edit = json!({ "channel": "C2", "ts": messages[0].ts, "text": "y" });
    assert_eq!(call(&slack, "chat.update", &edit).await["error"], "cant_update_message");
}

#[tokio::test]
async fn bad_days() {
    let slack = workspace(None).await;
    let url = format!("{}/chat.postMessage", slack.url());
    let body = json!({ "channel": "C1", "text": "x" }).to_string();
    for (fault, expected) in [
        (Fault::TooFast(7), Some((429, Some("7".to_owned()), "ratelimited"))),
        (Fault::InternalError, Some((500, None, "Server Error"))),
        (Fault::Refuse("token_revoked".into()), Some((200, None, "token_revoked"))),
        (Fault::Close, None),
        (Fault::LoseAnswer, None),
    ] {
        slack.order_fault("chat.postMessage", fault.clone(), Times::Count(1));
        let answer = post(&url, Some(TOKEN), "application/json", body.clone()).await;
        match (answer, expected) {
            (None, None) => {}
            (Some((status, retry, text)), Some((expected, seconds, word))) => {
                assert_eq!((status, retry), (expected, seconds), "{fault:?}");
                assert!(text.contains(word), "{fault:?}: {text}");
            }
            (answer, expected) => panic!("{fault:?}: {answer:?}, {expected:?}"),
        }
    }
    // Of all these only the message whose answer was lost is there.
    assert_eq!(slack.messages().len(), 1);

    slack.order_fault("webhook", Fault::TooFast(2), Times::Always);
    let hook = slack.webhook_url().unwrap();
    let answer = post(&hook, None, "application/json", body.clone()).await.unwrap();
    assert_eq!(answer, (429, Some("2".to_owned()), "rate_limited".to_owned()));
    slack.clear_faults();

    slack.order_fault("chat.postMessage", Fault::Hang, Times::Count(1));
    let mut changes = slack.changes();
    changes.mark_unchanged();
    let hanging = tokio::spawn(async move { post(&url, Some(TOKEN), "application/json", body).await });
    changes.changed().await.unwrap();
    assert!(!hanging.is_finished() && slack.calls().last().unwrap().status.is_none());
    hanging.abort();
}

#[tokio::test]
async fn a_channel_takes_its_time() {
    let slack = workspace(Some(Duration::from_hours(1))).await;
    let url = format!("{}/chat.postMessage", slack.url());
    let body = |channel: &str| json!({ "channel": channel, "text": "x" }).to_string();
    for (channel, expected) in [("C1", 200), ("C1", 429), ("C2", 200)] {
        let (status, retry, _) = post(&url, Some(TOKEN), "application/json", body(channel)).await.unwrap();
        assert_eq!((status, retry), (expected, (expected == 429).then(|| "3600".to_owned())), "{channel}");
    }
    assert_eq!(slack.messages().len(), 2);
}
