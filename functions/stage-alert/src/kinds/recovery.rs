//! A stage that had failed succeeds.

use alert::{Alert, Kind, Place};
use delivery_event::StageChange;
use jiff::Timestamp;
use ledger::{Execution, Ledger, MessageKey, OpenFailure, Stage, Success};

use crate::announce::{SAID_BY_ANOTHER, Turn, UNWANTED};
use crate::handler::Handler;
use crate::invocation::Invocation;
use crate::kinds::{enriched, execution};
use crate::outcome::{Outcome, Unsent};
use crate::place;

/// The event of a stage that succeeded.
pub(crate) async fn of_stage(
    handler: &Handler,
    change: &StageChange,
    invocation: &Invocation,
) -> Result<Outcome, Unsent> {
    let (Some(ledger), Some(name)) = (&handler.announcer.ledger, &change.stage) else {
        return Ok(Outcome::Silent("nobody knows whether the stage failed before"));
    };
    let execution = execution(change.pipeline.as_deref(), change.execution.as_deref());
    let stage = Stage { pipeline: execution.pipeline.clone(), name: name.clone() };
    let at = change.envelope.time.unwrap_or(invocation.now);
    let history = match ledger.stage(&stage).await {
        Ok(history) => history,
        Err(error) => {
            tracing::error!("a recovery may not be told: {error}");
            return Ok(Outcome::Silent("nobody knows whether the stage failed before"));
        }
    };
    let outcome = match history.ended_by(at) {
        Some(open) => {
            let place = place::of_stage(&handler.announcer.config, &change.envelope, &execution, Some(name));
            let outcome = tell(handler, &open, place, &execution, at, invocation).await?;
            if outcome == SAID_BY_ANOTHER {
                return Ok(outcome);
            }
            outcome
        }
        None => Outcome::Silent("the stage did not fail before"),
    };
    record(ledger, &stage, &execution, at, invocation).await;
    Ok(outcome)
}

/// Says that `open` is over, and shows it in the messages that told of it. A rollback ends it too, and mends nothing.
async fn tell(
    handler: &Handler,
    open: &OpenFailure,
    place: Place,
    execution: &Execution,
    at: Timestamp,
    invocation: &Invocation,
) -> Result<Outcome, Unsent> {
    let announcer = &handler.announcer;
    let (facts, runs) = tokio::join!(
        Box::pin(handler.sources.execution(execution, invocation.sources_by)),
        Box::pin(handler.sources.actions(execution, invocation.sources_by)),
    );
    let rolls_back = facts.as_ref().is_ok_and(|facts| facts.rolls_back_to.is_some());
    let mut outcome = if rolls_back {
        Outcome::Silent("the end of the rollback is told instead")
    } else if announcer.config.noise.wants(Kind::Recovered) {
        match announcer
            .claim(MessageKey::recovery(execution, place.stage.as_deref().unwrap_or_default()), invocation)
            .await
        {
            Turn::Ours(turned) => {
                let failed_in = Execution { pipeline: execution.pipeline.clone(), id: open.last.execution.clone() };
                let channel = announcer.config.routes.of(&place).channel;
                let thread = announcer.thread(Some(&failed_in), &channel).await;
                let failure = thread.and_then(|thread| serde_json::from_str::<Alert>(&thread.content).ok());
                let mut alert = Alert::new(Kind::Recovered, place.clone());
                alert.reasons = failure.map(|failure| failure.reasons).unwrap_or_default();
                alert.occurred = Some(at);
                alert.since = Some(open.first.at);
                alert.note = (open.count > 1).then(|| format!("It had failed {} times in a row.", open.count));
                alert.links = place::execution_link(&place).into_iter().collect();
                match facts {
                    Ok(facts) => {
                        alert.revisions = enriched(facts.revisions, &runs.unwrap_or_default(), &place);
                        alert.trigger = facts.trigger;
                    }
                    Err(gap) => alert.gaps.push(gap.0),
                }
                announcer.send(&turned, alert, Some(execution), invocation).await?
            }
            // A try after a crash still has the edits and the record to make.
            Turn::Done => crate::announce::SAID_BEFORE,
            Turn::Theirs => return Ok(SAID_BY_ANOTHER),
        }
    } else {
        UNWANTED
    };
    let mut failed_in = vec![&open.last.execution];
    failed_in.extend((open.first.execution != open.last.execution).then_some(&open.first.execution));
    for id in failed_in {
        let execution = Execution { pipeline: execution.pipeline.clone(), id: id.clone() };
        let since = open.first.at;
        let next = |first: Alert| {
            let first = Alert { since: Some(since), ..first };
            Some(if rolls_back { first.become_rolled_back(at) } else { first.become_recovered(at) })
        };
        let shown = announcer.show(&execution, &place, at, next, invocation).await?;
        if let (Some(headline), Outcome::Silent(_)) = (shown, &outcome) {
            outcome = Outcome::Shown(headline);
        }
    }
    Ok(outcome)
}

async fn record(ledger: &Ledger, stage: &Stage, execution: &Execution, at: Timestamp, invocation: &Invocation) {
    let success = Success { execution: execution.id.clone(), at };
    if let Err(error) = ledger.record_success(stage, &success, invocation.now).await {
        tracing::error!("the next success may be told as a recovery again: {error}");
    }
}
