//! CodeDeploy deployments that no pipeline tells of, and CodeDeploy's own rollbacks.

use alert::{Alert, Kind, Link, LinkKind, Place, Reason};
use delivery_event::{DeploymentChange, DeploymentState};
use ledger::MessageKey;

use crate::handler::{Handler, UNREMARKABLE};
use crate::invocation::Invocation;
use crate::noise::Noise;
use crate::outcome::{Outcome, Unsent};
use crate::place;
use crate::sources::Gap;
use crate::sources::deployment::Deployment;

const A_PIPELINES: Outcome = Outcome::Silent("the pipeline that started the deployment tells it");

/// The event of a deployment.
pub(crate) async fn tell(
    handler: &Handler,
    change: &DeploymentChange,
    invocation: &Invocation,
) -> Result<Outcome, Unsent> {
    let failed = match change.state {
        DeploymentState::Failure | DeploymentState::Stop => true,
        DeploymentState::Start | DeploymentState::Success => false,
        _ => return Ok(UNREMARKABLE),
    };
    let Some(id) = &change.deployment else { return Ok(Outcome::Silent("the event names no deployment")) };
    let by = invocation.sources_by;
    let deployment = handler.sources.deployment(id, by).await;
    let known = deployment.as_ref().ok().cloned().unwrap_or_default();
    let Some(kind) = kind(&change.state, &known) else { return Ok(UNREMARKABLE) };
    // A rollback belongs to whom the deployment belonged that it rolls back.
    let started = known.rolls_back.as_deref().filter(|id| !id.is_empty()).unwrap_or(id);
    let owner = handler.sources.pipeline_of(started, by).await;
    // The pipeline tells of the failure and does not see the rollback; one that fails as well is worth a message.
    let everything = handler.announcer.config.noise == Noise::Everything;
    if matches!(owner, Ok(Some(_))) && kind != Kind::RollbackFailed && (known.rolls_back.is_none() || !everything) {
        return Ok(A_PIPELINES);
    }
    let gap = owner.err();
    let (reasons, gaps) = if failed {
        Box::pin(handler.sources.deployment_reasons(id, deployment, by)).await
    } else {
        (rolled_back(&known), deployment.err().into_iter().collect())
    };
    let mut alert = Alert::new(kind, place_of(handler, change, &known));
    alert.occurred = Some(change.envelope.time.unwrap_or(invocation.now));
    alert.since = known.created.filter(|_| kind == Kind::RollbackFinished);
    alert.reasons = reasons;
    alert.gaps = gap.into_iter().chain(gaps).map(|Gap(gap)| gap).collect();
    let link = place::console(&alert.place).map(|console| Link::new(LinkKind::Deployment, console.deployment(id)));
    alert.links.extend(link);
    let key = MessageKey::about(&["deployment", id], &[kind.state()]);
    handler.announcer.say(key, alert, None, invocation).await
}

fn kind(state: &DeploymentState, deployment: &Deployment) -> Option<Kind> {
    let rolls_back = deployment.rolls_back.is_some();
    let by_hand = deployment.code.as_deref() == Some("MANUAL_STOP");
    Some(match state {
        DeploymentState::Failure | DeploymentState::Stop if rolls_back => Kind::RollbackFailed,
        DeploymentState::Stop if by_hand => Kind::Stopped,
        DeploymentState::Failure | DeploymentState::Stop => Kind::DeploymentFailed,
        DeploymentState::Start if rolls_back => Kind::RollbackStarted,
        DeploymentState::Success if rolls_back => Kind::RollbackFinished,
        _ => return None,
    })
}

fn rolled_back(deployment: &Deployment) -> Vec<Reason> {
    let of = deployment.rolls_back.clone().filter(|id| !id.is_empty());
    let said = deployment.rollback_message.clone().or_else(|| of.map(|id| format!("it rolls {id} back")));
    said.into_iter().map(|text| Reason::Text { text }).collect()
}

fn place_of(handler: &Handler, change: &DeploymentChange, known: &Deployment) -> Place {
    let application = change.application.clone().or_else(|| known.application.clone());
    let group = change.group.clone().or_else(|| known.group.clone());
    let named = match (application, group) {
        (Some(application), Some(group)) => Some(format!("{application}/{group}")),
        (application, group) => application.or(group),
    };
    Place {
        environment: named.as_deref().and_then(|name| place::environment(&handler.announcer.config, name)),
        deployment_group: named,
        deployment: change.deployment.clone(),
        ..place::of(&change.envelope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_depends_on_who_made_the_deployment() {
        use DeploymentState::{Failure, Start, Stop, Success};
        let rollout = Deployment::default();
        let stopped = Deployment { code: Some("MANUAL_STOP".to_owned()), ..Deployment::default() };
        let rollback = Deployment { rolls_back: Some("d-1".to_owned()), ..stopped.clone() };
        for (state, deployment, expected) in [
            (Failure, &rollout, Some(Kind::DeploymentFailed)),
            (Stop, &rollout, Some(Kind::DeploymentFailed)),
            (Stop, &stopped, Some(Kind::Stopped)),
            (Start, &rollout, None),
            (Success, &rollout, None),
            (Start, &rollback, Some(Kind::RollbackStarted)),
            (Success, &rollback, Some(Kind::RollbackFinished)),
            (Failure, &rollback, Some(Kind::RollbackFailed)),
            (Stop, &rollback, Some(Kind::RollbackFailed)),
        ] {
            assert_eq!(kind(&state, deployment), expected, "{state} {deployment:?}");
        }
    }
}
