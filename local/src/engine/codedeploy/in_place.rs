//! Records of deployments to instances, which a pipeline makes, and of those that roll them back.

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
    Instance, InstanceRecord, LifecycleEventRecord, RollbackEvent,
};
use crate::engine::context::Context;
use crate::engine::event::EventKind;
use crate::engine::state::State;

/// A deployment to instances while it runs. Its group takes one at a time, until the value is dropped.
#[derive(Debug)]
pub(in crate::engine) struct InPlace {
    context: Arc<Context>,
    id: String,
    group: DeploymentGroup,
    account: String,
    region: String,
}

impl InPlace {
    /// Records a deployment. The error is the other one that runs.
    pub(in crate::engine) fn begin(
        context: &Arc<Context>,
        group: &DeploymentGroup,
        revision: Revision,
        (account, region): (&str, &str),
    ) -> Result<Self, String> {
        let deployment = Self {
            context: Arc::clone(context),
            id: new_id(),
            group: group.clone(),
            account: account.to_owned(),
            region: region.to_owned(),
        };
        {
            let mut state = context.state();
            if let Some(other) = state.deployments.running.get(&deployment.key()) {
                return Err(other.clone());
            }
            deployment.record(&mut state, revision, Creator::User, None);
        }
        deployment.tell_start();
        Ok(deployment)
    }

    /// Its group belongs to it from now on.
    fn record(&self, state: &mut State, revision: Revision, creator: Creator, description: Option<String>) {
        let key = self.key();
        let (application, group) = &key;
        state.codedeploy.register(application, group, &revision);
        let previous_revision = state.codedeploy.last_successful(application, group).map(|last| last.revision.clone());
        let now = Timestamp::now();
        let instances = self.context.config.instances.iter().filter(|instance| self.group.includes(instance));
        let targets = instances.map(|instance| target(instance, &self.account, &self.region, now)).collect();
        state.codedeploy.deployments.push(DeploymentRecord {
            id: self.id.clone(),
            application: application.clone(),
            group: group.clone(),
            config_name: self.group.config.name().to_owned(),
            platform: ComputePlatform::Server,
            revision,
            previous_revision,
            status: DeploymentState::InProgress,
            error: None,
            creator,
            description,
            rollback: None,
            created: now,
            started: Some(now),
            completed: None,
            termination_wait_started: false,
            targets,
        });
        state.deployments.running.insert(key, self.id.clone());
    }

    fn key(&self) -> (String, String) {
        (self.group.application_name.clone(), self.group.name.clone())
    }

    fn tell_start(&self) {
        let (application, group) = self.key();
        self.context.emit(EventKind::DeploymentStarted { deployment: self.id.clone(), application, group });
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

    /// Whom it deploys to.
    pub(in crate::engine) fn group(&self) -> &DeploymentGroup {
        &self.group
    }

    /// What it deploys.
    pub(in crate::engine) fn revision(&self) -> Option<Revision> {
        self.context.state().codedeploy.deployment(&self.id).map(|record| record.revision.clone())
    }

    /// Notes the end, with what the agents say of each event. The answer is the deployment that rolls this one back, which
    /// has the group from then on.
    pub(in crate::engine) fn end(&self, outcome: &DeploymentOutcome) -> Option<Self> {
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
        self.complete(status, error)
    }

    /// Notes that it could not be carried out.
    pub(in crate::engine) fn fail(&self, message: String) {
        self.complete(DeploymentState::Failed, Some(ErrorInformation { code: "REVISION_MISSING", message }));
    }

    fn complete(&self, status: DeploymentState, error: Option<ErrorInformation>) -> Option<Self> {
        let rollback = {
            let mut state = self.context.state();
            if let Some(record) = state.codedeploy.deployment_mut(&self.id) {
                record.status = status;
                record.error = error;
                record.completed = Some(Timestamp::now());
            }
            let wanted =
                status == DeploymentState::Failed && self.group.rollback.contains(&RollbackEvent::DeploymentFailure);
            wanted.then(|| self.roll_back(&mut state)).flatten()
        };
        let (application, group) = self.key();
        self.context.emit(EventKind::DeploymentEnded { deployment: self.id.clone(), application, group, status });
        if let Some(rollback) = &rollback {
            rollback.tell_start();
        }
        rollback
    }

    /// Makes the deployment of the revision that was brought out last. A rollback that failed is not rolled back.
    fn roll_back(&self, state: &mut State) -> Option<Self> {
        let (application, group) = self.key();
        if state.codedeploy.deployment(&self.id)?.rollback.is_some() {
            return None;
        }
        let Some(last) = state.codedeploy.last_successful(&application, &group) else {
            state.codedeploy.cannot_roll_back(&self.id);
            return None;
        };
        let revision = last.revision.clone();
        let rollback = Self {
            context: Arc::clone(&self.context),
            id: new_id(),
            group: self.group.clone(),
            account: self.account.clone(),
            region: self.region.clone(),
        };
        let description = Some(format!("Rollback of {}", self.id));
        rollback.record(state, revision, Creator::CodeDeployRollback, description);
        let message = format!("Deployment {} rolls back deployment {}.", rollback.id, self.id);
        state.codedeploy.link_rollback(&self.id, &rollback.id, &message);
        Some(rollback)
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
