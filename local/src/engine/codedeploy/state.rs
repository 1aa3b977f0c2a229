//! What the engine remembers of deployments.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use tokio::sync::watch;

use super::hook::Executions;
use super::record::{DeploymentRecord, DeploymentState, ErrorInformation, EventStatus, RollbackRecord};
use super::revision::{Registered, Revision};
use super::signals::Signals;
use crate::containers::Task;

/// The deployments of every group.
#[derive(Debug, Default)]
pub(in crate::engine) struct CodeDeploy {
    /// In the order of their making.
    pub(in crate::engine) deployments: Vec<DeploymentRecord>,
    /// What deployments that run can be told.
    pub(in crate::engine) signals: BTreeMap<String, watch::Sender<Signals>>,
    pub(in crate::engine) hooks: Executions,
    /// By application.
    pub(in crate::engine) revisions: BTreeMap<String, Vec<Registered>>,
    /// By cluster and service.
    pub(super) services: BTreeMap<(String, String), ServiceTasks>,
}

/// The task sets of a service. On AWS a service has a primary task set from its making on; a local service starts empty.
#[derive(Debug, Default)]
pub(super) struct ServiceTasks {
    /// The one that serves the customers.
    pub(super) primary: Option<TaskSet>,
    /// What a failed deployment left running.
    pub(super) left: Vec<TaskSet>,
}

/// A task set of one task.
pub(super) struct TaskSet {
    pub(super) id: String,
    pub(super) target_group: String,
    pub(super) task: Task,
}

impl fmt::Debug for TaskSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TaskSet").field("id", &self.id).finish_non_exhaustive()
    }
}

impl CodeDeploy {
    pub(in crate::engine) fn deployment(&self, id: &str) -> Option<&DeploymentRecord> {
        self.deployments.iter().find(|record| record.id == id)
    }

    pub(in crate::engine) fn deployment_mut(&mut self, id: &str) -> Option<&mut DeploymentRecord> {
        self.deployments.iter_mut().find(|record| record.id == id)
    }

    /// The deployments of a group, the newest first.
    pub(in crate::engine) fn of_group<'s>(
        &'s self,
        application: &'s str,
        group: &'s str,
    ) -> impl Iterator<Item = &'s DeploymentRecord> {
        self.deployments.iter().rev().filter(move |record| record.application == application && record.group == group)
    }

    /// The revision that was last brought out to a group.
    pub(in crate::engine) fn last_successful<'s>(
        &'s self,
        application: &'s str,
        group: &'s str,
    ) -> Option<&'s DeploymentRecord> {
        self.of_group(application, group).find(|record| record.status == DeploymentState::Succeeded)
    }

    /// Notes that a deployment is rolled back by another one.
    pub(super) fn link_rollback(&mut self, failed: &str, rollback: &str, message: &str) {
        if let Some(record) = self.deployment_mut(failed) {
            let rolled_back_by = Some(rollback.to_owned());
            record.rollback = Some(RollbackRecord { rolled_back_by, message: message.to_owned(), triggered_by: None });
        }
        if let Some(record) = self.deployment_mut(rollback) {
            let triggered_by = Some(failed.to_owned());
            record.rollback = Some(RollbackRecord { triggered_by, message: message.to_owned(), rolled_back_by: None });
        }
    }

    /// Notes that there is nothing that a deployment could be rolled back to.
    pub(super) fn cannot_roll_back(&mut self, failed: &str) {
        if let Some(record) = self.deployment_mut(failed) {
            let message = "There is no earlier successful deployment that could be rolled back to.".to_owned();
            record.rollback = Some(RollbackRecord { message, ..RollbackRecord::default() });
        }
    }

    /// Notes how a deployment ended.
    pub(super) fn end(&mut self, id: &str, status: DeploymentState, error: Option<ErrorInformation>) {
        self.signals.remove(id);
        let Some(record) = self.deployment_mut(id) else { return };
        let now = Timestamp::now();
        record.status = status;
        record.error = error;
        record.completed = Some(now);
        for target in &mut record.targets {
            target.updated = now;
            target.status =
                if status == DeploymentState::Succeeded { EventStatus::Succeeded } else { EventStatus::Failed };
        }
    }

    /// Notes that a group uses a revision.
    pub(in crate::engine) fn register(&mut self, application: &str, group: &str, revision: &Revision) {
        let now = Timestamp::now();
        let known = self.revisions.entry(application.to_owned()).or_default();
        let index = known.iter().position(|known| known.revision.is(revision)).unwrap_or_else(|| {
            known.push(Registered { revision: revision.clone(), groups: Vec::new(), first_used: now, last_used: now });
            known.len() - 1
        });
        known[index].last_used = now;
        if !known[index].groups.iter().any(|known| known == group) {
            known[index].groups.push(group.to_owned());
        }
    }
}
