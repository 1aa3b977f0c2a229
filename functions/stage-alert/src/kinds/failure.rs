//! A stage failed: one message, whichever of its events comes first.

use alert::{Alert, Kind, Reason};
use delivery_event::{Envelope, PipelineChange, StageChange};
use jiff::Timestamp;
use ledger::{Execution, Failure, MessageKey, Stage, StageHistory};
use tokio::time::Instant;

use crate::announce::{SAID_BEFORE, SAID_BY_ANOTHER, Turn};
use crate::handler::Handler;
use crate::invocation::Invocation;
use crate::kinds::{enriched, execution, reasons, rollback_refused};
use crate::outcome::{Outcome, Unsent};
use crate::place;
use crate::sources::actions::ActionRun;
use crate::sources::execution::ExecutionFacts;
use crate::sources::{Gap, attempt};

/// What an event says about a failure.
struct Failed<'a> {
    envelope: &'a Envelope,
    execution: Execution,
    /// Nothing when the event is the pipeline's.
    stage: Option<String>,
    /// The attempt as the event counts, which says 0 at times.
    attempt: Option<u64>,
    /// When the stage was last tried again.
    retried: Option<Timestamp>,
    at: Timestamp,
}

/// Which failure it is.
struct Identity {
    stage: Option<String>,
    attempt: u32,
    gaps: Vec<Gap>,
}

/// The event of the stage itself.
pub(crate) async fn of_stage(
    handler: &Handler,
    change: &StageChange,
    invocation: &Invocation,
) -> Result<Outcome, Unsent> {
    let failed = Failed {
        envelope: &change.envelope,
        execution: identified(change.pipeline.as_deref(), change.execution.as_deref(), &change.envelope),
        stage: change.stage.clone(),
        attempt: change.attempt,
        retried: change.retried,
        at: change.envelope.time.unwrap_or(invocation.now),
    };
    tell(handler, failed, invocation).await
}

/// The event of the pipeline: a second chance, when the stage's was lost.
pub(crate) async fn of_pipeline(
    handler: &Handler,
    change: &PipelineChange,
    invocation: &Invocation,
) -> Result<Outcome, Unsent> {
    let failed = Failed {
        envelope: &change.envelope,
        execution: identified(change.pipeline.as_deref(), change.execution.as_deref(), &change.envelope),
        stage: None,
        attempt: change.attempt,
        retried: None,
        at: change.envelope.time.unwrap_or(invocation.now),
    };
    tell(handler, failed, invocation).await
}

/// Without an execution, the event stands for itself: two of them are two failures.
fn identified(pipeline: Option<&str>, id: Option<&str>, envelope: &Envelope) -> Execution {
    execution(pipeline, id.or(envelope.id.as_deref()))
}

async fn tell(handler: &Handler, failed: Failed<'_>, invocation: &Invocation) -> Result<Outcome, Unsent> {
    let runs = handler.sources.actions(&failed.execution, invocation.sources_by).await;
    let Some(identity) = identify(handler, &failed, &runs, invocation).await else {
        return Ok(Outcome::Silent("a failure of the execution was said before"));
    };
    let runs = runs.unwrap_or_default();
    let stage_name = identity.stage.as_deref().unwrap_or_default();
    let key = MessageKey::failure(&failed.execution, stage_name, identity.attempt);
    let turned = match handler.announcer.claim(key, invocation).await {
        Turn::Ours(turned) => turned,
        Turn::Done => return Ok(SAID_BEFORE),
        Turn::Theirs => return Ok(SAID_BY_ANOTHER),
    };
    let place =
        place::of_stage(&handler.announcer.config, failed.envelope, &failed.execution, identity.stage.as_deref());
    let attempt = attempt::of(&runs, stage_name, failed.at);
    let rejected = !attempt.failed.is_empty() && attempt.failed.iter().all(|run| run.is_approval());
    let (by, console) = (invocation.sources_by, place::console(&place));
    let (facts, why, history) = tokio::join!(
        Box::pin(handler.sources.execution(&failed.execution, by)),
        Box::pin(reasons::of(&handler.sources, &attempt.failed, console.as_ref(), by)),
        // Nothing is broken where somebody said no.
        async { if rejected { None } else { Box::pin(record(handler, &failed, &identity, invocation)).await } },
    );
    let mut gaps: Vec<Gap> = identity.gaps;
    let facts = facts.unwrap_or_else(|gap| {
        gaps.push(gap);
        ExecutionFacts::default()
    });
    let kind = if rejected {
        Kind::Rejected
    } else if facts.rolls_back_to.is_some() {
        Kind::RollbackFailed
    } else {
        Kind::Failed
    };
    let mut alert = Alert::new(kind, place);
    alert.occurred = Some(failed.at);
    alert.reasons = if why.reasons.is_empty() { notified(failed.envelope) } else { why.reasons };
    alert.revisions = enriched(facts.revisions, &runs, &alert.place);
    alert.trigger = facts.trigger;
    alert.links = place::execution_link(&alert.place).into_iter().chain(why.links).collect();
    alert.gaps = gaps.into_iter().chain(why.gaps).map(|gap| gap.0).collect();
    if kind == Kind::RollbackFailed {
        rollback_refused::noted(&handler.sources, &attempt.failed, &mut alert, by).await;
    }
    if let Some(history) = history {
        since(handler, &mut alert, &history, &failed, by).await;
    }
    let (place, again) = (alert.place.clone(), alert.clone());
    let said = handler.announcer.send(&turned, alert, Some(&failed.execution), invocation).await?;
    // Where the execution failed before, its first message shows the new failure.
    let next = |first: Alert| (first.occurred < again.occurred).then_some(again);
    handler.announcer.show(&failed.execution, &place, failed.at, next, invocation).await?;
    Ok(said)
}

/// The failed actions that a notification rule tells of.
fn notified(envelope: &Envelope) -> Vec<Reason> {
    let actions = envelope.notification.iter().flat_map(|notification| &notification.failed_actions);
    actions
        .map(|failed| Reason::Action {
            action: failed.action.clone().unwrap_or_else(|| "An action".to_owned()),
            provider: None,
            code: None,
            message: failed.information.clone(),
        })
        .collect()
}

/// Which failure it is; nothing when the event adds nothing to one that was said.
async fn identify(
    handler: &Handler,
    failed: &Failed<'_>,
    runs: &Result<Vec<ActionRun>, Gap>,
    invocation: &Invocation,
) -> Option<Identity> {
    let told = failed.stage.clone().or_else(|| failed.envelope.notification.as_ref()?.failed_stage.clone());
    let counted = |stage: &str, runs: &[ActionRun]| attempt::of(runs, stage, failed.at).number;
    let by_event = u32::try_from(failed.attempt.unwrap_or_default()).unwrap_or(u32::MAX).max(1);
    let mut gaps = Vec::new();
    match runs {
        Ok(runs) => {
            let found = told.clone().or_else(|| attempt::failed_stage(runs, failed.at).map(str::to_owned));
            let found = match found {
                Some(stage) => Some(stage),
                None => {
                    handler.sources.failed_stage(&failed.execution, invocation.sources_by).await.unwrap_or_else(|gap| {
                        gaps.push(gap);
                        None
                    })
                }
            };
            if let Some(stage) = found {
                return Some(Identity { attempt: counted(&stage, runs), stage: Some(stage), gaps });
            }
        }
        Err(gap) => {
            gaps.push(gap.clone());
            if failed.stage.is_some() {
                // The moment of the retry is no count, and tells one attempt from another all the same.
                let retried = failed.retried.and_then(|at| u32::try_from(at.as_second()).ok());
                return Some(Identity { stage: told, attempt: retried.unwrap_or(by_event), gaps });
            }
        }
    }
    // All that is known is that the execution failed: whoever said so for one of its stages has said it.
    let said = match &handler.announcer.ledger {
        Some(ledger) => ledger.failure_said(&failed.execution).await.unwrap_or_else(|error| {
            tracing::error!("it may be said twice: {error}");
            false
        }),
        None => false,
    };
    (!said).then_some(Identity { stage: told, attempt: by_event, gaps })
}

async fn record(
    handler: &Handler,
    failed: &Failed<'_>,
    identity: &Identity,
    invocation: &Invocation,
) -> Option<StageHistory> {
    let ledger = handler.announcer.ledger.as_ref()?;
    let stage = Stage { pipeline: failed.execution.pipeline.clone(), name: identity.stage.clone()? };
    let failure = Failure { execution: failed.execution.id.clone(), attempt: identity.attempt, at: failed.at };
    ledger
        .record_failure(&stage, &failure, invocation.now)
        .await
        .inspect_err(|error| tracing::error!("the stage's next success may not be told as a recovery: {error}"))
        .ok()
}

/// Since when the stage fails; or that it does no more, when this event came late.
async fn since(handler: &Handler, alert: &mut Alert, history: &StageHistory, failed: &Failed<'_>, by: Instant) {
    if let Some(success) = history.success_after(failed.at) {
        let later = Execution { pipeline: failed.execution.pipeline.clone(), id: success.execution.clone() };
        let facts = Box::pin(handler.sources.execution(&later, by)).await;
        let (note, next) = if facts.is_ok_and(|facts| facts.rolls_back_to.is_some()) {
            ("The stage was rolled back since.", "Mend what failed and push again: the stage has what it had before.")
        } else {
            ("The stage has succeeded since.", "Nothing: the stage has succeeded since.")
        };
        alert.note = Some(note.to_owned());
        alert.next = vec![next.to_owned()];
        return;
    }
    if let Some(open) = history.open().filter(|open| open.count > 1) {
        alert.since = Some(open.first.at);
        alert.in_a_row = u32::try_from(open.count).unwrap_or(u32::MAX);
    }
}
