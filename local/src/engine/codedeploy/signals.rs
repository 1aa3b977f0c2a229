//! What a deployment can be told while it runs.

use tokio::sync::watch;

use super::record::ErrorInformation;
use crate::deploy::RollbackEvent;

/// What a deployment was told so far.
#[derive(Debug, Clone, Default)]
pub(in crate::engine) struct Signals {
    pub(in crate::engine) stop: Option<Stop>,
    /// The traffic may move.
    pub(in crate::engine) traffic: bool,
    /// The original version may end.
    pub(in crate::engine) termination: bool,
}

/// Why a deployment goes no further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) struct Stop {
    pub(in crate::engine) error: ErrorInformation,
    /// What a rollback would follow.
    pub(in crate::engine) event: RollbackEvent,
    /// Whether the rollback was asked for, whatever the group says.
    pub(in crate::engine) roll_back: bool,
}

/// Waits for a signal; for ever when nobody can send it any more.
pub(super) async fn told<T>(signals: &watch::Receiver<Signals>, look: impl Fn(&Signals) -> Option<T>) -> T {
    let mut signals = signals.clone();
    loop {
        if let Some(found) = look(&signals.borrow_and_update()) {
            return found;
        }
        if signals.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
