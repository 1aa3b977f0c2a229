//! What was said already, in which thread, and since when a stage fails: one DynamoDB table.
//!
//! A failed stage sends several events, each of them at least once, and functions run side by side. The table holds
//! them to one message:
//!
//! - a *said* item a message: who sends it, until when he may, and which outlets have it. See [`Ledger::claim`];
//! - a *stage* item a stage: the failures since its last success. See [`Ledger::record_failure`];
//! - a *thread* item an execution and channel: the Slack message that the others reply to. See [`Ledger::keep_thread`].
//!
//! A message is sent at least once, and never twice when nothing crashed. Every write names its condition and may be
//! repeated, so that a call that was tried again, or an event that came twice, changes nothing. The clock is handed in.
//!
//! The table has the keys `pk` and `sk` (texts) and the time-to-live attribute `expires`. The calls are `GetItem`,
//! `UpdateItem` and `Query`.

mod claim;
mod error;
mod history;
mod item;
mod key;
mod said;
mod stage;
mod table;
mod thread;

pub use claim::{Claim, Owner};
pub use error::LedgerError;
pub use history::{Failure, OpenFailure, StageHistory, Success};
pub use key::{Execution, MessageKey, Stage};
pub use said::{Delivery, Outlet, Posted, Said};
pub use table::Ledger;
pub use thread::Thread;
