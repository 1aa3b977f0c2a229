//! A deployment group of the ECS or the Lambda platform.

use super::Routing;
use crate::deploy::{ComputePlatform, RollbackEvent};

/// A deployment group whose deployments move traffic from one version to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlueGreenGroup {
    /// The application's name.
    pub application_name: String,
    /// The group's name.
    pub name: String,
    /// The role in whose name CodeDeploy works.
    pub service_role_arn: String,
    /// The name of the deployment configuration.
    pub config_name: String,
    /// What that configuration says.
    pub routing: Routing,
    /// When a deployment is rolled back; empty when rollback is not enabled.
    pub rollback: Vec<RollbackEvent>,
    /// Alarms that stop a deployment.
    pub alarms: Option<Alarms>,
    /// The service of the ECS platform; nothing on Lambda, whose appspec names the function.
    pub service: Option<EcsTarget>,
}

/// What a deployment of the ECS platform changes, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EcsTarget {
    /// The cluster's name.
    pub cluster: String,
    /// The service's name.
    pub service: String,
    /// The two target groups, between which the traffic moves.
    pub target_groups: [String; 2],
    /// The listener of the customers.
    pub production_listener_arn: String,
    /// The listener of the tests.
    pub test_listener_arn: String,
    /// What happens before the traffic is moved.
    pub ready: ReadyOption,
    /// How long the original task set runs on after the traffic has moved, in minutes.
    pub termination_wait_minutes: u32,
}

/// What happens when the replacement could get the traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadyOption {
    /// It gets it.
    Continue,
    /// Somebody has to call `ContinueDeployment` within so many minutes; else the deployment is stopped.
    Wait(u32),
}

/// Alarms that are watched while a deployment runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarms {
    /// Their names.
    pub names: Vec<String>,
    /// Whether a deployment goes on when the alarms cannot be read.
    pub ignore_poll_failure: bool,
}

impl BlueGreenGroup {
    /// The platform.
    #[must_use]
    pub fn platform(&self) -> ComputePlatform {
        if self.service.is_some() { ComputePlatform::Ecs } else { ComputePlatform::Lambda }
    }
}
