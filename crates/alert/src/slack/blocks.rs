//! The blocks that messages are made of.

use serde_json::{Value, json};

use crate::slack::mrkdwn;

/// Characters that a header takes (Slack, "Header block").
const HEADER: usize = 150;

/// A line in large letters. It is plain text: nothing in it is markup but the names of emoji.
pub(super) fn header(line: &str) -> Value {
    json!({ "type": "header", "text": { "type": "plain_text", "text": mrkdwn::plain(line, HEADER), "emoji": true } })
}

/// A paragraph.
pub(super) fn section(markup: &str) -> Value {
    json!({ "type": "section", "text": text(markup) })
}

/// Small print.
pub(super) fn context(markup: &str) -> Value {
    json!({ "type": "context", "elements": [text(markup)] })
}

/// `verbatim` keeps Slack from making links and mentions of what looks like one.
fn text(markup: &str) -> Value {
    json!({ "type": "mrkdwn", "text": markup, "verbatim": true })
}
