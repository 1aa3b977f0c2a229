//! CodeDeploy: state changes of deployments and of instances
//! (<https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-cloudwatch-events.html>).

use std::fmt;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::state_change::{Origin, StateChange};

const SOURCE: &str = "aws.codedeploy";

/// A deployment that changes its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment {
    /// The deployment's id.
    pub id: String,
    /// The application's name.
    pub application: String,
    /// The deployment group's name.
    pub group: String,
    /// The deployment group's id, a UUID, which the events call `instanceGroupId`.
    pub group_id: String,
}

/// The states of a deployment. The API spells them otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeploymentState {
    /// It failed.
    Failure,
    /// It waits for another one.
    Queued,
    /// The replacement can take the traffic.
    Ready,
    /// It began.
    Start,
    /// It was stopped.
    Stop,
    /// It succeeded.
    Success,
}

/// The states of an instance in a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstanceState {
    /// A lifecycle event failed on it.
    Failure,
    /// It can take the traffic.
    Ready,
    /// The deployment began on it.
    Start,
    /// All lifecycle events succeeded on it.
    Success,
}

impl fmt::Display for DeploymentState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&format!("{self:?}").to_uppercase())
    }
}

impl fmt::Display for InstanceState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&format!("{self:?}").to_uppercase())
    }
}

/// A state change of a deployment.
#[must_use]
pub fn deployment_state_change(
    origin: &Origin,
    deployment: &Deployment,
    state: DeploymentState,
    at: Timestamp,
) -> StateChange {
    StateChange {
        source: SOURCE,
        detail_type: "CodeDeploy Deployment State-change Notification",
        resources: arns(origin, deployment).into(),
        at,
        detail: detail(origin, deployment, &state.to_string()),
    }
}

/// A state change of an instance. `instance` is its id, e.g. `i-0abc`.
#[must_use]
pub fn instance_state_change(
    origin: &Origin,
    deployment: &Deployment,
    instance: &str,
    state: InstanceState,
    at: Timestamp,
) -> StateChange {
    let [application, group] = arns(origin, deployment);
    let arn = format!("arn:aws:ec2:{}:{}:instance/{instance}", origin.region, origin.account);
    let mut detail = detail(origin, deployment, &state.to_string());
    detail.insert("instanceId".to_owned(), json!(instance));
    StateChange {
        source: SOURCE,
        detail_type: "CodeDeploy Instance State-change Notification",
        resources: vec![arn, group, application],
        at,
        detail,
    }
}

fn arns(origin: &Origin, Deployment { application, group, .. }: &Deployment) -> [String; 2] {
    let prefix = format!("arn:aws:codedeploy:{}:{}", origin.region, origin.account);
    [format!("{prefix}:application:{application}"), format!("{prefix}:deploymentgroup:{application}/{group}")]
}

fn detail(origin: &Origin, deployment: &Deployment, state: &str) -> Map<String, Value> {
    let members = [
        ("instanceGroupId", deployment.group_id.as_str()),
        ("region", &origin.region),
        ("application", &deployment.application),
        ("deploymentId", &deployment.id),
        ("state", state),
        ("deploymentGroup", &deployment.group),
    ];
    members.map(|(name, value)| (name.to_owned(), json!(value))).into_iter().collect()
}
