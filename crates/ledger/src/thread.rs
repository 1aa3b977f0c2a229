//! The Slack thread of an execution.

use jiff::Timestamp;
use serde_json::json;

use crate::error::LedgerError;
use crate::item::{Item, expiry, moment, text};
use crate::key::Execution;
use crate::said::Posted;
use crate::table::{Ledger, Update, names};

/// An execution ends within days; an approval waits for at most a week or, when configured so, 60 days.
const DAYS_KEPT: i64 = 90;

/// The first message about an execution in a channel. Others reply to it, and it is edited as the state changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread {
    /// Where it stands.
    pub first: Posted,
    /// What it was rendered from, so that it can be rendered in another state. Opaque to the ledger.
    pub content: String,
}

impl Thread {
    fn read(item: &Item) -> Option<Self> {
        let first = Posted { channel: item.text("channel")?.to_owned(), ts: item.text("ts")?.to_owned() };
        Some(Self { first, content: item.text("content")?.to_owned() })
    }
}

impl Ledger {
    /// The thread of `execution` in `channel`, as the routes name the channel.
    pub async fn thread(&self, execution: &Execution, channel: &str) -> Result<Option<Thread>, LedgerError> {
        let key = execution.thread(channel);
        let Some(item) = self.get(&key).await? else { return Ok(None) };
        Thread::read(&item).map(Some).ok_or_else(|| self.unreadable(&key, "channel"))
    }

    /// Keeps `thread` for `execution` and `channel` unless there is one, and gives the one that stands.
    pub async fn keep_thread(
        &self,
        execution: &Execution,
        channel: &str,
        thread: &Thread,
        now: Timestamp,
    ) -> Result<Thread, LedgerError> {
        let key = execution.thread(channel);
        let update = Update {
            key: &key,
            change: "SET #channel = if_not_exists(#channel, :channel), #ts = if_not_exists(#ts, :ts), \
                     #content = if_not_exists(#content, :content), #expires = :expires",
            condition: None,
            names: names(&["channel", "ts", "content", "expires"]),
            values: json!({
                ":channel": text(&thread.first.channel),
                ":ts": text(&thread.first.ts),
                ":content": text(&thread.content),
                ":expires": expiry(now, DAYS_KEPT),
            }),
        };
        let item = self.update(update).await?;
        item.as_ref().and_then(Thread::read).ok_or_else(|| self.unreadable(&key, "channel"))
    }

    /// Whether the thread's first message may show what happened at `at`: true unless it shows something later
    /// already. The same moment may be shown again, so that a try after a crash edits the message after all.
    pub async fn may_show(&self, execution: &Execution, channel: &str, at: Timestamp) -> Result<bool, LedgerError> {
        let update = Update {
            key: &execution.thread(channel),
            change: "SET #shown = :at",
            condition: Some("attribute_exists(#pk) AND (attribute_not_exists(#shown) OR #shown <= :at)"),
            names: names(&["pk", "shown"]),
            values: json!({":at": moment(at)}),
        };
        Ok(self.update(update).await?.is_some())
    }
}
