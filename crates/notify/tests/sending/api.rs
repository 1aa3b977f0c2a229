//! Slack's Web API, with a bot's token.

use notify::{Posted, SlackMessage};
use serde_json::json;
use tokio::time::Instant;

use crate::standin::Fault::{self, Answer, Break, Hang};
use crate::standin::Standin;
use crate::{message, short, within};

#[tokio::test]
async fn a_message_is_posted_replied_to_and_edited() {
    let standin = Standin::with_bot().await;
    let slack = standin.slack();
    let first = slack.post(&message("failed"), within(20)).await;
    assert_eq!(short(&first), "sent to C0123456789 at 1764000000.000001");
    let reply = SlackMessage { thread: Some("1764000000.000001".to_owned()), ..message("why") };
    assert_eq!(short(&slack.post(&reply, within(20)).await), "sent to C0123456789 at 1764000000.000002");
    let posted = Posted { channel: "C0123456789".to_owned(), ts: "1764000000.000001".to_owned() };
    let edited = slack.update(&posted, &message("recovered"), within(20)).await.unwrap();
    assert_eq!(short(&edited), "sent to C0123456789 at 1764000000.000001");
    let blocks = |text: &str| json!([{"type": "section", "text": {"type": "mrkdwn", "text": text}}]);
    assert_eq!(
        standin.messages(),
        [
            (
                "chat.postMessage".to_owned(),
                json!({"text": "failed", "blocks": blocks("failed"), "channel": "C0123456789",
                    "unfurl_links": false, "unfurl_media": false})
            ),
            (
                "chat.postMessage".to_owned(),
                json!({"text": "why", "blocks": blocks("why"), "channel": "C0123456789",
                    "thread_ts": "1764000000.000001", "unfurl_links": false, "unfurl_media": false})
            ),
            (
                "chat.update".to_owned(),
                json!({"text": "recovered", "blocks": blocks("recovered"), "channel": "C0123456789",
                    "ts": "1764000000.000001"})
            ),
        ]
    );
}

const SENT: &str = "sent to C0123456789 at 1764000000.000001";

/// Posts with `seconds` left while Slack does `faults`. What became of it, how often Slack was called, and how many
/// seconds went by on the test's clock.
async fn post(faults: &[Fault], seconds: u64) -> (String, usize, u64) {
    let standin = Standin::with_bot().await;
    standin.fail(faults.iter().cloned());
    let slack = standin.slack();
    let start = Instant::now();
    let delivery = slack.post(&message("failed"), within(seconds)).await;
    let taken = (Instant::now() - start).as_secs();
    assert!(standin.counts().1 <= 1, "only a word for a bad token makes the secret worth another look");
    let is_sent = matches!(delivery, notify::SlackDelivery::Sent { .. });
    assert_eq!(standin.messages().len(), usize::from(is_sent));
    (short(&delivery), standin.counts().0, taken)
}

#[tokio::test(start_paused = true)]
async fn what_slack_asks_to_wait_is_waited_if_there_is_time() {
    let busy = |seconds| Answer(429, seconds, r#"{"ok":false,"error":"ratelimited"}"#);
    let table = [
        (vec![busy(Some("7"))], 20, SENT, 2, 7),
        (vec![busy(Some("3")), busy(Some("4")), busy(Some("5")), busy(Some("6"))], 30, SENT, 5, 18),
        (vec![busy(Some("30"))], 20, "retry after 30 s", 1, 0),
        (vec![busy(Some("20"))], 20, "retry after 20 s", 1, 0),
        (vec![busy(Some("5")), busy(Some("5")), busy(Some("15"))], 20, "retry after 15 s", 3, 10),
        (vec![busy(None)], 20, SENT, 2, 1),
        (vec![busy(Some("0"))], 20, SENT, 2, 1),
        (vec![busy(Some("soon"))], 20, SENT, 2, 1),
        (vec![busy(Some("18446744073709551615"))], 20, "retry after 86400 s", 1, 0),
        (vec![Answer(200, Some("2"), r#"{"ok":false,"error":"ratelimited"}"#)], 20, SENT, 2, 2),
        (vec![Answer(429, Some("2"), "<html>")], 20, SENT, 2, 2),
    ];
    for (faults, seconds, expected, calls, taken) in table {
        assert_eq!(post(&faults, seconds).await, (expected.to_owned(), calls, taken));
    }
}

#[tokio::test(start_paused = true)]
async fn what_may_pass_is_tried_three_times_while_there_is_time() {
    let own = |word| Answer(200, None, word);
    let unreadable = "unreachable: Slack answered with status 200 and a body that cannot be read";
    let hung = "unreachable: Slack gave no answer in the time there was";
    let table = [
        (vec![Answer(500, None, "")], 20, SENT, 2),
        (vec![Answer(503, None, "<html>"), Answer(502, None, "")], 20, SENT, 3),
        (vec![Answer(500, None, ""); 3], 20, "unreachable: Slack answered with status 500", 3),
        (vec![Answer(500, None, ""); 3], 2, "unreachable: Slack answered with status 500", 2),
        (vec![Answer(500, None, ""); 3], 1, "unreachable: Slack answered with status 500", 1),
        (vec![own(r#"{"ok":false,"error":"internal_error"}"#)], 20, SENT, 2),
        (vec![own(r#"{"ok":false,"error":"fatal_error"}"#); 3], 20, "unreachable: Slack answered with fatal_error", 3),
        (vec![own("<html>sorry</html>"); 3], 20, unreadable, 3),
        (vec![own(r#"{"ok":false}"#); 3], 20, unreadable, 3),
        (vec![own("[]"), own("")], 20, SENT, 3),
        (vec![Answer(302, None, "")], 20, SENT, 2),
        (vec![Hang], 20, SENT, 2),
        (vec![Hang; 3], 60, hung, 3),
        (vec![Hang; 3], 5, hung, 1),
    ];
    for (faults, seconds, expected, calls) in table {
        let (delivery, called, _) = post(&faults, seconds).await;
        assert_eq!((delivery.as_str(), called), (expected, calls));
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_is_over_by_its_deadline() {
    for faults in [vec![Hang; 3], vec![Answer(429, Some("2"), ""); 20], vec![Answer(500, None, ""), Hang]] {
        for seconds in [0, 1, 5, 13] {
            let (delivery, _, taken) = post(&faults, seconds).await;
            assert!(taken <= seconds && !delivery.starts_with("sent"), "{delivery} in {taken} of {seconds} s");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_broken_answer_is_one_that_may_pass() {
    assert_eq!(post(&[Break], 20).await.0, SENT);
    let (delivery, calls, _) = post(&[Break, Break, Break], 20).await;
    assert!(delivery.starts_with("unreachable: Slack cannot be reached: ") && calls == 3, "{delivery}");
}

#[tokio::test(start_paused = true)]
async fn what_slack_refuses_is_refused_once_with_its_word() {
    for (status, body, expected) in [
        (200, r#"{"ok":false,"error":"channel_not_found"}"#, "refused: channel_not_found"),
        (200, r#"{"ok":false,"error":"msg_blocks_too_long"}"#, "refused: msg_blocks_too_long"),
        (200, r#"{"ok":false,"error":"account_inactive"}"#, "refused: account_inactive"),
        (200, r#"{"error":"not_in_channel"}"#, "refused: not_in_channel"),
        (
            200,
            r#"{"ok":false,"error":"invalid_blocks","response_metadata":{"messages":["[ERROR] a\nb","[ERROR] c"]}}"#,
            "refused: invalid_blocks: [ERROR] a b; [ERROR] c",
        ),
        (403, r#"{"ok":false,"error":"team_access_not_granted"}"#, "refused: team_access_not_granted"),
        (404, "<html>", "refused: HTTP 404"),
        (400, "", "refused: HTTP 400"),
    ] {
        let (delivery, calls, taken) = post(&[Answer(status, None, body)], 20).await;
        assert_eq!((delivery.as_str(), calls, taken), (expected, 1, 0));
    }
    let standin = Standin::with_bot().await;
    let elsewhere = SlackMessage { channel: "C9".to_owned(), ..message("failed") };
    assert_eq!(short(&standin.slack().post(&elsewhere, within(20)).await), "refused: channel_not_found");
    let wrong = SlackMessage { blocks: json!({}), ..message("failed") };
    assert_eq!(
        short(&standin.slack().post(&wrong, within(20)).await),
        "refused: invalid_blocks: [ERROR] must be an array "
    );
}
