//! The lifecycle events of a deployment that failed, with target, script and diagnostics.

use alert::Reason;
use aws_sdk_codedeploy::types::{DeploymentTarget, LifecycleEvent};
use tokio::time::Instant;

use crate::sources::{Gap, Sources, ask, owned, reason};

/// Targets that are looked at, and failed events that are told: the second instance fails as the first did.
const TARGETS: usize = 10;
const FAILED: usize = 2;

/// Lines of a script's output.
const LINES: usize = 15;

/// A lifecycle event that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FailedEvent {
    /// Such as `ValidateService`.
    pub(crate) name: String,
    /// Whether a function is behind it, which stores a report.
    pub(crate) has_function: bool,
    pub(crate) reason: Reason,
}

impl Sources {
    /// The lifecycle events of the deployment `id` that failed.
    pub(crate) async fn failed_events(&self, id: &str, by: Instant) -> Result<Vec<FailedEvent>, Gap> {
        ask("the targets of the deployment", by, self.read_failed_events(id)).await
    }

    async fn read_failed_events(&self, id: &str) -> Result<Vec<FailedEvent>, String> {
        let call = self.codedeploy.list_deployment_targets().deployment_id(id);
        let targets = Box::pin(call.send()).await.map_err(|error| reason(&error))?;
        let mut failed = Vec::new();
        for target in targets.target_ids().iter().take(TARGETS) {
            let call = self.codedeploy.get_deployment_target().deployment_id(id).target_id(target);
            let answer = Box::pin(call.send()).await.map_err(|error| reason(&error))?;
            failed.extend(answer.deployment_target().and_then(|known| failed_event(target, known)));
            if failed.len() == FAILED {
                break;
            }
        }
        Ok(failed)
    }
}

/// The first lifecycle event of a target that failed.
fn failed_event(id: &str, target: &DeploymentTarget) -> Option<FailedEvent> {
    let (events, has_function) = if let Some(instance) = target.instance_target() {
        (instance.lifecycle_events(), false)
    } else if let Some(service) = target.ecs_target() {
        (service.lifecycle_events(), true)
    } else {
        (target.lambda_target()?.lifecycle_events(), true)
    };
    let event = events.iter().find(|event| event.status().is_some_and(|status| status.as_str() == "Failed"))?;
    let name = owned(event.lifecycle_event_name())?;
    Some(FailedEvent { reason: lifecycle(id, &name, event), name, has_function })
}

fn lifecycle(target: &str, name: &str, event: &LifecycleEvent) -> Reason {
    let diagnostics = event.diagnostics();
    let code = diagnostics.and_then(|diagnostics| diagnostics.error_code()).map(|code| code.as_str().to_owned());
    let tail = diagnostics.and_then(|diagnostics| diagnostics.log_tail()).unwrap_or_default();
    let lines: Vec<&str> = tail.lines().filter(|line| !line.trim().is_empty()).collect();
    let shown = &lines[lines.len().saturating_sub(LINES)..];
    Reason::Lifecycle {
        event: name.to_owned(),
        target: Some(target.rsplit(['/', ':']).next().unwrap_or(target).to_owned()),
        script: owned(diagnostics.and_then(|diagnostics| diagnostics.script_name())),
        code,
        message: owned(diagnostics.and_then(|diagnostics| diagnostics.message())),
        log: shown.iter().map(|line| (*line).to_owned()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_codedeploy::types::{
        Diagnostics, EcsTarget, InstanceTarget, LambdaTarget, LifecycleErrorCode, LifecycleEventStatus,
    };

    use super::*;

    fn event(name: &str, status: LifecycleEventStatus) -> LifecycleEvent {
        let diagnostics = Diagnostics::builder()
            .error_code(LifecycleErrorCode::ScriptFailed)
            .script_name("scripts/validate.sh")
            .message("exit code 1")
            .log_tail("[stdout]one\n\n[stderr]two\n");
        LifecycleEvent::builder().lifecycle_event_name(name).status(status).diagnostics(diagnostics.build()).build()
    }

    fn events() -> Vec<LifecycleEvent> {
        vec![
            event("AfterInstall", LifecycleEventStatus::Succeeded),
            event("ValidateService", LifecycleEventStatus::Failed),
            event("AllowTraffic", LifecycleEventStatus::Skipped),
        ]
    }

    #[test]
    fn a_failed_event_is_told_with_its_script() {
        let target = InstanceTarget::builder().set_lifecycle_events(Some(events())).build();
        let target = DeploymentTarget::builder().instance_target(target).build();
        let failed = failed_event("arn:aws:ec2:eu-central-1:1:instance/i-1", &target).unwrap();
        assert_eq!((failed.name.as_str(), failed.has_function), ("ValidateService", false));
        let Reason::Lifecycle { target, script, code, message, log, .. } = failed.reason else { panic!() };
        assert_eq!(target.as_deref(), Some("i-1"));
        assert_eq!(script.as_deref(), Some("scripts/validate.sh"));
        assert_eq!((code.as_deref(), message.as_deref()), (Some("ScriptFailed"), Some("exit code 1")));
        assert_eq!(log, ["[stdout]one", "[stderr]two"]);
    }

    #[test]
    fn functions_stand_behind_the_events_of_services_and_functions() {
        let service = EcsTarget::builder().set_lifecycle_events(Some(events())).build();
        let function = LambdaTarget::builder().set_lifecycle_events(Some(events())).build();
        for target in [
            DeploymentTarget::builder().ecs_target(service).build(),
            DeploymentTarget::builder().lambda_target(function).build(),
        ] {
            assert!(failed_event("cluster:service", &target).unwrap().has_function);
        }
        assert_eq!(failed_event("x", &DeploymentTarget::builder().build()), None);
    }
}
