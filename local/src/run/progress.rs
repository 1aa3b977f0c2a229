//! The pipeline's events as lines for a person.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::console::Console;
use crate::engine::{EngineEvent, EventKind, Place};

/// Shows events as they come.
#[derive(Debug)]
pub(super) struct Progress<'c> {
    console: &'c Console,
    started: BTreeMap<(String, String), Timestamp>,
}

impl<'c> Progress<'c> {
    /// Shows events on `console`.
    pub(super) fn new(console: &'c Console) -> Self {
        Self { console, started: BTreeMap::new() }
    }

    /// Shows one event; log lines appear on the spinner only, so that they do not drown the rest.
    pub(super) fn show(&mut self, event: &EngineEvent) {
        match &event.kind {
            EventKind::ActionStarted { place, .. } => {
                self.started.insert((place.stage.clone(), place.action.clone()), event.at);
                self.console.busy(format_args!("{} · {}", place.stage, place.action));
            }
            EventKind::ActionSucceeded { place, summary, .. } => {
                self.ended('✓', place, event.at, summary.as_deref().unwrap_or_default());
            }
            EventKind::ActionFailed { place, code, message, .. } => {
                self.ended('✗', place, event.at, &format!("{code}: {message}"));
            }
            EventKind::ActionAbandoned { place } => self.ended('·', place, event.at, "abandoned"),
            EventKind::LogLine { place, line } => {
                self.console.busy(format_args!("{} · {}: {line}", place.stage, place.action));
            }
            EventKind::Denied { message, .. } => self.console.note(format_args!("! Denied by IAM: {message}")),
            EventKind::UnknownOperation { service, operation } => {
                self.console.note(format_args!("! The local {service} does not know {operation}"));
            }
            EventKind::ExecutionStarted { .. }
            | EventKind::ExecutionStopping { .. }
            | EventKind::ExecutionResumed { .. }
            | EventKind::StageResumed { .. }
            | EventKind::ApprovalNeeded { .. }
            | EventKind::ExecutionEnded { .. }
            | EventKind::Stage { .. }
            | EventKind::JobStarted { .. }
            | EventKind::Build(_)
            | EventKind::DeploymentStarted { .. }
            | EventKind::DeploymentReady { .. }
            | EventKind::DeploymentLifecycle { .. }
            | EventKind::DeploymentEnded { .. }
            | EventKind::JobEnded { .. } => {}
        }
    }

    fn ended(&mut self, mark: char, place: &Place, at: Timestamp, said: &str) {
        let key = (place.stage.clone(), place.action.clone());
        let took = self.started.remove(&key).map_or(0.0, |started| at.duration_since(started).as_secs_f64());
        let first = said.lines().next().unwrap_or_default();
        self.console.idle();
        self.console.note(format_args!("{mark} {} · {} ({took:.1} s) {first}", place.stage, place.action));
    }
}
