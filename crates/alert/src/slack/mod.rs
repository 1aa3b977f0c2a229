//! An alert as a Slack message.

mod blocks;
mod change;
mod context;
mod mrkdwn;
mod reasons;

use serde_json::{Value, json};

use crate::alert::Alert;
use crate::clean::within;

/// Characters of the fallback text. Slack takes more; a notification on a phone shows less.
const FALLBACK: usize = 300;

/// What `chat.postMessage`, `chat.update` and an incoming webhook take: blocks, and a text for notifications and for
/// clients that show no blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlackMessage {
    /// The fallback text.
    pub text: String,
    /// The blocks: a header, sections and contexts.
    pub blocks: Vec<Value>,
}

impl SlackMessage {
    pub(crate) fn of(alert: &Alert) -> Self {
        let sections = [
            Some(blocks::header(&format!("{} {}", alert.kind.emoji(), alert.headline()))),
            reasons::why(alert).map(|text| blocks::section(&text)),
        ];
        let logs = reasons::logs(alert).into_iter().map(|text| Some(blocks::section(&text)));
        let rest = [
            change::revisions(alert).map(|text| blocks::section(&text)),
            context::next_steps(alert).map(|text| blocks::section(&text)),
            context::circumstances(alert).map(|text| blocks::context(&text)),
            context::links(alert).map(|text| blocks::context(&text)),
        ];
        let blocks = sections.into_iter().chain(logs).chain(rest).flatten().collect();
        Self { text: fallback(alert), blocks }
    }

    /// The message's part of a request body; the channel, the thread or the message to edit come beside it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({ "text": self.text, "blocks": self.blocks })
    }
}

/// The headline and the first reason, escaped: this text is markup as well.
fn fallback(alert: &Alert) -> String {
    let reason = alert.reasons.first().filter(|_| !alert.kind.is_past());
    let shown = reason.map(crate::shown::Shown::of);
    let why = shown.map_or(String::new(), |shown| {
        let detail = shown.details.first().map_or(String::new(), |detail| format!(" · {detail}"));
        format!(": {}{detail}", shown.title)
    });
    let text = within(&format!("{}{why}", alert.headline()), FALLBACK);
    format!("{} {}", alert.kind.emoji(), mrkdwn::prose(&text, FALLBACK * 6))
}
