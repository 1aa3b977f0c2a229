//! State changes of ECS deployments (ECS Developer Guide, "Amazon ECS service deployment state change events").

use jiff::Timestamp;

use crate::envelope::Envelope;
use crate::fields::Fields;
use crate::state::states;

states! {
    /// The `eventName` of an ECS deployment.
    ServiceDeploymentState {
        Completed = "SERVICE_DEPLOYMENT_COMPLETED",
        /// Sent for services with a deployment circuit breaker only.
        Failed = "SERVICE_DEPLOYMENT_FAILED",
        InProgress = "SERVICE_DEPLOYMENT_IN_PROGRESS",
    }
}

/// A deployment of an ECS service changed its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceDeploymentChange {
    /// What is around it.
    pub envelope: Envelope,
    /// The cluster's name; an old service ARN does not have it.
    pub cluster: Option<String>,
    /// The service's name.
    pub service: Option<String>,
    /// Such as `ecs-svc/123`.
    pub deployment: Option<String>,
    /// Its new state.
    pub state: ServiceDeploymentState,
    /// `INFO` or `ERROR`.
    pub event_type: Option<String>,
    /// Why, in the words of ECS.
    pub reason: Option<String>,
    /// When the deployment changed.
    pub updated: Option<Timestamp>,
}

impl ServiceDeploymentChange {
    pub(crate) fn read(envelope: Envelope, detail: Fields<'_>) -> Self {
        let mut names = envelope.resource("ecs", "service/").unwrap_or_default().rsplit('/').map(str::to_owned);
        Self {
            service: names.next().filter(|name| !name.is_empty()),
            cluster: names.next(),
            deployment: detail.text("deploymentId"),
            state: ServiceDeploymentState::read(detail.text("eventName")),
            event_type: detail.text("eventType"),
            reason: detail.text("reason"),
            updated: detail.time("updatedAt"),
            envelope,
        }
    }

    /// Whether the deployment in progress is a rollback. Only the text of the reason tells.
    #[must_use]
    pub fn rolls_back(&self) -> bool {
        let reason = self.reason.as_deref().unwrap_or_default().to_ascii_lowercase();
        self.state == ServiceDeploymentState::InProgress
            && (reason.contains("rolling back") || reason.contains("rollback"))
    }
}
