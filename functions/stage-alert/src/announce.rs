//! Saying something once: claimed in the ledger, sent to SNS and to Slack side by side, noted.

use alert::{Alert, Severity};
use ledger::{Claim, Delivery, Execution, Ledger, MessageKey, Outlet, Said};
use notify::{Publication, Slack, SlackDelivery, SlackMessage, SnsMessage, Undelivered, publish};

use crate::config::Config;
use crate::invocation::Invocation;
use crate::outcome::{Outcome, Unsent};
use crate::parked::{name, park};
use crate::redaction::redacted;

/// Says things. Made once, before the first event.
pub(crate) struct Announcer {
    pub(crate) config: Config,
    pub(crate) ledger: Option<Ledger>,
    pub(crate) sns: aws_sdk_sns::Client,
    pub(crate) slack: Option<Slack>,
    pub(crate) undelivered: Option<Undelivered>,
}

/// Whose turn it is to say something.
pub(crate) enum Turn {
    /// Ours, except by the outlets that have it.
    Ours(Box<Turned>),
    /// Everybody has it, or has refused it.
    Done,
    /// Another invocation says it.
    Theirs,
}

/// A message that is ours to send.
pub(crate) struct Turned {
    key: MessageKey,
    /// Nothing when the ledger cannot be reached: the message is sent without it.
    said: Option<Said>,
}

impl Announcer {
    /// Asks whether `key` is to be said by this invocation.
    pub(crate) async fn claim(&self, key: MessageKey, invocation: &Invocation) -> Turn {
        let Some(ledger) = &self.ledger else { return Turn::Ours(Box::new(Turned { key, said: None })) };
        match ledger.claim(&key, &invocation.owner, self.outlets(), invocation.now).await {
            Ok(Claim::Mine(said)) => Turn::Ours(Box::new(Turned { key, said: Some(said) })),
            Ok(Claim::Done) => Turn::Done,
            Ok(Claim::Theirs { .. }) => Turn::Theirs,
            Err(error) => {
                // Two messages are better than none.
                tracing::error!("it may be said twice: {error}");
                Turn::Ours(Box::new(Turned { key, said: None }))
            }
        }
    }

    /// Claims `key` and says what `alert` makes, when it is ours to say and wanted.
    pub(crate) async fn say(
        &self,
        key: MessageKey,
        alert: Alert,
        execution: Option<&Execution>,
        invocation: &Invocation,
    ) -> Result<Outcome, Unsent> {
        if !self.config.noise.wants(alert.kind) {
            return Ok(UNWANTED);
        }
        match self.claim(key, invocation).await {
            Turn::Ours(turned) => self.send(&turned, alert, execution, invocation).await,
            Turn::Done => Ok(SAID_BEFORE),
            Turn::Theirs => Ok(SAID_BY_ANOTHER),
        }
    }

    /// Sends `alert` by every outlet that does not have it yet. The error says by which it did not leave.
    pub(crate) async fn send(
        &self,
        turned: &Turned,
        mut alert: Alert,
        execution: Option<&Execution>,
        invocation: &Invocation,
    ) -> Result<Outcome, Unsent> {
        alert.gaps.extend(self.config.wrong.iter().cloned());
        let mut alert = redacted(alert);
        if alert.severity >= Severity::Error {
            alert.mention = alert.mention.or_else(|| self.config.routes.of(&alert.place).mention);
        }
        let headline = alert.headline();
        // Neither waits for the other: what is left of one is told after both.
        let (sns, slack) = tokio::join!(
            Box::pin(self.to_sns(turned, &alert, invocation)),
            Box::pin(self.to_slack(turned, &alert, execution, invocation))
        );
        let left: Vec<String> = [sns, slack].into_iter().filter_map(Result::err).collect();
        if left.is_empty() {
            tracing::info!(state = alert.kind.state(), "said: {headline}");
            return Ok(Outcome::Said(headline));
        }
        Err(Unsent(format!("{headline}: {}", left.join("; "))))
    }

    async fn to_sns(&self, turned: &Turned, alert: &Alert, invocation: &Invocation) -> Result<(), String> {
        if turned.has(Outlet::Sns) {
            return Ok(());
        }
        let notification = alert.sns();
        let message = SnsMessage {
            subject: notification.subject,
            body: notification.text,
            attributes: notification.attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        };
        let delivery = match publish(&self.sns, &self.config.topic, &message, invocation.send_by).await {
            Publication::Sent { id } => {
                tracing::info!(message.id = id, "SNS has it");
                Delivery::Sent { at: jiff::Timestamp::now(), posted: None }
            }
            Publication::Refused { word, detail } => self.refused(alert, Outlet::Sns, word, Some(&detail)).await?,
            Publication::Unreachable { reason } => return Err(format!("SNS: {reason}")),
        };
        self.note(turned, Outlet::Sns, &delivery, invocation).await;
        Ok(())
    }

    async fn to_slack(
        &self,
        turned: &Turned,
        alert: &Alert,
        execution: Option<&Execution>,
        invocation: &Invocation,
    ) -> Result<(), String> {
        let Some(slack) = &self.slack else { return Ok(()) };
        let channel = self.config.routes.of(&alert.place).channel;
        if turned.has(Outlet::Slack) {
            // A crash may have come between the note and the thread.
            self.keep_thread(execution, &channel, turned.said.as_ref().and_then(Said::posted), alert, invocation).await;
            return Ok(());
        }
        let thread = self.thread(execution, &channel).await.map(|thread| thread.first.ts);
        let rendered = alert.slack();
        let (text, blocks) = (rendered.text, rendered.blocks.into());
        let message = SlackMessage { channel: channel.clone(), text, blocks, thread };
        let delivery = match slack.post(&message, invocation.send_by).await {
            SlackDelivery::Sent { posted } => {
                tracing::info!(channel, "Slack has it");
                let posted = posted.map(|posted| ledger::Posted { channel: posted.channel, ts: posted.ts });
                Delivery::Sent { at: jiff::Timestamp::now(), posted }
            }
            SlackDelivery::Refused { word, detail } => {
                self.refused(alert, Outlet::Slack, word, detail.as_deref()).await?
            }
            SlackDelivery::Retry { after } => return Err(format!("Slack asks to wait for {} s", after.as_secs())),
            SlackDelivery::Unreachable { reason } => return Err(reason),
        };
        self.note(turned, Outlet::Slack, &delivery, invocation).await;
        if let Delivery::Sent { posted: Some(posted), .. } = &delivery {
            self.keep_thread(execution, &channel, Some(posted), alert, invocation).await;
        }
        Ok(())
    }

    /// What an outlet refuses is kept before it is noted: whoever tries again must find one of both.
    async fn refused(
        &self,
        alert: &Alert,
        outlet: Outlet,
        word: String,
        detail: Option<&str>,
    ) -> Result<Delivery, String> {
        let detail = detail.map_or(String::new(), |detail| format!(" ({detail})"));
        let to = name(outlet);
        tracing::error!(outlet = to, word, "{to} refuses {:?} with {word}{detail}", alert.headline());
        park(self.undelivered.as_ref(), alert, outlet, &word)
            .await
            .map_err(|error| format!("{to} refuses it with {word}, and {error}"))?;
        Ok(Delivery::Refused { at: jiff::Timestamp::now(), word })
    }

    async fn note(&self, turned: &Turned, outlet: Outlet, delivery: &Delivery, invocation: &Invocation) {
        let (Some(ledger), Some(_)) = (&self.ledger, &turned.said) else { return };
        match ledger.note(&turned.key, &invocation.owner.id, outlet, delivery).await {
            Ok(true) => {}
            Ok(false) => tracing::warn!(outlet = name(outlet), "another invocation has taken the message over"),
            Err(error) => tracing::error!(outlet = name(outlet), "it may be said again: {error}"),
        }
    }

    /// Where everything goes.
    fn outlets(&self) -> &'static [Outlet] {
        if self.slack.is_some() { &[Outlet::Sns, Outlet::Slack] } else { &[Outlet::Sns] }
    }
}

impl Turned {
    fn has(&self, outlet: Outlet) -> bool {
        self.said.as_ref().is_some_and(|said| said.by(outlet).is_some())
    }
}

/// The setting `NOISE` leaves it out.
pub(crate) const UNWANTED: Outcome = Outcome::Silent("the noise setting leaves it out");
/// It was said by an earlier event, or by this one in an earlier try.
pub(crate) const SAID_BEFORE: Outcome = Outcome::Silent("it was said before");
/// It is being said.
pub(crate) const SAID_BY_ANOTHER: Outcome = Outcome::Silent("another invocation says it");
