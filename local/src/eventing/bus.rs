//! The bus: follows the engine, and delivers what it tells.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::build::build_state_change;
use super::delivery::{Attempt, Emulated, Outcome, deliver};
use super::disorder::{Delivery, Disorder};
use super::state_change::{Origin, StateChange};
use super::{build_log, deployment, translate};
use crate::emulator::client::{Caller, EmulatorClient};
use crate::engine::{BuildRecord, DeploymentRecord, EngineEvent, EventKind, ExecutionRecord};

/// When nothing more has come for so long, what is held back to be mixed is delivered.
const QUIET: Duration = Duration::from_millis(300);

/// What is decided about a bus before it starts.
#[derive(Debug, Clone)]
pub struct BusSettings {
    /// The account and the region that events are from.
    pub origin: Origin,
    /// How they come to their targets.
    pub delivery: Delivery,
}

/// How the engine's records are looked up, as they stand, by their ids.
#[derive(Debug, Clone)]
pub struct Records<E, D> {
    /// Gives an execution.
    pub execution: E,
    /// Gives a deployment.
    pub deployment: D,
}

/// A running bus. Dropping it ends it.
#[derive(Debug)]
pub struct EventBus {
    origin: Origin,
    items: mpsc::UnboundedSender<Item>,
    settle: mpsc::UnboundedSender<oneshot::Sender<()>>,
    attempts: Arc<Mutex<Vec<Attempt>>>,
    tasks: [JoinHandle<()>; 2],
}

#[derive(Debug)]
enum Item {
    Event(Value),
    /// The log of a build, which is to be found before anybody is told that the build ended.
    Log {
        group: String,
        stream: String,
        file: PathBuf,
    },
    /// Everything before this was delivered.
    Settled(oneshot::Sender<()>),
}

impl EventBus {
    /// Starts to deliver what `events` tell.
    pub fn start<E, D>(
        settings: BusSettings,
        (client, root): (&EmulatorClient, &Caller),
        events: broadcast::Receiver<EngineEvent>,
        records: Records<E, D>,
    ) -> Self
    where
        E: Fn(&str) -> Option<ExecutionRecord> + Send + 'static,
        D: Fn(&str) -> Option<DeploymentRecord> + Send + 'static,
    {
        let BusSettings { origin, delivery } = settings;
        let emulated = Emulated { client: client.clone(), root: root.clone(), origin: origin.clone() };
        let attempts = Arc::new(Mutex::new(Vec::new()));
        let (items, received) = mpsc::unbounded_channel();
        let (settle, asked) = mpsc::unbounded_channel();
        let followed = follow(origin.clone(), events, records, items.clone(), asked);
        let delivered = run(emulated, Disorder::new(delivery), received, Arc::clone(&attempts));
        let tasks = [tokio::spawn(followed), tokio::spawn(delivered)];
        Self { origin, items, settle, attempts, tasks }
    }

    /// Delivers the state change of another service.
    pub fn publish(&self, change: &StateChange) {
        // Nobody takes it any more when the bus ends.
        let _ = self.items.send(Item::Event(identified(change, &self.origin)));
    }

    /// Waits until everything that the engine has told so far was handed to its targets, which then work on it by themselves.
    pub async fn settled(&self) {
        let (sender, settled) = oneshot::channel();
        if self.settle.send(sender).is_ok() {
            let _ = settled.await;
        }
    }

    /// Every attempt to deliver an event until now.
    #[must_use]
    pub fn attempts(&self) -> Vec<Attempt> {
        self.attempts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for EventBus {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// Turns what the engine tells into events. It does nothing that takes time, so that it misses nothing.
async fn follow<E, D>(
    origin: Origin,
    mut events: broadcast::Receiver<EngineEvent>,
    records: Records<E, D>,
    items: mpsc::UnboundedSender<Item>,
    mut settle: mpsc::UnboundedReceiver<oneshot::Sender<()>>,
) where
    E: Fn(&str) -> Option<ExecutionRecord>,
    D: Fn(&str) -> Option<DeploymentRecord>,
{
    let mut engine_works = true;
    loop {
        tokio::select! {
            // What has been told already comes before the question whether all was told.
            biased;
            event = events.recv(), if engine_works => match event {
                Ok(event) => {
                    for item in of_engine(&origin, &event, &records) {
                        let _ = items.send(item);
                    }
                }
                Err(RecvError::Lagged(missed)) => {
                    tracing::error!(missed, "state changes may be missing: the engine told more than could be followed");
                }
                Err(RecvError::Closed) => engine_works = false,
            },
            asked = settle.recv() => match asked {
                Some(sender) => drop(items.send(Item::Settled(sender))),
                None => return,
            },
        }
    }
}

fn of_engine<E, D>(origin: &Origin, event: &EngineEvent, records: &Records<E, D>) -> Vec<Item>
where
    E: Fn(&str) -> Option<ExecutionRecord>,
    D: Fn(&str) -> Option<DeploymentRecord>,
{
    let item = |change: StateChange| Item::Event(identified(&change, origin));
    if let Some(id) = deployment::deployment_of(event) {
        let record = (records.deployment)(id);
        return deployment::state_changes(origin, event, record.as_ref()).into_iter().map(item).collect();
    }
    if let EventKind::Build(build) = &event.kind {
        return log_of(build).into_iter().chain([item(build_state_change(build, event.at))]).collect();
    }
    let Some(record) = translate::execution_of(event).and_then(&records.execution) else { return Vec::new() };
    translate::state_change(origin, event, &record).map(item).into_iter().collect()
}

/// The log of a build that ended, when it logs.
fn log_of(build: &BuildRecord) -> Option<Item> {
    let (group, stream) = build.log.clone().filter(|_| build.ended.is_some())?;
    Some(Item::Log { group, stream, file: build.log_file.clone()? })
}

fn identified(change: &StateChange, origin: &Origin) -> Value {
    change.event(origin, &Uuid::new_v4().to_string())
}

async fn run(
    emulated: Emulated,
    mut disorder: Disorder,
    mut items: mpsc::UnboundedReceiver<Item>,
    attempts: Arc<Mutex<Vec<Attempt>>>,
) {
    loop {
        let item = match tokio::time::timeout(QUIET, items.recv()).await {
            Ok(Some(item)) => item,
            Ok(None) => return,
            Err(_) => {
                all(&emulated, disorder.drain(), &attempts).await;
                continue;
            }
        };
        match item {
            Item::Event(event) => all(&emulated, disorder.pass(&event), &attempts).await,
            Item::Log { group, stream, file } => {
                if let Err(error) = build_log::publish(&emulated, (&group, &stream), &file).await {
                    tracing::error!(%error, group, stream, "the build's log is not in CloudWatch Logs");
                }
            }
            Item::Settled(sender) => {
                all(&emulated, disorder.drain(), &attempts).await;
                // Whoever asked may have gone.
                let _ = sender.send(());
            }
        }
    }
}

async fn all(emulated: &Emulated, events: Vec<Value>, attempts: &Mutex<Vec<Attempt>>) {
    for event in events {
        match deliver(emulated, &event).await {
            Ok(made) => {
                for attempt in made.iter().filter(|attempt| attempt.outcome != Outcome::Delivered) {
                    tracing::warn!(rule = attempt.rule, target = attempt.target, outcome = ?attempt.outcome, "an event was not delivered");
                }
                attempts.lock().unwrap_or_else(PoisonError::into_inner).extend(made);
            }
            Err(error) => tracing::error!(%error, event = %event["id"], "the rules could not be asked for an event"),
        }
    }
}
