//! CodeDeploy: state changes of deployments and of instances
//! (<https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-cloudwatch-events.html>).

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::state_change::{Origin, StateChange};
use crate::deploy::group_id;
use crate::engine::{DeploymentRecord, DeploymentState, EngineEvent, EventKind, EventStatus, TargetKind, TargetRecord};

const SOURCE: &str = "aws.codedeploy";

/// What CodeDeploy tells of a deployment that began or ended. `record` adds its instances, which begin after it and end before.
pub(super) fn state_changes(
    origin: &Origin,
    event: &EngineEvent,
    record: Option<&DeploymentRecord>,
) -> Vec<StateChange> {
    let targets = record.into_iter().flat_map(|record| &record.targets);
    let instances = targets.filter(|target| matches!(target.kind, TargetKind::Instance));
    match &event.kind {
        EventKind::DeploymentStarted { deployment, application, group } => {
            let deployment = Deployment { id: deployment, application, group };
            let started = deployment.change(origin, "START", event.at);
            let instances = instances.map(|target| deployment.of_instance(origin, target, "START", event.at));
            std::iter::once(started).chain(instances).collect()
        }
        EventKind::DeploymentEnded { deployment, application, group, status } => {
            // Not the API's spelling.
            let state = match status {
                DeploymentState::Succeeded => "SUCCESS",
                DeploymentState::Failed => "FAILURE",
                DeploymentState::Stopped => "STOP",
                DeploymentState::Ready => "READY",
                DeploymentState::Created | DeploymentState::InProgress => return Vec::new(),
            };
            let deployment = Deployment { id: deployment, application, group };
            let instance = |target: &TargetRecord| match target.status {
                EventStatus::Succeeded => Some(deployment.of_instance(origin, target, "SUCCESS", event.at)),
                EventStatus::Failed => Some(deployment.of_instance(origin, target, "FAILURE", event.at)),
                // Nothing is documented for an instance that the deployment did not come to.
                EventStatus::Pending | EventStatus::InProgress | EventStatus::Skipped => None,
            };
            instances.filter_map(instance).chain([deployment.change(origin, state, event.at)]).collect()
        }
        _ => Vec::new(),
    }
}

/// The deployment that an event is about.
pub(super) fn deployment_of(event: &EngineEvent) -> Option<&str> {
    match &event.kind {
        EventKind::DeploymentStarted { deployment, .. } | EventKind::DeploymentEnded { deployment, .. } => {
            Some(deployment)
        }
        _ => None,
    }
}

/// A deployment by its names.
struct Deployment<'d> {
    id: &'d str,
    application: &'d str,
    group: &'d str,
}

impl Deployment<'_> {
    fn change(&self, origin: &Origin, state: &str, at: Timestamp) -> StateChange {
        StateChange {
            source: SOURCE,
            detail_type: "CodeDeploy Deployment State-change Notification",
            resources: self.arns(origin).into(),
            at,
            detail: self.detail(origin, state),
        }
    }

    fn of_instance(&self, origin: &Origin, target: &TargetRecord, state: &str, at: Timestamp) -> StateChange {
        let [application, group] = self.arns(origin);
        let mut detail = self.detail(origin, state);
        detail.insert("instanceId".to_owned(), json!(target.id));
        StateChange {
            source: SOURCE,
            detail_type: "CodeDeploy Instance State-change Notification",
            resources: vec![target.arn.clone(), group, application],
            at,
            detail,
        }
    }

    fn arns(&self, origin: &Origin) -> [String; 2] {
        let Self { application, group, .. } = self;
        let prefix = format!("arn:aws:codedeploy:{}:{}", origin.region, origin.account);
        [format!("{prefix}:application:{application}"), format!("{prefix}:deploymentgroup:{application}/{group}")]
    }

    fn detail(&self, origin: &Origin, state: &str) -> Map<String, Value> {
        let id_of_group = group_id(self.application, self.group);
        let members = [
            ("instanceGroupId", id_of_group.as_str()),
            ("region", &origin.region),
            ("application", self.application),
            ("deploymentId", self.id),
            ("state", state),
            ("deploymentGroup", self.group),
        ];
        members.map(|(name, value)| (name.to_owned(), json!(value))).into_iter().collect()
    }
}
