//! Alarms that stop a deployment.

use tokio::time::sleep;

use super::deployment::Deployment;
use super::record::ErrorInformation;
use super::signals::Stop;
use crate::deploy::{Alarms, RollbackEvent};

/// Watches the group's alarms until one is active; for ever when the group has none.
pub(super) async fn watch(deployment: &Deployment) -> Stop {
    let Some(alarms) = deployment.group.alarms.clone() else { return std::future::pending().await };
    loop {
        let active = match states(deployment, &alarms).await {
            Ok(active) => active,
            Err(_) if alarms.ignore_poll_failure => Vec::new(),
            Err(problem) => return stop(format!("The status of the alarms could not be read: {problem}")),
        };
        if !active.is_empty() {
            return stop(format!(
                "One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the \
                 affected deployments have been stopped. Activated alarms: {}",
                active.join(", ")
            ));
        }
        sleep(deployment.context.clock().alarm_interval()).await;
    }
}

/// The names of those that are active. An alarm that is not there can say nothing, which is a failure too.
async fn states(deployment: &Deployment, alarms: &Alarms) -> Result<Vec<String>, String> {
    let caller = deployment.caller().await.map_err(|failure| failure.detail)?;
    let services = &deployment.emulated().map_err(|failure| failure.detail)?.services;
    let states = services.alarm_states(&caller, &alarms.names).await.map_err(|error| {
        if error.is_access_denied() { deployment.denied(&error, "AmazonCloudWatch").detail } else { error.to_string() }
    })?;
    if let Some(missing) = alarms.names.iter().find(|name| !states.iter().any(|(known, _)| known == *name)) {
        return Err(format!("there is no alarm called {missing:?}"));
    }
    Ok(states.into_iter().filter(|(_, state)| state == "ALARM").map(|(name, _)| name).collect())
}

fn stop(message: String) -> Stop {
    let error = ErrorInformation { code: "ALARM_ACTIVE", message };
    Stop { error, event: RollbackEvent::DeploymentStopOnAlarm, roll_back: false }
}
