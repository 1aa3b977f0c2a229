//! A pipeline rolls a stage back. Its events are those of any execution: only CodePipeline itself says what it is.

use alert::{Alert, Kind, Place};
use delivery_event::PipelineChange;
use ledger::{Execution, MessageKey};

use crate::handler::{Handler, UNREMARKABLE};
use crate::invocation::Invocation;
use crate::kinds::{enriched, execution, quiet};
use crate::outcome::{Outcome, Unsent};
use crate::place;
use crate::sources::execution::{ExecutionFacts, is_rollback_trigger};

/// The event of an execution that started.
pub(crate) async fn started(
    handler: &Handler,
    change: &PipelineChange,
    invocation: &Invocation,
) -> Result<Outcome, Unsent> {
    let kind = change.trigger.as_ref().and_then(|trigger| trigger.kind.as_deref());
    if kind.is_some_and(|kind| !is_rollback_trigger(kind)) {
        return Ok(UNREMARKABLE);
    }
    let execution = execution(change.pipeline.as_deref(), change.execution.as_deref());
    let facts = match handler.sources.execution(&execution, invocation.sources_by).await {
        Ok(facts) => facts,
        // The event itself says that it is one.
        Err(_) if kind.is_some() => ExecutionFacts { rolls_back_to: Some(String::new()), ..ExecutionFacts::default() },
        Err(_) => ExecutionFacts::default(),
    };
    if facts.rolls_back_to.is_none() {
        return Ok(UNREMARKABLE);
    }
    tell(handler, Kind::RollbackStarted, change, &execution, facts, invocation).await
}

/// The event of an execution that succeeded.
pub(crate) async fn finished(
    handler: &Handler,
    change: &PipelineChange,
    invocation: &Invocation,
) -> Result<Outcome, Unsent> {
    let execution = execution(change.pipeline.as_deref(), change.execution.as_deref());
    let facts = handler.sources.execution(&execution, invocation.sources_by).await.unwrap_or_default();
    if facts.rolls_back_to.is_some() {
        return tell(handler, Kind::RollbackFinished, change, &execution, facts, invocation).await;
    }
    quiet::succeeded(handler, change, facts, invocation).await
}

async fn tell(
    handler: &Handler,
    kind: Kind,
    change: &PipelineChange,
    execution: &Execution,
    facts: ExecutionFacts,
    invocation: &Invocation,
) -> Result<Outcome, Unsent> {
    // A rollback runs one stage. At its start there may be no action yet to tell which.
    let runs = handler.sources.actions(execution, invocation.sources_by).await.unwrap_or_default();
    let stage = runs.first().map(|run| run.stage.as_str());
    let place: Place = place::of_stage(&handler.announcer.config, &change.envelope, execution, stage);
    let mut alert = Alert::new(kind, place);
    alert.occurred = Some(change.envelope.time.unwrap_or(invocation.now));
    alert.since = change.started.filter(|_| kind == Kind::RollbackFinished);
    alert.note =
        facts.rolls_back_to.filter(|id| !id.is_empty()).map(|id| format!("Back to what execution {id} brought."));
    alert.revisions = enriched(facts.revisions, &runs, &alert.place);
    alert.trigger = facts.trigger;
    alert.links = place::execution_link(&alert.place).into_iter().collect();
    let key = MessageKey::execution(execution, kind.state());
    handler.announcer.say(key, alert, Some(execution), invocation).await
}
