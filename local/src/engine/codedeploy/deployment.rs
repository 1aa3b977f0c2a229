//! A deployment that is carried out: its record, and what is told of it.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::watch;

use super::failure::Failure;
use super::record::{DeploymentRecord, DeploymentState, Diagnostics, EventStatus, TargetKind, TargetRecord};
use super::signals::Signals;
use crate::deploy::BlueGreenGroup;
use crate::engine::context::Context;
use crate::engine::event::EventKind;

/// A deployment of the ECS or the Lambda platform while it runs.
#[derive(Debug, Clone)]
pub(super) struct Deployment {
    pub(super) context: Arc<Context>,
    pub(super) id: String,
    pub(super) group: BlueGreenGroup,
    pub(super) account: String,
    pub(super) region: String,
    pub(super) signals: watch::Receiver<Signals>,
}

impl Deployment {
    /// Changes the record.
    pub(super) fn update(&self, change: impl FnOnce(&mut DeploymentRecord)) {
        if let Some(record) = self.context.state().codedeploy.deployment_mut(&self.id) {
            change(record);
        }
    }

    /// Changes the one target.
    pub(super) fn update_target(&self, change: impl FnOnce(&mut TargetRecord)) {
        self.update(|record| {
            if let Some(target) = record.targets.first_mut() {
                change(target);
                target.updated = Timestamp::now();
            }
        });
    }

    /// Changes what the target is.
    pub(super) fn update_kind(&self, change: impl FnOnce(&mut TargetKind)) {
        self.update_target(|target| change(&mut target.kind));
    }

    pub(super) fn begin(&self) {
        self.update(|record| {
            record.status = DeploymentState::InProgress;
            record.started = Some(Timestamp::now());
        });
        self.update_target(|target| target.status = EventStatus::InProgress);
        self.context.emit(EventKind::DeploymentStarted {
            deployment: self.id.clone(),
            application: self.group.application_name.clone(),
            group: self.group.name.clone(),
        });
    }

    pub(super) fn begin_event(&self, event: &'static str) {
        self.event(event, EventStatus::InProgress, None);
    }

    pub(super) fn end_event(&self, event: &'static str, result: &Result<EventStatus, Failure>) {
        match result {
            Ok(status) => self.event(event, *status, None),
            Err(failure) => self.event(event, EventStatus::Failed, Some(failure.diagnostics())),
        }
    }

    fn event(&self, name: &'static str, status: EventStatus, diagnostics: Option<Diagnostics>) {
        let message = diagnostics.as_ref().map(|diagnostics| diagnostics.message.clone());
        let mut id = String::new();
        self.update_target(|target| {
            id.clone_from(&target.id);
            let now = Timestamp::now();
            let Some(event) = target.events.iter_mut().find(|event| event.name == name) else { return };
            event.status = status;
            match status {
                EventStatus::InProgress => event.started = Some(now),
                EventStatus::Skipped if event.started.is_none() => {}
                _ => event.ended = Some(now),
            }
            event.diagnostics = diagnostics;
        });
        self.context.emit(EventKind::DeploymentLifecycle {
            deployment: self.id.clone(),
            target: id,
            lifecycle_event: name,
            status,
            message,
        });
    }

    /// Every event that has not ended is not tried any more.
    pub(super) fn skip_rest(&self) {
        let unfinished = |status| matches!(status, EventStatus::Pending | EventStatus::InProgress);
        self.update_target(|target| {
            for event in target.events.iter_mut().filter(|event| unfinished(event.status)) {
                event.status = EventStatus::Skipped;
            }
        });
    }

    /// What the observers hear last of it.
    pub(super) fn tell_end(&self, status: DeploymentState) {
        self.context.emit(EventKind::DeploymentEnded {
            deployment: self.id.clone(),
            application: self.group.application_name.clone(),
            group: self.group.name.clone(),
            status,
        });
    }
}
