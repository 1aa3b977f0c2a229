//! One thing that somebody got, as `run.json` has it.

use jiff::Timestamp;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::Notification;
use crate::slack::Message;

/// A message in Slack, or a notification of a topic.
#[derive(Debug, Clone, PartialEq)]
pub enum Received {
    /// A message in a channel, as it stands after its edits.
    Slack(Message),
    /// A notification.
    Sns(Notification),
}

impl Received {
    /// When it came.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        match self {
            Self::Slack(message) => message.posted,
            Self::Sns(notification) => notification.at,
        }
    }

    /// Where it came: `#channel` or `topic name`.
    #[must_use]
    pub fn place(&self) -> String {
        match self {
            Self::Slack(message) => format!("#{}", message.channel_name),
            Self::Sns(notification) => format!("topic {}", notification.topic),
        }
    }

    /// The first line that a person reads in it: what it said when it came, and what it says since it was edited.
    #[must_use]
    pub fn headline(&self) -> String {
        let first = |text: &str| text.lines().next().unwrap_or_default().to_owned();
        let now = first(&self.text());
        match self {
            Self::Slack(message) => match message.edits.first().map(|edit| first(&edit.read())) {
                Some(then) if then != now => format!("{then} (edited since: {now})"),
                _ => now,
            },
            Self::Sns(_) => now,
        }
    }

    /// Everything that a person reads in it.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Slack(message) => message.read(),
            Self::Sns(Notification { subject, body, .. }) => {
                subject.iter().chain([body]).cloned().collect::<Vec<_>>().join("\n")
            }
        }
    }
}

/// `{"to":"slack","channel","text","thread","ts","edits","at"}`, where `text` is all that is read in the message and `thread` is the
/// `ts` of the first message of its thread, which may be its own; or `{"to":"sns","topic","subject","body","attributes","at"}`.
impl Serialize for Received {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::Slack(message) => {
                map.serialize_entry("to", "slack")?;
                map.serialize_entry("channel", &message.channel_name)?;
                map.serialize_entry("text", &message.read())?;
                map.serialize_entry("thread", message.thread())?;
                map.serialize_entry("ts", &message.ts)?;
                map.serialize_entry("edits", &message.edits.len())?;
            }
            Self::Sns(notification) => {
                map.serialize_entry("to", "sns")?;
                map.serialize_entry("topic", &notification.topic)?;
                map.serialize_entry("subject", &notification.subject)?;
                map.serialize_entry("body", &notification.body)?;
                map.serialize_entry("attributes", &notification.attributes)?;
            }
        }
        map.serialize_entry("at", &self.at())?;
        map.end()
    }
}
