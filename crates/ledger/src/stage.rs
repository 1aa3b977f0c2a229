//! The item of a stage: its failures and its last success.

use jiff::Timestamp;
use serde_json::json;

use crate::error::LedgerError;
use crate::history::{Failure, StageHistory, Success};
use crate::item::{expiry, moment, text};
use crate::key::Stage;
use crate::table::{Ledger, Update, names};

/// A stage that has neither failed nor succeeded for longer is forgotten.
const DAYS_KEPT: i64 = 400;

/// Failures that are cleared away by one success; an expression has room for a few hundred names.
const CLEARED_AT_ONCE: usize = 100;

impl Ledger {
    /// What is known of `stage`.
    pub async fn stage(&self, stage: &Stage) -> Result<StageHistory, LedgerError> {
        Ok(self.get(&stage.key()).await?.map(|item| StageHistory::read(&item)).unwrap_or_default())
    }

    /// Records a failure and gives what is known with it. The same failure is counted once, however often it comes.
    ///
    /// An item holds 400 KB: some 5000 failures in a row. A stage beyond that is refused by DynamoDB.
    pub async fn record_failure(
        &self,
        stage: &Stage,
        failure: &Failure,
        now: Timestamp,
    ) -> Result<StageHistory, LedgerError> {
        let key = stage.key();
        let update = Update {
            key: &key,
            change: "SET #failure = if_not_exists(#failure, :at), #expires = :expires",
            condition: None,
            names: [names(&["expires"]), vec![("#failure".to_owned(), failure.attribute())]].concat(),
            values: json!({":at": moment(failure.at), ":expires": expiry(now, DAYS_KEPT)}),
        };
        let item = self.update(update).await?;
        item.map(|item| StageHistory::read(&item)).ok_or_else(|| self.unreadable(&key, "expires"))
    }

    /// Records a success, unless a later one is known. It belongs after the message that says so was sent: a try after
    /// a crash still finds the failures that it ends.
    ///
    /// Also a success that ends nothing is worth recording: the event of an earlier failure may be still to come.
    pub async fn record_success(&self, stage: &Stage, success: &Success, now: Timestamp) -> Result<(), LedgerError> {
        let key = stage.key();
        let update = Update {
            key: &key,
            change: "SET #succeeded = :at, #succeeded_in = :execution, #expires = :expires",
            condition: Some("attribute_not_exists(#succeeded) OR #succeeded < :at"),
            names: names(&["succeeded", "succeeded_in", "expires"]),
            values: json!({
                ":at": moment(success.at),
                ":execution": text(&success.execution),
                ":expires": expiry(now, DAYS_KEPT),
            }),
        };
        let Some(item) = self.update(update).await? else { return Ok(()) };
        let history = StageHistory::read(&item);
        let past = &history.failures[..history.past().min(CLEARED_AT_ONCE)];
        if past.is_empty() {
            return Ok(());
        }
        // What is past stays past, so that nothing can come between the two calls.
        let names: Vec<_> = past.iter().enumerate().map(|(at, past)| (format!("#f{at}"), past.attribute())).collect();
        let list: Vec<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
        let change = format!("REMOVE {}", list.join(", "));
        self.update(Update { key: &key, change: &change, condition: None, names, values: json!({}) }).await?;
        Ok(())
    }
}
