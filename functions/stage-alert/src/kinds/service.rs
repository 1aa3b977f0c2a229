//! Deployments of ECS services that fail or roll back.

use alert::{Alert, Kind, Link, LinkKind, Place, Reason};
use delivery_event::{ServiceDeploymentChange, ServiceDeploymentState};
use ledger::MessageKey;

use crate::handler::{Handler, UNREMARKABLE};
use crate::invocation::Invocation;
use crate::outcome::{Outcome, Unsent};
use crate::place;

/// The event of a deployment of a service.
pub(crate) async fn tell(
    handler: &Handler,
    change: &ServiceDeploymentChange,
    invocation: &Invocation,
) -> Result<Outcome, Unsent> {
    let id = change.deployment.as_deref().unwrap_or_default();
    let key = |kind: Kind| MessageKey::about(&["service deployment", id], &[kind.state()]);
    let kind = match change.state {
        ServiceDeploymentState::Failed => Kind::DeploymentFailed,
        ServiceDeploymentState::InProgress if change.rolls_back() => Kind::RollbackStarted,
        // The event does not say that it ends a rollback: only who told of its start knows.
        ServiceDeploymentState::Completed if has_rolled_back(handler, key(Kind::RollbackStarted)).await => {
            Kind::RollbackFinished
        }
        _ => return Ok(UNREMARKABLE),
    };
    let service = match (&change.cluster, &change.service) {
        (Some(cluster), Some(service)) => Some(format!("{cluster}/{service}")),
        (_, service) => service.clone(),
    };
    let place = Place {
        environment: service.as_deref().and_then(|name| place::environment(&handler.announcer.config, name)),
        service,
        deployment: change.deployment.clone(),
        ..place::of(&change.envelope)
    };
    let mut alert = Alert::new(kind, place);
    alert.occurred = Some(change.updated.or(change.envelope.time).unwrap_or(invocation.now));
    alert.reasons.extend(change.reason.clone().map(|text| Reason::Text { text }));
    let link = place::console(&alert.place).zip(change.cluster.as_deref().zip(change.service.as_deref()));
    alert.links.extend(
        link.map(|(console, (cluster, service))| Link::new(LinkKind::Deployment, console.service(cluster, service))),
    );
    handler.announcer.say(key(kind), alert, None, invocation).await
}

async fn has_rolled_back(handler: &Handler, started: MessageKey) -> bool {
    let Some(ledger) = &handler.announcer.ledger else { return false };
    match ledger.said(&started).await {
        Ok(said) => said.is_some(),
        Err(error) => {
            tracing::warn!("the end of a rollback may not be told: {error}");
            false
        }
    }
}
