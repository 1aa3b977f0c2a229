//! Keeping what an outlet refuses where a person can find it.

use alert::Alert;
use ledger::Outlet;
use notify::Undelivered;
use serde_json::{Value, json};

/// Parks `alert`, which `outlet` refuses with `word`. The error says that it is kept nowhere.
pub(crate) async fn park(queue: Option<&Undelivered>, alert: &Alert, outlet: Outlet, word: &str) -> Result<(), String> {
    let Some(queue) = queue else {
        // The log is all there is; what is refused is refused again however often it is tried.
        tracing::error!("nothing keeps the message: the function has no UNDELIVERED_QUEUE_URL");
        return Ok(());
    };
    let message = message(alert, outlet, word);
    match queue.park(&message, word).await {
        Ok(id) => {
            tracing::info!(message.id = id, "the message is kept in the queue of undelivered messages");
            Ok(())
        }
        Err(error) => Err(format!("the queue of undelivered messages did not take it: {error}")),
    }
}

fn message(alert: &Alert, outlet: Outlet, word: &str) -> Value {
    // An alert is made of texts and numbers: it can always be written.
    let body =
        alert.to_json().unwrap_or_else(|error| json!({"headline": alert.headline(), "error": error.to_string()}));
    json!({"to": name(outlet), "refused": word, "text": alert.sns().text, "alert": body})
}

/// The outlet's name for people.
pub(crate) fn name(outlet: Outlet) -> &'static str {
    match outlet {
        Outlet::Sns => "sns",
        Outlet::Slack => "slack",
    }
}
