//! The channels and their messages.

use std::collections::BTreeMap;
use std::time::Instant;

use jiff::Timestamp;
use serde_json::Value;

use super::answer::Refusal;
use super::fault::Fault;
use super::message::{Edit, Message};
use super::rate::Pace;
use super::server::Call;
use super::settings::SlackSettings;
use crate::standin::Faults;

/// Everything the workspace remembers.
#[derive(Debug)]
pub(super) struct Workspace {
    pub(super) bot_token: String,
    pub(super) channels: BTreeMap<String, String>,
    pub(super) messages: Vec<Message>,
    pub(super) faults: Faults<Fault>,
    pub(super) calls: Vec<Call>,
    pace: Pace,
}

/// What is posted, after it was checked.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) channel: String,
    pub(super) text: String,
    pub(super) blocks: Vec<Value>,
    pub(super) thread: Option<String>,
    pub(super) by_webhook: bool,
}

/// Why a message was not taken.
#[derive(Debug)]
pub(super) enum NotPosted {
    TooFast(u64),
    Refused(Refusal),
}

impl Workspace {
    pub(super) fn new(settings: &SlackSettings) -> Self {
        Self {
            bot_token: settings.bot_token.clone(),
            channels: settings.channels.clone(),
            messages: Vec::new(),
            faults: Faults::default(),
            calls: Vec::new(),
            pace: Pace::new(settings.pace),
        }
    }

    /// Puts a message into its channel.
    pub(super) fn post(&mut self, draft: Draft) -> Result<&Message, NotPosted> {
        let refused = |word: &str| NotPosted::Refused(Refusal::new(word));
        let name = self.channels.get(&draft.channel).cloned().ok_or_else(|| refused("channel_not_found"))?;
        if let Some(thread) = &draft.thread {
            match self.find(&draft.channel, thread) {
                // The word of conversations.replies; which one chat.postMessage has is not documented.
                None => return Err(refused("thread_not_found")),
                // "Avoid using a reply's ts value; use its parent instead": the reply would not be seen in the thread.
                Some(at) if self.messages[at].thread_ts.is_some() => return Err(refused("cannot_reply_to_message")),
                Some(_) => {}
            }
        }
        self.pace.admit(&draft.channel, Instant::now()).map_err(NotPosted::TooFast)?;
        let posted = Timestamp::now();
        let message = Message {
            ts: self.unused_ts(posted),
            channel: draft.channel,
            channel_name: name,
            thread_ts: draft.thread,
            text: draft.text,
            blocks: draft.blocks,
            posted,
            by_webhook: draft.by_webhook,
            edits: Vec::new(),
        };
        let at = self.messages.len();
        self.messages.push(message);
        Ok(&self.messages[at])
    }

    /// Changes a message. A text without blocks replaces the blocks as well; blocks without a text leave the text
    /// (<https://docs.slack.dev/reference/methods/chat.update>).
    pub(super) fn update(
        &mut self,
        (channel, ts): (&str, &str),
        text: Option<String>,
        blocks: Option<Vec<Value>>,
    ) -> Result<&Message, Refusal> {
        if !self.channels.contains_key(channel) {
            return Err(Refusal::new("channel_not_found"));
        }
        let at = self.find(channel, ts).ok_or_else(|| Refusal::new("message_not_found"))?;
        let message = &mut self.messages[at];
        if message.by_webhook {
            return Err(Refusal::new("cant_update_message"));
        }
        message.edits.push(Edit { at: Timestamp::now(), text: message.text.clone(), blocks: message.blocks.clone() });
        message.blocks = match (&text, blocks) {
            (_, Some(blocks)) => blocks,
            (Some(_), None) => Vec::new(),
            (None, None) => std::mem::take(&mut message.blocks),
        };
        if let Some(text) = text {
            message.text = text;
        }
        Ok(&self.messages[at])
    }

    fn find(&self, channel: &str, ts: &str) -> Option<usize> {
        self.messages.iter().position(|message| message.channel == channel && message.ts == ts)
    }

    /// The time in microseconds; a microsecond more when another message of any channel has that already.
    fn unused_ts(&self, at: Timestamp) -> String {
        let ts = |microseconds: i64| format!("{}.{:06}", microseconds / 1_000_000, microseconds % 1_000_000);
        let first = at.as_microsecond();
        let taken = |candidate: &String| self.messages.iter().any(|message| message.ts == *candidate);
        (first..first + 1_000_000).map(ts).find(|candidate| !taken(candidate)).unwrap_or_else(|| ts(first))
    }
}
