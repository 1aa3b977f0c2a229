//! Records of deployments to instances, which a pipeline makes.

use std::sync::Arc;

use jiff::Timestamp;

use super::create::new_id;
use super::record::{
    Creator, DeploymentRecord, DeploymentState, Diagnostics, ErrorInformation, EventRecord, EventStatus, TargetKind,
    TargetRecord,
};
use super::revision::Revision;
use crate::deploy::{
    ComputePlatform, DeploymentEvent, DeploymentGroup, DeploymentOutcome, DeploymentStatus, IN_PLACE_LIFECYCLE,
    Instance, InstanceRecord, LifecycleEventRecord,
};
use crate::engine::context::Context;
use crate::engine::event::EventKind;

/// A deployment to instances while it runs. Its group takes one at a time, until the value is dropped.
#[derive(Debug)]
pub(in crate::engine) struct InPlace {
    context: Arc<Context>,
    id: String,
    group: DeploymentGroup,
}

impl InPlace {
    /// Records a deployment. The error is the other one that runs.
    pub(in crate::engine) fn begin(
        context: &Arc<Context>,
        group: &DeploymentGroup,
        revision: Revision,
        (account, region): (&str, &str),
    ) -> Result<Self, String> {
        let (application, name) = (group.application_name.clone(), group.name.clone());
        let key = (application.clone(), name.clone());
        let id = new_id();
        {
            let mut state = context.state();
            if let Some(other) = state.deployments.running.get(&key) {
                return Err(other.clone());
            }
            state.deployments.running.insert(key, id.clone());
            state.codedeploy.register(&application, &name, &revision);
            let previous = state.codedeploy.last_successful(&application, &name).map(|last| last.revision.clone());
            let now = Timestamp::now();
            let instances = context.config.instances.iter().filter(|instance| group.includes(instance));
            let targets = instances.map(|instance| target(instance, account, region, now)).collect();
            state.codedeploy.deployments.push(DeploymentRecord {
                id: id.clone(),
                application: application.clone(),
                group: name.clone(),
                config_name: group.config.name().to_owned(),
                platform: ComputePlatform::Server,
                revision,
                previous_revision: previous,
                status: DeploymentState::InProgress,
                error: None,
                creator: Creator::User,
                description: None,
                rollback: None,
                created: now,
                started: Some(now),
                completed: None,
                termination_wait_started: false,
                targets,
            });
        }
        context.emit(EventKind::DeploymentStarted { deployment: id.clone(), application, group: name });
        Ok(Self { context: Arc::clone(context), id, group: group.clone() })
    }

    pub(in crate::engine) fn id(&self) -> &str {
        &self.id
    }

    /// Notes what a deployment tells.
    pub(in crate::engine) fn note(&self, told: &DeploymentEvent) {
        let DeploymentEvent::Lifecycle { instance, event, status, message } = told else { return };
        let (status, now) = (EventStatus::from(*status), Timestamp::now());
        self.update(|record| {
            let Some(target) = record.targets.iter_mut().find(|target| target.id == *instance) else { return };
            target.status = EventStatus::InProgress;
            target.updated = now;
            if let Some(known) = target.events.iter_mut().find(|known| known.name == *event) {
                known.status = status;
                if status == EventStatus::InProgress { known.started = Some(now) } else { known.ended = Some(now) }
            }
        });
        self.context.emit(EventKind::DeploymentLifecycle {
            deployment: self.id.clone(),
            target: instance.clone(),
            lifecycle_event: event,
            status,
            message: message.clone(),
        });
    }

    /// Notes the end, with what the agents say of each event.
    pub(in crate::engine) fn end(&self, outcome: &DeploymentOutcome) {
        let status = match outcome.status {
            DeploymentStatus::Succeeded => DeploymentState::Succeeded,
            DeploymentStatus::Failed => DeploymentState::Failed,
        };
        self.update(|record| {
            for target in &mut record.targets {
                if let Some(known) = outcome.instances.iter().find(|known| known.name == target.id) {
                    fill(target, known);
                }
            }
        });
        let error = outcome.error.as_ref();
        let error = error.map(|error| ErrorInformation { code: error.code, message: error.message.clone() });
        self.complete(status, error);
    }

    fn complete(&self, status: DeploymentState, error: Option<ErrorInformation>) {
        self.update(|record| {
            record.status = status;
            record.error = error;
            record.completed = Some(Timestamp::now());
        });
        self.context.emit(EventKind::DeploymentEnded {
            deployment: self.id.clone(),
            application: self.group.application_name.clone(),
            group: self.group.name.clone(),
            status,
        });
    }

    fn update(&self, change: impl FnOnce(&mut DeploymentRecord)) {
        if let Some(record) = self.context.state().codedeploy.deployment_mut(&self.id) {
            change(record);
        }
    }
}

impl Drop for InPlace {
    fn drop(&mut self) {
        let over = {
            let mut state = self.context.state();
            state.deployments.running.retain(|_, id| *id != self.id);
            state.codedeploy.deployment(&self.id).is_none_or(|known| known.status.is_over())
        };
        if !over {
            // The pipeline's action was cut off or could not read its artifact.
            let message = "The deployment was stopped before it had ended.".to_owned();
            self.complete(DeploymentState::Stopped, Some(ErrorInformation { code: "MANUAL_STOP", message }));
        }
    }
}

fn target(instance: &Instance, account: &str, region: &str, updated: Timestamp) -> TargetRecord {
    TargetRecord {
        id: instance.name.clone(),
        arn: format!("arn:aws:ec2:{region}:{account}:instance/{}", instance.name),
        status: EventStatus::Pending,
        updated,
        events: IN_PLACE_LIFECYCLE.iter().map(|name| EventRecord::pending(name)).collect(),
        kind: TargetKind::Instance,
    }
}

fn fill(target: &mut TargetRecord, known: &InstanceRecord) {
    target.status = known.status.into();
    target.updated = Timestamp::now();
    if !known.lifecycle_events.is_empty() {
        target.events = known.lifecycle_events.iter().map(event).collect();
    }
}

fn event(known: &LifecycleEventRecord) -> EventRecord {
    let skipped = known.started.is_none();
    EventRecord {
        name: known.name,
        status: known.status.into(),
        started: known.started,
        ended: known.ended,
        diagnostics: (!skipped).then(|| Diagnostics {
            code: known.code,
            script: known.script.clone().unwrap_or_default(),
            message: known.message.clone().unwrap_or_default(),
            log_tail: known.log_tail.clone(),
        }),
    }
}
