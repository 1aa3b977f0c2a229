//! The methods of the Web API.

use serde_json::{Value, json};

use super::answer::Refusal;
use super::asked::{self, Arguments};
use super::blocks::{self, Texts};
use super::message::Message;
use super::workspace::{Draft, NotPosted, Workspace};

/// Slack cuts a longer text; what it would cut is refused here, because nobody would see it
/// (<https://docs.slack.dev/reference/methods/chat.postMessage>, "Truncating content").
const POST_TEXT_LIMIT: usize = 40_000;

/// "The text field cannot exceed 4,000 characters" (<https://docs.slack.dev/reference/methods/chat.update>).
const UPDATE_TEXT_LIMIT: usize = 4_000;

/// Does what the method says.
pub(super) fn answer(
    workspace: &mut Workspace,
    method: &str,
    token: Option<&str>,
    arguments: &Arguments,
) -> Result<Value, NotPosted> {
    let known: &[&str] = match method {
        "chat.postMessage" => &["channel", "text", "blocks", "thread_ts", "unfurl_links", "unfurl_media"],
        "chat.update" => &["channel", "ts", "text", "blocks"],
        _ => return Err(NotPosted::Refused(Refusal::new("unknown_method"))),
    };
    match token {
        None => return Err(NotPosted::Refused(Refusal::new("not_authed"))),
        Some(token) if token != workspace.bot_token => return Err(NotPosted::Refused(Refusal::new("invalid_auth"))),
        Some(_) => {}
    }
    if let Some(unknown) = arguments.keys().find(|name| !known.contains(&name.as_str())) {
        let detail = format!("the stand-in does not know the argument {unknown:?} of {method}");
        return Err(NotPosted::Refused(Refusal::with("invalid_arguments", detail)));
    }
    if method == "chat.update" {
        return update(workspace, arguments).map_err(NotPosted::Refused);
    }
    let draft = draft(arguments, POST_TEXT_LIMIT).map_err(NotPosted::Refused)?;
    let message = workspace.post(draft)?;
    Ok(json!({ "ok": true, "channel": message.channel, "ts": message.ts, "message": shown(message) }))
}

fn draft(arguments: &Arguments, limit: usize) -> Result<Draft, Refusal> {
    let channel = asked::text(arguments, "channel").ok_or_else(|| Refusal::new("channel_not_found"))?;
    let (text, blocks) = content(arguments, limit)?;
    let thread = asked::text(arguments, "thread_ts");
    let blocks = blocks.unwrap_or_default();
    if text.is_none() && blocks.is_empty() {
        return Err(Refusal::new("no_text"));
    }
    Ok(Draft { channel, text: text.unwrap_or_default(), blocks, thread, by_webhook: false })
}

fn update(workspace: &mut Workspace, arguments: &Arguments) -> Result<Value, Refusal> {
    let channel = asked::text(arguments, "channel").ok_or_else(|| Refusal::new("channel_not_found"))?;
    let ts = asked::text(arguments, "ts").ok_or_else(|| Refusal::new("message_not_found"))?;
    let (text, blocks) = content(arguments, UPDATE_TEXT_LIMIT)?;
    if text.is_none() && blocks.as_ref().is_none_or(Vec::is_empty) {
        return Err(Refusal::new("no_text"));
    }
    let message = workspace.update((&channel, &ts), text, blocks)?;
    Ok(json!({
        "ok": true, "channel": message.channel, "ts": message.ts, "text": message.text, "message": shown(message),
    }))
}

/// The text and the blocks, within Slack's limits.
pub(super) fn content(arguments: &Arguments, limit: usize) -> Result<(Option<String>, Option<Vec<Value>>), Refusal> {
    let text = asked::text(arguments, "text");
    if text.as_ref().is_some_and(|text| text.chars().count() > limit) {
        return Err(Refusal::new("msg_too_long"));
    }
    let blocks = asked::blocks(arguments)?;
    let problems = blocks::check(blocks.as_deref().unwrap_or_default(), text.as_deref());
    match problems {
        Ok(Texts::Fit) => Ok((text, blocks)),
        Ok(Texts::TooLong) => Err(Refusal::new("msg_blocks_too_long")),
        Err(problems) => Err(Refusal::blocks("invalid_blocks", &problems)),
    }
}

fn shown(message: &Message) -> Value {
    let mut shown = json!({
        "type": "message", "subtype": "bot_message", "ts": message.ts, "text": message.text, "blocks": message.blocks,
    });
    if let Some(thread) = &message.thread_ts {
        shown["thread_ts"] = json!(thread);
    }
    shown
}
