//! What Slack's answers mean.

use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use serde_json::Value;

use super::message::{Posted, SlackDelivery};

/// A whole answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// Seconds of the header `Retry-After`.
    pub(crate) retry_after: Option<u64>,
    pub(crate) body: Bytes,
}

/// The shortest wait: about one message a second is what a channel takes (Slack, "Rate limits").
const SHORTEST_WAIT: Duration = Duration::from_secs(1);

/// A longer wait is none that a function could plan with, and would overflow a clock.
const LONGEST_WAIT: Duration = Duration::from_hours(24);

/// Words by which Slack says that it failed itself, in an answer with status 200.
const SLACKS_OWN: [&str; 4] = ["fatal_error", "internal_error", "request_timeout", "service_unavailable"];

/// Words by which Slack asks to wait, beside the status 429.
const TOO_MANY: [&str; 2] = ["ratelimited", "rate_limited"];

/// The Web API answers with JSON and, unless it is busy, with status 200: `{"ok":false,"error":"channel_not_found"}`.
pub(crate) fn of_api(answer: &Answer) -> SlackDelivery {
    if let Some(delivery) = of_status(answer) {
        return delivery;
    }
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    match (body["ok"].as_bool(), body["error"].as_str()) {
        (Some(true), _) => {
            let posted = body["channel"].as_str().zip(body["ts"].as_str());
            let posted = posted.map(|(channel, ts)| Posted { channel: channel.to_owned(), ts: ts.to_owned() });
            SlackDelivery::Sent { posted }
        }
        (_, Some(word)) => of_word(answer, word, detail(&body)),
        _ => unreadable(answer),
    }
}

/// A webhook answers with a word, which is `ok` or says what is wrong, and a status to match.
pub(crate) fn of_webhook(answer: &Answer) -> SlackDelivery {
    if let Some(delivery) = of_status(answer) {
        return delivery;
    }
    match word_of(&answer.body) {
        Some("ok") if answer.status == StatusCode::OK => SlackDelivery::Sent { posted: None },
        Some(word) if answer.status.is_client_error() => of_word(answer, word, None),
        _ => unreadable(answer),
    }
}

/// What the status alone says.
fn of_status(answer: &Answer) -> Option<SlackDelivery> {
    if answer.status == StatusCode::TOO_MANY_REQUESTS {
        return Some(retry(answer));
    }
    let reason = format!("Slack answered with status {}", answer.status.as_u16());
    answer.status.is_server_error().then_some(SlackDelivery::Unreachable { reason })
}

fn of_word(answer: &Answer, word: &str, detail: Option<String>) -> SlackDelivery {
    if TOO_MANY.contains(&word) {
        return retry(answer);
    }
    if SLACKS_OWN.contains(&word) {
        return SlackDelivery::Unreachable { reason: format!("Slack answered with {word}") };
    }
    SlackDelivery::Refused { word: printable(word, 100), detail }
}

fn retry(answer: &Answer) -> SlackDelivery {
    let after = Duration::from_secs(answer.retry_after.unwrap_or_default());
    SlackDelivery::Retry { after: after.clamp(SHORTEST_WAIT, LONGEST_WAIT) }
}

/// A page instead of an answer: a proxy's, or a maintenance notice. With a status of refusal it refuses; with any other
/// nobody knows what became of the message.
fn unreadable(answer: &Answer) -> SlackDelivery {
    let status = answer.status.as_u16();
    if answer.status.is_client_error() {
        return SlackDelivery::refused(format!("HTTP {status}"));
    }
    SlackDelivery::Unreachable { reason: format!("Slack answered with status {status} and a body that cannot be read") }
}

/// `response_metadata.messages` tells which block is wrong, and how.
fn detail(body: &Value) -> Option<String> {
    let messages = body["response_metadata"]["messages"].as_array()?;
    let text = messages.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("; ");
    (!text.is_empty()).then(|| printable(&text, 500))
}

/// A body that is one of Slack's words, not a page.
fn word_of(body: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(body).ok()?.trim();
    let is_word = !text.is_empty() && text.len() <= 100;
    (is_word && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'))
        .then_some(text)
}

/// Fit for a log line.
fn printable(text: &str, limit: usize) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(limit).collect()
}
