//! A message, as the channel keeps it.

use jiff::Timestamp;
use serde_json::Value;

/// A message in a channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// The channel's id.
    pub channel: String,
    /// The channel's name without `#`.
    pub channel_name: String,
    /// What names the message in its channel: seconds, a point and six digits.
    pub ts: String,
    /// The first message of the thread it is a reply in.
    pub thread_ts: Option<String>,
    /// The text for notifications and screen readers; what is shown when there are no blocks.
    pub text: String,
    /// The blocks that are shown.
    pub blocks: Vec<Value>,
    /// When it came.
    pub posted: Timestamp,
    /// Whether it came by the incoming webhook, whose messages cannot be changed.
    pub by_webhook: bool,
    /// What it was before each edit, in order.
    pub edits: Vec<Edit>,
}

/// What a message was until somebody changed it.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// When it was changed.
    pub at: Timestamp,
    /// The text before.
    pub text: String,
    /// The blocks before.
    pub blocks: Vec<Value>,
}

impl Message {
    /// The first message of this message's thread, which may be itself.
    #[must_use]
    pub fn thread(&self) -> &str {
        self.thread_ts.as_deref().unwrap_or(&self.ts)
    }

    /// Everything that a person reads in it, without markup.
    #[must_use]
    pub fn read(&self) -> String {
        super::plain::read(&self.text, &self.blocks)
    }
}

impl Edit {
    /// Everything that a person read in the message before.
    #[must_use]
    pub fn read(&self) -> String {
        super::plain::read(&self.text, &self.blocks)
    }
}
