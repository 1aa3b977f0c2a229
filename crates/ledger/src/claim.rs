//! Who sends a message.

use jiff::Timestamp;
use serde_json::json;

use crate::error::LedgerError;
use crate::item::{expiry, moment, text};
use crate::key::MessageKey;
use crate::said::{Outlet, Said};
use crate::table::{Ledger, Update, names};

/// Longer than any event is delivered again: EventBridge tries for a day, a queue keeps for two weeks.
const DAYS_KEPT: i64 = 30;

/// Who would send a message.
#[derive(Clone, Debug)]
pub struct Owner {
    /// The request id of the invocation. Lambda keeps it when it tries the same event again.
    pub id: String,
    /// The end of the invocation: after it, this owner sends nothing any more.
    pub lease: Timestamp,
}

/// Whether to send a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It is the owner's to send, by each outlet that does not have it yet.
    Mine(Said),
    /// Another invocation sends it, and its own tries answer for it.
    Theirs {
        /// When it could be taken over.
        until: Timestamp,
    },
    /// Every outlet has it, or has refused it.
    Done,
}

impl Ledger {
    /// Asks for `message` in the name of `owner`, to be sent by the outlets `wanted`.
    ///
    /// Of many who ask at once, one gets it. The same owner gets it again at once: a try after a crash goes on where
    /// the last one stopped. Another owner gets it when the lease is over and an outlet is still without it.
    ///
    /// Lambda may, rarely, run one event twice at the same time under one request id. Both own the message then.
    pub async fn claim(
        &self,
        message: &MessageKey,
        owner: &Owner,
        wanted: &[Outlet],
        now: Timestamp,
    ) -> Result<Claim, LedgerError> {
        let mut all_names = vec!["pk", "owner", "lease", "expires"];
        let mut condition = "attribute_not_exists(#pk) OR #owner = :owner".to_owned();
        let mut values = json!({
            ":owner": text(&owner.id),
            ":lease": moment(owner.lease),
            ":expires": expiry(now, DAYS_KEPT),
        });
        if !wanted.is_empty() {
            let unsent = wanted.iter().map(|outlet| format!("attribute_not_exists(#{})", outlet.attribute()));
            let unsent = unsent.collect::<Vec<_>>().join(" OR ");
            condition = format!("{condition} OR (#lease < :now AND ({unsent}))");
            all_names.extend(wanted.iter().map(|outlet| outlet.attribute()));
            values[":now"] = moment(now);
        }
        let update = Update {
            key: &message.0,
            change: "SET #owner = :owner, #lease = :lease, #expires = :expires",
            condition: Some(&condition),
            names: names(&all_names),
            values,
        };
        if let Some(item) = self.update(update).await? {
            let said = Said::read(&item).map_err(|attribute| self.unreadable(&message.0, attribute))?;
            return Ok(if said.is_complete(wanted) { Claim::Done } else { Claim::Mine(said) });
        }
        // Gone in between: it was said so long ago that its time to live is over.
        let said = self.said(message).await?;
        Ok(said
            .filter(|said| !said.is_complete(wanted))
            .map_or(Claim::Done, |said| Claim::Theirs { until: said.lease }))
    }
}

impl Said {
    fn is_complete(&self, wanted: &[Outlet]) -> bool {
        wanted.iter().all(|outlet| self.by(*outlet).is_some())
    }
}
