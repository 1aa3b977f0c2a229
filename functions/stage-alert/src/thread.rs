//! The Slack thread of an execution: messages reply to the first, which is edited as the state changes.

use alert::{Alert, Kind};
use jiff::Timestamp;
use ledger::{Execution, Posted, Thread};
use notify::{SlackDelivery, SlackMessage};

use crate::announce::Announcer;
use crate::invocation::Invocation;
use crate::outcome::Unsent;
use crate::redaction::redacted;

impl Announcer {
    /// The thread of `execution` in `channel`, when it is known.
    pub(crate) async fn thread(&self, execution: Option<&Execution>, channel: &str) -> Option<Thread> {
        let (ledger, execution) = (self.ledger.as_ref()?, execution?);
        ledger.thread(execution, channel).await.unwrap_or_else(|error| {
            tracing::warn!("the execution's thread is not known: {error}");
            None
        })
    }

    /// Makes what was `posted` the first message of the execution, unless there is one.
    pub(crate) async fn keep_thread(
        &self,
        execution: Option<&Execution>,
        channel: &str,
        posted: Option<&Posted>,
        alert: &Alert,
        invocation: &Invocation,
    ) {
        let (Some(ledger), Some(execution), Some(first)) = (&self.ledger, execution, posted) else { return };
        let Ok(content) = alert.to_json() else { return };
        let thread = Thread { first: first.clone(), content: content.to_string() };
        if let Err(error) = ledger.keep_thread(execution, channel, &thread, invocation.now).await {
            tracing::warn!("the next message about the execution begins a thread of its own: {error}");
        }
    }

    /// Edits the first message of `execution`, if it tells of a failure of the place's stage, into what `next` makes of
    /// it. The headline it has then; nothing when there is no such message, when `next` leaves it as it is or when it
    /// shows something later already.
    pub(crate) async fn show(
        &self,
        execution: &Execution,
        place: &alert::Place,
        at: Timestamp,
        next: impl FnOnce(Alert) -> Option<Alert>,
        invocation: &Invocation,
    ) -> Result<Option<String>, Unsent> {
        let (Some(slack), Some(ledger)) = (&self.slack, &self.ledger) else { return Ok(None) };
        let channel = self.config.routes.of(place).channel;
        let Some(thread) = self.thread(Some(execution), &channel).await else { return Ok(None) };
        let Ok(first) = serde_json::from_str::<Alert>(&thread.content) else { return Ok(None) };
        let tells_failure = matches!(first.kind, Kind::Failed | Kind::RollbackFailed | Kind::Rejected);
        if !tells_failure || first.place.stage != place.stage {
            return Ok(None);
        }
        let Some(alert) = next(first) else { return Ok(None) };
        match ledger.may_show(execution, &channel, at).await {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(error) => tracing::warn!("the message may show a state that is past: {error}"),
        }
        let alert = redacted(alert);
        let headline = alert.headline();
        let rendered = alert.slack();
        let message = SlackMessage { channel, text: rendered.text, blocks: rendered.blocks.into(), thread: None };
        let posted = notify::Posted { channel: thread.first.channel, ts: thread.first.ts };
        match slack.update(&posted, &message, invocation.send_by).await {
            Some(SlackDelivery::Sent { .. }) => {
                tracing::info!(state = alert.kind.state(), "shown in the first message: {headline}");
                Ok(Some(headline))
            }
            // A webhook cannot edit.
            None => Ok(None),
            Some(SlackDelivery::Refused { word, .. }) => {
                // Somebody may have deleted the message; what happened was said when it did.
                tracing::warn!(word, "Slack does not edit the first message: {word}");
                Ok(None)
            }
            Some(SlackDelivery::Retry { after }) => {
                Err(Unsent(format!("{headline}: Slack asks to wait for {} s", after.as_secs())))
            }
            Some(SlackDelivery::Unreachable { reason }) => Err(Unsent(format!("{headline}: {reason}"))),
        }
    }
}
