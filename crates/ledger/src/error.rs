//! Why the ledger could not be read or written.

use std::time::Duration;

use aws_call::CallError;

/// Why the ledger gave no answer. None of these is a reason not to send a message: two are better than none.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// DynamoDB refused the call or was not reached.
    #[error("the table {table:?} gave no answer to {operation}: {source}")]
    Call {
        /// The table.
        table: String,
        /// The operation, e.g. `UpdateItem`.
        operation: &'static str,
        /// What DynamoDB or the network said.
        source: CallError,
    },
    /// DynamoDB, or the connection to it, was too slow.
    #[error("the table {table:?} gave no answer to {operation} within {} s", limit.as_secs())]
    TimedOut {
        /// The table.
        table: String,
        /// The operation.
        operation: &'static str,
        /// The time it was given, tries and waits together.
        limit: Duration,
    },
    /// An item is not as this crate writes it.
    #[error("the item {item:?} of the table {table:?} has no readable {attribute:?}; delete it to start anew")]
    Unreadable {
        /// The table.
        table: String,
        /// The item's keys, `pk / sk`.
        item: String,
        /// The attribute that is missing or of another kind.
        attribute: &'static str,
    },
}
