//! State changes of deployments and of the instances in them (CodeDeploy User Guide, "Monitoring deployments with
//! Amazon CloudWatch Events").

use crate::envelope::Envelope;
use crate::fields::Fields;
use crate::state::states;

states! {
    /// The state of a deployment, or of an instance in it. The API spells them differently.
    DeploymentState {
        Failure = "FAILURE",
        Queued = "QUEUED",
        Ready = "READY",
        Start = "START",
        Stop = "STOP",
        Success = "SUCCESS",
    }
}

/// A deployment changed its state. A rollback is a deployment of its own and its event does not say so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeploymentChange {
    /// What is around it.
    pub envelope: Envelope,
    /// The application's name.
    pub application: Option<String>,
    /// The deployment group's name.
    pub group: Option<String>,
    /// Such as `d-123456789`.
    pub deployment: Option<String>,
    /// Its new state.
    pub state: DeploymentState,
}

/// An instance changed its state in a deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceChange {
    /// What is around it.
    pub envelope: Envelope,
    /// The application's name.
    pub application: Option<String>,
    /// The deployment group's name.
    pub group: Option<String>,
    /// Such as `d-123456789`.
    pub deployment: Option<String>,
    /// Such as `i-0000000aaaaaaaaaa`.
    pub instance: Option<String>,
    /// Its new state.
    pub state: DeploymentState,
}

impl DeploymentChange {
    pub(crate) fn read(envelope: Envelope, detail: Fields<'_>) -> Self {
        Self {
            application: detail.text("application").or_else(|| application(&envelope)),
            group: detail.text("deploymentGroup"),
            deployment: detail.text("deploymentId"),
            state: DeploymentState::read(detail.text("state")),
            envelope,
        }
    }
}

impl InstanceChange {
    pub(crate) fn read(envelope: Envelope, detail: Fields<'_>) -> Self {
        Self {
            application: detail.text("application").or_else(|| application(&envelope)),
            group: detail.text("deploymentGroup"),
            deployment: detail.text("deploymentId"),
            instance: detail.text("instanceId"),
            state: DeploymentState::read(detail.text("state")),
            envelope,
        }
    }
}

fn application(envelope: &Envelope) -> Option<String> {
    envelope.resource("codedeploy", "application:").map(str::to_owned)
}
