//! Answers in Slack's words.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

use super::blocks::Problem;

/// Why Slack does not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// Slack's word, e.g. `channel_not_found`.
    pub(super) word: String,
    /// What is wrong where, for the words that leave the reader to guess.
    pub(super) details: Vec<String>,
}

impl Refusal {
    pub(super) fn new(word: &str) -> Self {
        Self { word: word.to_owned(), details: Vec::new() }
    }

    pub(super) fn with(word: &str, detail: String) -> Self {
        Self { word: word.to_owned(), details: vec![detail] }
    }

    pub(super) fn blocks(word: &str, problems: &[Problem]) -> Self {
        Self { word: word.to_owned(), details: problems.iter().map(ToString::to_string).collect() }
    }

    /// The Web API refuses with status 200.
    pub(super) fn to_json(&self) -> Response<Bytes> {
        let mut body = json!({ "ok": false, "error": self.word });
        if !self.details.is_empty() {
            let messages: Vec<String> = self.details.iter().map(|detail| format!("[ERROR] {detail}")).collect();
            body["response_metadata"] = json!({ "messages": messages });
        }
        json_response(StatusCode::OK, &body)
    }

    /// An incoming webhook refuses with a status and the word alone
    /// (<https://api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks>).
    pub(super) fn to_text(&self) -> Response<Bytes> {
        let status = match self.word.as_str() {
            "invalid_token" | "action_prohibited" => StatusCode::FORBIDDEN,
            "no_service" | "no_team" | "channel_not_found" => StatusCode::NOT_FOUND,
            "channel_is_archived" => StatusCode::GONE,
            _ => StatusCode::BAD_REQUEST,
        };
        text_response(status, &self.word)
    }
}

pub(super) fn json_response(status: StatusCode, body: &Value) -> Response<Bytes> {
    respond(status, "application/json; charset=utf-8", body.to_string())
}

pub(super) fn text_response(status: StatusCode, body: &str) -> Response<Bytes> {
    respond(status, "text/html", body.to_owned())
}

/// Too many messages. `Retry-After` is in whole seconds.
pub(super) fn too_fast(retry_after: u64, to_webhook: bool) -> Response<Bytes> {
    let status = StatusCode::TOO_MANY_REQUESTS;
    let mut response = if to_webhook {
        text_response(status, "rate_limited")
    } else {
        json_response(status, &json!({ "ok": false, "error": "ratelimited" }))
    };
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(retry_after));
    response
}

fn respond(status: StatusCode, content_type: &'static str, body: String) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
