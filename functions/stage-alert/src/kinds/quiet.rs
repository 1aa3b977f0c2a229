//! States that are told only to who asked for everything.

use alert::{Alert, Kind};
use delivery_event::{ActionChange, ExecutionState, PipelineChange};
use ledger::MessageKey;

use crate::announce::UNWANTED;
use crate::handler::Handler;
use crate::invocation::Invocation;
use crate::kinds::execution;
use crate::outcome::{Outcome, Unsent};
use crate::place;
use crate::sources::execution::ExecutionFacts;

/// An execution was stopped, superseded or canceled.
pub(crate) async fn ended(
    handler: &Handler,
    change: &PipelineChange,
    invocation: &Invocation,
) -> Result<Outcome, Unsent> {
    let kind = match change.state {
        ExecutionState::Stopped => Kind::Stopped,
        ExecutionState::Superseded => Kind::Superseded,
        _ => Kind::Canceled,
    };
    tell(handler, kind, change, None, invocation).await
}

/// An execution succeeded.
pub(crate) async fn succeeded(
    handler: &Handler,
    change: &PipelineChange,
    facts: ExecutionFacts,
    invocation: &Invocation,
) -> Result<Outcome, Unsent> {
    tell(handler, Kind::Succeeded, change, Some(facts), invocation).await
}

async fn tell(
    handler: &Handler,
    kind: Kind,
    change: &PipelineChange,
    facts: Option<ExecutionFacts>,
    invocation: &Invocation,
) -> Result<Outcome, Unsent> {
    if !handler.announcer.config.noise.wants(kind) {
        return Ok(UNWANTED);
    }
    let execution = execution(change.pipeline.as_deref(), change.execution.as_deref());
    let facts = match facts {
        Some(facts) => facts,
        None => handler.sources.execution(&execution, invocation.sources_by).await.unwrap_or_default(),
    };
    let place = place::of_stage(&handler.announcer.config, &change.envelope, &execution, None);
    let mut alert = Alert::new(kind, place);
    alert.occurred = Some(change.envelope.time.unwrap_or(invocation.now));
    alert.note.clone_from(&change.stop_comments);
    alert.revisions = facts.revisions;
    alert.trigger = facts.trigger;
    alert.links = place::execution_link(&alert.place).into_iter().collect();
    handler.announcer.say(MessageKey::execution(&execution, kind.state()), alert, Some(&execution), invocation).await
}

/// Somebody approved.
pub(crate) async fn approved(
    handler: &Handler,
    change: &ActionChange,
    invocation: &Invocation,
) -> Result<Outcome, Unsent> {
    if !handler.announcer.config.noise.wants(Kind::Approved) {
        return Ok(UNWANTED);
    }
    let execution = execution(change.pipeline.as_deref(), change.execution.as_deref());
    let place = place::of_stage(&handler.announcer.config, &change.envelope, &execution, change.stage.as_deref());
    let mut alert = Alert::new(Kind::Approved, alert::Place { action: change.action.clone(), ..place });
    alert.occurred = Some(change.envelope.time.unwrap_or(invocation.now));
    alert.note.clone_from(&change.result.summary);
    alert.links = place::execution_link(&alert.place).into_iter().collect();
    let run = change.action_execution.as_deref().unwrap_or_default();
    let action = change.action.as_deref().unwrap_or_default();
    let key = MessageKey::about(&["approved", &execution.pipeline, &execution.id], &[action, run]);
    handler.announcer.say(key, alert, Some(&execution), invocation).await
}
