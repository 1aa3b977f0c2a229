//! A deployment over the instances of its group.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::mpsc::unbounded_channel;
use tokio::task::JoinSet;

use super::agent::{Agent, Deployment};
use super::health::Health;
use super::outcome::{DeploymentError, DeploymentEvent, DeploymentOutcome, DeploymentStatus, InstanceRecord, Status};
use super::{DeployError, DeploymentRequest, Instance};

const NO_INSTANCES: &str = "The deployment failed because no instances were found for your deployment group. Check your \
     deployment group settings to make sure the tags for your EC2 instances or Auto Scaling groups correctly identify \
     the instances you want to deploy to, and then try again.";

const HEALTH_CONSTRAINTS: &str = "The overall deployment failed because too many individual instances failed deployment, \
     too few healthy instances are available for deployment, or some instances in your deployment group are experiencing \
     problems.";

/// Deploys a revision to the instances that the group's tag filters choose, and tells what happens.
///
/// When the future is dropped, scripts that run are killed; what scripts left running before stays.
pub async fn run(
    request: DeploymentRequest,
    on_event: impl Fn(DeploymentEvent),
) -> Result<DeploymentOutcome, DeployError> {
    let DeploymentRequest { deployment_id, application, group, bundle_zip, instances } = request;
    let mut waiting: VecDeque<(usize, Instance)> =
        instances.into_iter().filter(|instance| group.includes(instance)).enumerate().collect();
    if waiting.is_empty() {
        let mut message = NO_INSTANCES.to_owned();
        if !group.auto_scaling_groups.is_empty() {
            let names = group.auto_scaling_groups.join(", ");
            message = format!("{message} The local system starts no instances for Auto Scaling groups: {names}.");
        }
        let error = DeploymentError { code: "NO_INSTANCES", message };
        return Ok(DeploymentOutcome { status: DeploymentStatus::Failed, instances: Vec::new(), error: Some(error) });
    }
    for (_, instance) in &mut waiting {
        instance.root = std::path::absolute(&instance.root).map_err(DeployError::file(&instance.root))?;
    }
    let mut records: Vec<InstanceRecord> = waiting.iter().map(|(_, instance)| skipped(instance)).collect();
    let mut health = Health::new(group.config, records.len());
    let deployment = Arc::new(Deployment { id: deployment_id, application, group, bundle: bundle_zip });
    let (sender, mut events) = unbounded_channel();
    let mut tasks = JoinSet::new();
    loop {
        while health.may_start() {
            let Some((index, instance)) = waiting.pop_front() else { break };
            let (deployment, sender) = (Arc::clone(&deployment), sender.clone());
            health.start();
            tasks.spawn(async move {
                let record = Agent::new(&deployment, &instance, sender)?.deploy().await?;
                Ok::<_, DeployError>((index, record))
            });
        }
        tokio::select! {
            biased;
            Some(event) = events.recv() => on_event(event),
            ended = tasks.join_next() => match ended {
                Some(Ok(record)) => {
                    let (index, record) = record?;
                    health.end(record.status == Status::Succeeded);
                    records[index] = record;
                }
                Some(Err(error)) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
                // Tasks are only cancelled with this future.
                Some(Err(_)) => {}
                None => break,
            }
        }
    }
    while let Ok(event) = events.try_recv() {
        on_event(event);
    }
    let error = (!health.is_enough()).then(|| failure(&records));
    let status = if error.is_some() { DeploymentStatus::Failed } else { DeploymentStatus::Succeeded };
    Ok(DeploymentOutcome { status, instances: records, error })
}

fn skipped(instance: &Instance) -> InstanceRecord {
    InstanceRecord { name: instance.name.clone(), status: Status::Skipped, lifecycle_events: Vec::new() }
}

fn failure(records: &[InstanceRecord]) -> DeploymentError {
    let first = records.iter().find_map(|record| {
        let event = record.failed_event()?;
        Some(format!(" {}: {}: {}", record.name, event.name, event.message.as_deref().unwrap_or_default()))
    });
    let message = format!("{HEALTH_CONSTRAINTS}{}", first.unwrap_or_default());
    DeploymentError { code: "HEALTH_CONSTRAINTS", message }
}
