//! The incoming webhook: it posts into one channel, answers `ok` and nothing else, and its messages stay as they are.

use bytes::Bytes;
use http::{Method, Request, header};
use serde_json::Value;

use super::answer::Refusal;
use super::asked::{self, Arguments};
use super::method::content;
use super::workspace::{Draft, NotPosted, Workspace};

const TEXT_LIMIT: usize = 40_000;

/// What a webhook takes. `thread_ts` works at Slack, but nobody can know one: the answer has none.
const MEMBERS: [&str; 4] = ["text", "blocks", "unfurl_links", "unfurl_media"];

pub(super) fn post(workspace: &mut Workspace, channel: &str, request: &Request<Bytes>) -> Result<(), NotPosted> {
    let arguments = payload(request).map_err(NotPosted::Refused)?;
    if let Some(unknown) = arguments.keys().find(|name| !MEMBERS.contains(&name.as_str())) {
        let detail = format!("the stand-in does not know the member {unknown:?} of a webhook's payload");
        return Err(NotPosted::Refused(Refusal::with("invalid_payload", detail)));
    }
    let (text, blocks) = content(&arguments, TEXT_LIMIT).map_err(NotPosted::Refused)?;
    let blocks = blocks.unwrap_or_default();
    if text.is_none() && blocks.is_empty() {
        return Err(NotPosted::Refused(Refusal::new("no_text")));
    }
    let text = text.unwrap_or_default();
    workspace.post(Draft { channel: channel.to_owned(), text, blocks, thread: None, by_webhook: true })?;
    Ok(())
}

/// JSON as the body, or in the form field `payload`.
fn payload(request: &Request<Bytes>) -> Result<Arguments, Refusal> {
    let invalid = || Refusal::new("invalid_payload");
    if request.method() != Method::POST {
        return Err(invalid());
    }
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let body: Value = if content_type.is_some_and(|value| value.starts_with("application/x-www-form-urlencoded")) {
        let payload = asked::text(&asked::form(request.body()), "payload").ok_or_else(invalid)?;
        serde_json::from_str(&payload).map_err(|_| invalid())?
    } else {
        serde_json::from_slice(request.body()).map_err(|_| invalid())?
    };
    match body {
        Value::Object(arguments) => Ok(arguments),
        _ => Err(invalid()),
    }
}
