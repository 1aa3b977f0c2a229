//! A stage that failed runs again: the message that told of the failure says so, and nothing is posted.

use delivery_event::StageChange;
use ledger::Stage;

use crate::handler::{Handler, UNREMARKABLE};
use crate::invocation::Invocation;
use crate::kinds::execution;
use crate::outcome::{Outcome, Unsent};
use crate::place;

/// The event of a stage that started or was resumed.
pub(crate) async fn of_stage(
    handler: &Handler,
    change: &StageChange,
    invocation: &Invocation,
) -> Result<Outcome, Unsent> {
    let announcer = &handler.announcer;
    let (Some(ledger), Some(_), Some(name)) = (&announcer.ledger, &announcer.slack, &change.stage) else {
        return Ok(UNREMARKABLE);
    };
    let execution = execution(change.pipeline.as_deref(), change.execution.as_deref());
    let stage = Stage { pipeline: execution.pipeline.clone(), name: name.clone() };
    let at = change.envelope.time.unwrap_or(invocation.now);
    let history = match ledger.stage(&stage).await {
        Ok(history) => history,
        Err(error) => {
            tracing::warn!("a message may go on showing a failure while the stage runs again: {error}");
            return Ok(UNREMARKABLE);
        }
    };
    // The first start of the stage may be delivered after its failure.
    let failed = history.open().is_some_and(|open| open.last.execution == execution.id && open.last.at < at);
    if !failed {
        return Ok(UNREMARKABLE);
    }
    let place = place::of_stage(&announcer.config, &change.envelope, &execution, Some(name));
    let shown =
        announcer.show(&execution, &place, at, |first| Some(first.become_retrying(None, at)), invocation).await?;
    Ok(shown.map_or(UNREMARKABLE, Outcome::Shown))
}
