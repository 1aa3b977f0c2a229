//! A message to Slack, and what became of it.

use std::time::Duration;

use serde_json::Value;

/// A message within Slack's limits.
#[derive(Clone, Debug)]
pub struct SlackMessage {
    /// The channel's id or name.
    pub channel: String,
    /// What notifications and screen readers show.
    pub text: String,
    /// Block Kit's blocks, an array.
    pub blocks: Value,
    /// The time stamp of the message to reply to.
    pub thread: Option<String>,
}

/// Where a message stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    /// The channel's id.
    pub channel: String,
    /// The message's time stamp, its id within the channel.
    pub ts: String,
}

/// What became of a message to Slack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SlackDelivery {
    /// Slack took it.
    Sent {
        /// Where it stands. A webhook does not say.
        posted: Option<Posted>,
    },
    /// Slack asks to wait for longer than there is time.
    Retry {
        /// How long.
        after: Duration,
    },
    /// Slack will not take it, also not later; or there is no credential to offer it with.
    Refused {
        /// Slack's word, e.g. `channel_not_found`; `HTTP 404` when it has none; `no_credential` when the secret is
        /// not there or does not hold one.
        word: String,
        /// What else is said, e.g. which block is wrong.
        detail: Option<String>,
    },
    /// Slack was not reached, failed itself, or answered what cannot be read. It may have taken the message: whoever
    /// sends again may send twice.
    Unreachable {
        /// What happened.
        reason: String,
    },
}

impl SlackDelivery {
    pub(crate) fn refused(word: impl Into<String>) -> Self {
        Self::Refused { word: word.into(), detail: None }
    }
}
