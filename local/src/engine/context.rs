//! What every part of the engine shares.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use jiff::Timestamp;
use tokio::sync::broadcast;
use tokio::task::{AbortHandle, JoinSet};

use super::clock::Clock;
use super::config::EngineConfig;
use super::emulated::Emulated;
use super::event::{EngineEvent, EventKind};
use super::state::State;

/// Events that a slow observer may lag behind before it misses some. A build writes some thousand lines.
const EVENT_BACKLOG: usize = 16_384;

#[derive(Debug)]
pub(super) struct Context {
    pub(super) config: EngineConfig,
    /// The emulator; it comes after the engine, because it is told the engine's address.
    pub(super) emulated: OnceLock<Emulated>,
    state: Mutex<State>,
    events: broadcast::Sender<EngineEvent>,
    tasks: Mutex<JoinSet<()>>,
}

impl Context {
    pub(super) fn new(config: EngineConfig) -> Self {
        Self {
            config,
            emulated: OnceLock::new(),
            state: Mutex::default(),
            events: broadcast::Sender::new(EVENT_BACKLOG),
            tasks: Mutex::default(),
        }
    }

    /// The state, for a moment: the guard cannot live across an await, because it must not move between threads.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn clock(&self) -> Clock {
        self.config.clock
    }

    pub(super) fn emit(&self, kind: EventKind) {
        // Nobody has to listen.
        let _ = self.events.send(EngineEvent { at: Timestamp::now(), kind });
    }

    pub(super) fn subscribe(&self) -> broadcast::Receiver<EngineEvent> {
        self.events.subscribe()
    }

    /// Runs a task that ends with the engine at the latest.
    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) -> AbortHandle {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(task)
    }

    /// Ends every task and waits until they are gone.
    pub(super) async fn end_tasks(&self) {
        let mut tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        tasks.shutdown().await;
    }
}
