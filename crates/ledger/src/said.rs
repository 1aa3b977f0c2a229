//! What is known of one message.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::error::LedgerError;
use crate::item::{Item, moment, text};
use crate::key::{Execution, MessageKey};
use crate::table::{Ledger, Update, names};

/// Where a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outlet {
    /// The SNS topic.
    Sns,
    /// The Slack channel.
    Slack,
}

impl Outlet {
    /// The attribute of the said item.
    pub(crate) const fn attribute(self) -> &'static str {
        match self {
            Self::Sns => "sns",
            Self::Slack => "slack",
        }
    }
}

/// How a message left by one outlet. Both ends are final: it is not sent there again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The outlet took it.
    Sent {
        /// When.
        at: Timestamp,
        /// Where it stands, when the outlet says so: Slack does to a bot, and not to a webhook.
        posted: Option<Posted>,
    },
    /// The outlet will not take it.
    Refused {
        /// When.
        at: Timestamp,
        /// The outlet's word, e.g. `channel_not_found`.
        word: String,
    },
}

/// A message in a Slack channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    /// The channel's id, e.g. `C0123456789`. `chat.update` takes no name.
    pub channel: String,
    /// The message's time stamp, which is its id within the channel, e.g. `1764082800.123456`.
    pub ts: String,
}

/// What is known of one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Who sends it: the request id of an invocation.
    pub owner: String,
    /// Until when nobody else may.
    pub lease: Timestamp,
    /// How it left by SNS, if it did.
    pub sns: Option<Delivery>,
    /// How it left by Slack, if it did.
    pub slack: Option<Delivery>,
}

impl Said {
    /// How the message left by `outlet`, if it did.
    #[must_use]
    pub fn by(&self, outlet: Outlet) -> Option<&Delivery> {
        match outlet {
            Outlet::Sns => self.sns.as_ref(),
            Outlet::Slack => self.slack.as_ref(),
        }
    }

    /// Where the message stands in Slack.
    #[must_use]
    pub fn posted(&self) -> Option<&Posted> {
        match self.slack.as_ref()? {
            Delivery::Sent { posted, .. } => posted.as_ref(),
            Delivery::Refused { .. } => None,
        }
    }

    /// The first attribute that is missing is the error.
    pub(crate) fn read(item: &Item) -> Result<Self, &'static str> {
        let delivery = |outlet: Outlet| match item.map(outlet.attribute()) {
            Some(map) => Delivery::read(&map).map(Some).ok_or(outlet.attribute()),
            None => Ok(None),
        };
        Ok(Self {
            owner: item.text("owner").ok_or("owner")?.to_owned(),
            lease: item.moment("lease").ok_or("lease")?,
            sns: delivery(Outlet::Sns)?,
            slack: delivery(Outlet::Slack)?,
        })
    }
}

impl Delivery {
    fn read(map: &Item) -> Option<Self> {
        let at = map.moment("at")?;
        if let Some(word) = map.text("refused") {
            return Some(Self::Refused { at, word: word.to_owned() });
        }
        let posted = map.text("channel").zip(map.text("ts"));
        let posted = posted.map(|(channel, ts)| Posted { channel: channel.to_owned(), ts: ts.to_owned() });
        Some(Self::Sent { at, posted })
    }

    fn write(&self) -> Value {
        match self {
            Self::Sent { at, posted: None } => json!({"M": {"at": moment(*at)}}),
            Self::Sent { at, posted: Some(Posted { channel, ts }) } => {
                json!({"M": {"at": moment(*at), "channel": text(channel), "ts": text(ts)}})
            }
            Self::Refused { at, word } => json!({"M": {"at": moment(*at), "refused": text(word)}}),
        }
    }
}

impl Ledger {
    /// Notes how `message` left by `outlet`; right after it did, because a crash in between sends it again.
    ///
    /// False when somebody else has taken the message over meanwhile; then nothing is noted.
    pub async fn note(
        &self,
        message: &MessageKey,
        owner: &str,
        outlet: Outlet,
        delivery: &Delivery,
    ) -> Result<bool, LedgerError> {
        let update = Update {
            key: &message.0,
            change: "SET #outlet = :delivery",
            condition: Some("#owner = :owner"),
            names: [names(&["owner"]), vec![("#outlet".to_owned(), outlet.attribute().to_owned())]].concat(),
            values: json!({":owner": text(owner), ":delivery": delivery.write()}),
        };
        Ok(self.update(update).await?.is_some())
    }

    /// What is known of `message`; nothing when nobody has claimed it yet.
    pub async fn said(&self, message: &MessageKey) -> Result<Option<Said>, LedgerError> {
        let item = self.get(&message.0).await?;
        item.map(|item| Said::read(&item)).transpose().map_err(|attribute| self.unreadable(&message.0, attribute))
    }

    /// Whether any failure of `execution` has been claimed or said, whatever its stage and attempt.
    pub async fn failure_said(&self, execution: &Execution) -> Result<bool, LedgerError> {
        self.any(&execution.failures()).await
    }
}
