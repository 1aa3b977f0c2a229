//! An incoming webhook: a URL that takes messages and says little.

use notify::{Posted, SlackMessage};
use serde_json::json;

use crate::standin::Fault::{self, Answer, Hang};
use crate::standin::Standin;
use crate::{message, short, within};

#[tokio::test]
async fn a_webhook_posts_without_channel_and_thread() {
    let standin = Standin::with_webhook().await;
    let reply = SlackMessage { thread: Some("1764000000.000001".to_owned()), ..message("failed") };
    assert_eq!(short(&standin.slack().post(&reply, within(20)).await), "sent");
    let blocks = json!([{"type": "section", "text": {"type": "mrkdwn", "text": "failed"}}]);
    assert_eq!(
        standin.messages(),
        [(
            "webhook".to_owned(),
            json!({"text": "failed", "blocks": blocks, "unfurl_links": false, "unfurl_media": false})
        )]
    );
}

#[tokio::test]
async fn a_webhook_edits_nothing() {
    let standin = Standin::with_webhook().await;
    let posted = Posted { channel: "C0123456789".to_owned(), ts: "1764000000.000001".to_owned() };
    assert_eq!(standin.slack().update(&posted, &message("recovered"), within(20)).await, None);
    assert_eq!(standin.counts().0, 0);
}

#[tokio::test(start_paused = true)]
async fn a_webhooks_answers_are_read() {
    let answer = |status, body| Answer(status, None, body);
    let unreadable = "unreachable: Slack answered with status 200 and a body that cannot be read";
    // What Slack does; what becomes of the message; how often Slack is called.
    let table: Vec<(Vec<Fault>, &str, usize)> = vec![
        (vec![answer(200, "ok\n")], "sent", 1),
        (vec![answer(404, "no_service")], "refused: no_service", 1),
        (vec![answer(403, "action_prohibited")], "refused: action_prohibited", 1),
        (vec![answer(410, "channel_is_archived")], "refused: channel_is_archived", 1),
        (vec![answer(400, "invalid_payload")], "refused: invalid_payload", 1),
        (vec![answer(404, "<html>Not Found</html>")], "refused: HTTP 404", 1),
        (vec![answer(403, "")], "refused: HTTP 403", 1),
        (vec![answer(404, "ok")], "refused: ok", 1),
        (vec![Answer(429, Some("3"), "rate_limited")], "sent", 2),
        (vec![Answer(429, Some("60"), "rate_limited")], "retry after 60 s", 1),
        (vec![answer(500, "rollup_error")], "sent", 2),
        (vec![answer(503, "<html>"); 3], "unreachable: Slack answered with status 503", 3),
        (vec![answer(200, "<html>sign in to the network</html>"); 3], unreadable, 3),
        (vec![answer(200, "no_text"); 3], unreadable, 3),
        (vec![Hang], "sent", 2),
    ];
    for (faults, expected, calls) in table {
        let standin = Standin::with_webhook().await;
        standin.fail(faults);
        let delivery = standin.slack().post(&message("failed"), within(20)).await;
        assert_eq!((short(&delivery).as_str(), standin.counts().0), (expected, calls));
    }
}
