//! What people are told while releases are delivered.

use std::time::Duration;

use super::account::REGION;
use super::error::RunError;
use crate::emulator::client::{Caller, EmulatorClient};
use crate::engine::{Engine, ExecutionStatus};
use crate::eventing::{BusSettings, Delivery, EventBus, Origin, Records};
use crate::inbox::{Inbox, Received};
use crate::slack::Slack;

/// How long it may take until a function is done with one more try of an event, and until what they published was received. A
/// function that tells people has a minute, which Lambda ends, and is tried again after seconds.
const SETTLE_LIMIT: Duration = Duration::from_mins(2);

/// The events of the system on their way to people, and what people got.
#[derive(Debug)]
pub(super) struct Alerts {
    bus: EventBus,
    inbox: Inbox,
    /// The emulator's launcher, which knows when Lambda has nothing left to do.
    launcher: EmulatorClient,
}

impl Alerts {
    /// Delivers the engine's events from now on, and gets what the topic tells its subscribers.
    pub(super) async fn start(
        engine: &Engine,
        (client, root): (&EmulatorClient, &Caller),
        launcher: EmulatorClient,
        slack: Slack,
        topic: &str,
        delivery: Delivery,
    ) -> Result<Self, RunError> {
        let mut inbox = Inbox::new(slack);
        inbox.subscribe(client, root, topic).await?;
        first_executions_ended(engine).await?;
        // A topic's ARN has the account in it: arn, partition, service, region, account.
        let account = topic.split(':').nth(4).unwrap_or_default().to_owned();
        let settings = BusSettings { origin: Origin { account, region: REGION.to_owned() }, delivery };
        let (executions, deployments) = (engine.records(), engine.records());
        let records = Records {
            execution: move |id: &str| executions.execution(id),
            deployment: move |id: &str| deployments.deployment(id),
        };
        let bus = EventBus::start(settings, (client, root), engine.events(), records);
        Ok(Self { bus, inbox, launcher })
    }

    /// Waits until everybody was told what there is to tell: the events are with their targets, the functions are done with
    /// them, and what they have published was received.
    pub(super) async fn settled(&self, (client, root): (&EmulatorClient, &Caller)) -> Result<(), RunError> {
        self.bus.settled().await;
        let done = self.launcher.events_done(SETTLE_LIMIT).await?;
        if !(done && self.inbox.emptied(client, root, SETTLE_LIMIT).await?) {
            return Err(RunError::NotSettled { seconds: SETTLE_LIMIT.as_secs() });
        }
        Ok(())
    }

    /// What people got until now, in the order it came.
    pub(super) fn received(&self) -> Vec<Received> {
        self.inbox.received()
    }

    /// What people got, as soon as it is more than `known`.
    pub(super) async fn more_than(&self, known: usize) -> Vec<Received> {
        while !self.inbox.wait_until(SETTLE_LIMIT, |received| received.len() > known).await {}
        self.inbox.received()
    }
}

/// A pipeline runs when it is made, before there are sources, and fails. That is part of the deployment of the stack, whose
/// rules are made in between; nobody is told of it.
async fn first_executions_ended(engine: &Engine) -> Result<(), RunError> {
    let mut events = engine.events();
    let runs = |status| matches!(status, ExecutionStatus::InProgress | ExecutionStatus::Stopping);
    while engine.executions().iter().any(|execution| runs(execution.status)) {
        if let Err(tokio::sync::broadcast::error::RecvError::Closed) = events.recv().await {
            return Err(RunError::EngineGone);
        }
    }
    Ok(())
}
