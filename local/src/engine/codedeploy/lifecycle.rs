//! A deployment from its first lifecycle event to its end.

use std::time::Duration;

use tokio::time::timeout;

use super::deployment::Deployment;
use super::failure::Failure;
use super::record::{DeploymentState, ErrorInformation, EventStatus};
use super::revision::Revision;
use super::shift::Shift;
use super::signals::{Stop, told};
use super::{alarms, hook, rollback};
use crate::deploy::{BlueGreenAppspec, ComputePlatform, ReadyOption, RollbackEvent};
use crate::emulator::client::ObjectKey;

const ECS: [&str; 8] = [
    "BeforeInstall",
    "Install",
    "AfterInstall",
    "AllowTestTraffic",
    "AfterAllowTestTraffic",
    "BeforeAllowTraffic",
    "AllowTraffic",
    "AfterAllowTraffic",
];
const LAMBDA: [&str; 3] = ["BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic"];

/// The lifecycle events of a platform whose deployments move traffic, in order.
pub(super) fn events(platform: ComputePlatform) -> &'static [&'static str] {
    if platform == ComputePlatform::Ecs { &ECS } else { &LAMBDA }
}

/// Why a deployment did not get through.
#[derive(Debug)]
pub(super) enum End {
    Failed(Failure),
    Stopped(Stop),
}

/// Carries out a deployment.
pub(super) async fn run(deployment: Deployment) {
    deployment.begin();
    let mut shift = None;
    let ended = tokio::select! {
        biased;
        stop = told(&deployment.signals, |signals| signals.stop.clone()) => Err(End::Stopped(stop)),
        stop = alarms::watch(&deployment) => Err(End::Stopped(stop)),
        ended = through_the_events(&deployment, &mut shift) => ended,
    };
    match ended {
        Ok(()) => {
            if let Some(shift) = shift {
                shift.finish(&deployment).await;
            }
            complete(&deployment, DeploymentState::Succeeded, None);
        }
        Err(end) => rollback::after(&deployment, shift, end).await,
    }
}

async fn through_the_events(deployment: &Deployment, shift: &mut Option<Shift>) -> Result<(), End> {
    let appspec = appspec(deployment).await.map_err(End::Failed)?;
    let shift = shift.insert(Shift::prepare(deployment, &appspec).await.map_err(End::Failed)?);
    for event in events(deployment.group.platform()) {
        if *event == "BeforeAllowTraffic" {
            wait_until_ready(deployment).await.map_err(End::Stopped)?;
        }
        deployment.begin_event(event);
        let result = match *event {
            "Install" => shift.install(deployment).await,
            "AllowTestTraffic" => {
                shift.allow_test_traffic();
                Ok(())
            }
            "AllowTraffic" => shift.allow_traffic(deployment).await,
            hooked => match appspec.hook(hooked) {
                Some(function) => hook::run(deployment, function).await,
                None => Ok(()),
            },
        };
        let result = result.map(|()| EventStatus::Succeeded);
        deployment.end_event(event, &result);
        result.map_err(End::Failed)?;
    }
    shift.wait_for_termination(deployment).await.map_err(End::Failed)
}

/// The revision's appspec. One that lies in S3 is read with the service role.
pub(super) async fn appspec(deployment: &Deployment) -> Result<BlueGreenAppspec, Failure> {
    let revision = deployment.context.state().codedeploy.deployment(&deployment.id).map(|known| known.revision.clone());
    let text = match revision {
        None => return Err(Failure::new("REVISION_MISSING", "the deployment has no revision")),
        Some(Revision::Appspec { content, .. }) => content,
        Some(Revision::S3 { bucket, key, version, .. }) => {
            let caller = deployment.caller().await?;
            let object = ObjectKey { bucket: &bucket, key: &key, version: version.as_deref() };
            let read = deployment.emulated()?.services.get_object(&caller, object).await;
            let (_, content) = read.map_err(|error| {
                if error.is_access_denied() {
                    return deployment.denied(&error, "AmazonS3");
                }
                Failure::new("REVISION_MISSING", format!("s3://{bucket}/{key}: {error}"))
            })?;
            String::from_utf8_lossy(&content).into_owned()
        }
    };
    BlueGreenAppspec::parse(deployment.group.platform(), &text)
        .map_err(|problem| Failure::new("INVALID_REVISION", format!("The AppSpec file is not valid. {problem}")))
}

/// When the group says so, somebody has to let the traffic move.
async fn wait_until_ready(deployment: &Deployment) -> Result<(), Stop> {
    let Some(ReadyOption::Wait(minutes)) = deployment.group.service.as_ref().map(|service| service.ready) else {
        return Ok(());
    };
    deployment.update(|record| record.status = DeploymentState::Ready);
    let wait = deployment.context.clock().configured(Duration::from_mins(u64::from(minutes)));
    let allowed = timeout(wait, told(&deployment.signals, |signals| signals.traffic.then_some(()))).await;
    allowed.map_err(|_| {
        let message = format!(
            "The deployment timed out while waiting for a notification to continue. This time out period is {minutes} \
             minutes."
        );
        let error = ErrorInformation { code: "TIMEOUT", message };
        Stop { error, event: RollbackEvent::DeploymentFailure, roll_back: false }
    })?;
    deployment.update(|record| record.status = DeploymentState::InProgress);
    Ok(())
}

/// Records how a deployment ended, and gives its group free.
pub(super) fn complete(deployment: &Deployment, status: DeploymentState, error: Option<ErrorInformation>) {
    {
        let mut state = deployment.context.state();
        state.codedeploy.end(&deployment.id, status, error);
        state.deployments.running.retain(|_, id| *id != deployment.id);
    }
    deployment.tell_end(status);
}
