//! One call to Slack.

use std::time::Duration;

use aws_call::{HttpClient, causes};
use aws_smithy_types::body::SdkBody;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http_body_util::{BodyExt, Limited};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::answer::{self, Answer};
use super::credential::Hidden;
use super::message::{Posted, SlackDelivery, SlackMessage};

/// The longest that one call may take. Slack answers within a second; what hangs is better begun anew.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// Longest answer that is read. Slack repeats the message, of at most some 40 KB.
const SIZE_LIMIT: usize = 256 * 1024;

/// A call, and how its answer is read.
pub(crate) struct Call {
    url: String,
    token: Option<Hidden>,
    body: Value,
    read: fn(&Answer) -> SlackDelivery,
}

impl Call {
    pub(crate) fn post(api_url: &str, token: &Hidden, message: &SlackMessage) -> Self {
        let mut body = content(message);
        body["channel"] = json!(message.channel);
        if let Some(thread) = &message.thread {
            body["thread_ts"] = json!(thread);
        }
        without_previews(&mut body);
        Self::api(format!("{api_url}/chat.postMessage"), token, body)
    }

    pub(crate) fn update(api_url: &str, token: &Hidden, posted: &Posted, message: &SlackMessage) -> Self {
        let mut body = content(message);
        body["channel"] = json!(posted.channel);
        body["ts"] = json!(posted.ts);
        Self::api(format!("{api_url}/chat.update"), token, body)
    }

    pub(crate) fn webhook(url: &Hidden, message: &SlackMessage) -> Self {
        let mut body = content(message);
        without_previews(&mut body);
        Self { url: url.reveal().to_owned(), token: None, body, read: answer::of_webhook }
    }

    fn api(url: String, token: &Hidden, body: Value) -> Self {
        Self { url, token: Some(token.clone()), body, read: answer::of_api }
    }

    /// Makes the call; it is over by `deadline`.
    pub(crate) async fn make(self, http: &HttpClient, deadline: Instant) -> SlackDelivery {
        let read = self.read;
        // No error of this function names the URL, which may be the secret.
        let Some(request) = self.request() else { return SlackDelivery::refused("invalid_request") };
        let limit = deadline.min(Instant::now() + TIME_LIMIT);
        let exchange = async {
            let answer = http.request(request).await.map_err(|error| causes(&error))?;
            let (head, body) = answer.into_parts();
            let body = Limited::new(body, SIZE_LIMIT).collect().await.map_err(|error| causes(&*error))?;
            let retry_after = head.headers.get(RETRY_AFTER).and_then(|after| after.to_str().ok()?.trim().parse().ok());
            Ok(Answer { status: head.status, retry_after, body: body.to_bytes() })
        };
        match tokio::time::timeout_at(limit, exchange).await {
            Ok(Ok(answer)) => read(&answer),
            Ok(Err(reason)) => {
                let reason: String = reason;
                SlackDelivery::Unreachable { reason: format!("Slack cannot be reached: {reason}") }
            }
            Err(_) => SlackDelivery::Unreachable { reason: "Slack gave no answer in the time there was".to_owned() },
        }
    }

    fn request(self) -> Option<http::Request<SdkBody>> {
        let mut request = http::Request::post(self.url).header(CONTENT_TYPE, "application/json; charset=utf-8");
        if let Some(token) = self.token {
            let mut value = HeaderValue::from_str(&format!("Bearer {}", token.reveal())).ok()?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        request.body(SdkBody::from(self.body.to_string())).ok()
    }
}

fn content(message: &SlackMessage) -> Value {
    json!({"text": message.text, "blocks": message.blocks})
}

/// An alert is full of links; their previews would bury it.
fn without_previews(body: &mut Value) {
    body["unfurl_links"] = json!(false);
    body["unfurl_media"] = json!(false);
}
