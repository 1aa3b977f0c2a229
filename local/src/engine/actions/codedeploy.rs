//! A deploy action of CodeDeploy, to instances.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use super::{Failure, Success, Task};
use crate::deploy::{
    self, DeploymentConfig, DeploymentEvent, DeploymentGroup, DeploymentOutcome, DeploymentRequest, DeploymentStatus,
};
use crate::engine::context::Context;
use crate::engine::event::EventKind;
use crate::engine::random;

pub(super) async fn run(task: &Task) -> Result<Success, Failure> {
    let (application, name) = (task.configured("ApplicationName"), task.configured("DeploymentGroupName"));
    let key = (application.to_owned(), name.to_owned());
    let group = task.context.state().deployments.groups.get(&key).cloned();
    let group = group.ok_or_else(|| {
        let message = format!("No deployment group found for name: {name} in application {application}");
        Failure::new("ConfigurationError", message)
    })?;
    demand_all(task, &group).await?;
    // CodeDeploy itself finds the instances, with the group's role.
    task.session(&group.service_role_arn, "codedeploy.amazonaws.com").await?;

    let id = format!("d-{}", random::characters(9, random::UPPER_CASE));
    let running = Running::begin(&task.context, key, &id)?;
    task.update(|record| record.external_execution_id = Some(id.clone()));
    let outcome = deploy(task, group, &id).await;
    drop(running);
    let with_id = |failure| Failure { external_execution_id: Some(id.clone()), ..failure };
    let outcome = outcome.map_err(with_id)?;
    if outcome.status == DeploymentStatus::Succeeded {
        let summary = Some("Deployment Succeeded".to_owned());
        return Ok(Success { summary, external_execution_id: Some(id), ..Success::default() });
    }
    let reason = outcome.error.map(|error| format!("{} (Error code: {})", error.message, error.code));
    Err(with_id(Failure::new("JobFailed", reason.unwrap_or_else(|| format!("Deployment {id} failed")))))
}

/// What the pipeline's role needs for a deployment (CodePipeline user guide, "CodeDeploy deploy action").
async fn demand_all(task: &Task, group: &DeploymentGroup) -> Result<(), Failure> {
    let arn =
        |resource: String| format!("arn:aws:codedeploy:{}:{}:{resource}", task.pipeline.region, task.pipeline.account);
    let application = arn(format!("application:{}", group.application_name));
    let deployment_group = arn(format!("deploymentgroup:{}/{}", group.application_name, group.name));
    let config = arn(format!("deploymentconfig:{}", name_of(group.config)));
    for (action, resource) in [
        ("codedeploy:GetDeploymentConfig", &config),
        ("codedeploy:RegisterApplicationRevision", &application),
        ("codedeploy:GetApplicationRevision", &application),
        ("codedeploy:CreateDeployment", &deployment_group),
        ("codedeploy:GetDeployment", &deployment_group),
    ] {
        task.demand(task.role(), action, resource).await?;
    }
    Ok(())
}

async fn deploy(task: &Task, group: DeploymentGroup, id: &str) -> Result<DeploymentOutcome, Failure> {
    // On AWS each instance fetches the revision with its own profile. Local instances have none, so that the pipeline's
    // role, which may read the artifact as well, stands in.
    let session = task.session(task.role(), "codepipeline.amazonaws.com").await?;
    let bundle = task.read_artifact(&task.caller(&session), task.role(), &task.inputs[0]).await?;
    let folder = task.context.config.work_dir.join("deployments");
    let (bundle_zip, log) = (folder.join(format!("{id}.zip")), folder.join(format!("{id}.log")));
    tokio::fs::create_dir_all(&folder).await.map_err(|error| Failure::machine(&folder, &error))?;
    tokio::fs::write(&bundle_zip, &bundle).await.map_err(|error| Failure::machine(&bundle_zip, &error))?;
    let log_file = log_file(&log)?;
    task.update(|record| record.log = Some(log.clone()));
    let request = DeploymentRequest {
        deployment_id: id.to_owned(),
        application: group.application_name.clone(),
        group,
        bundle_zip: bundle_zip.clone(),
        instances: task.context.config.instances.clone(),
    };
    let on_event = |event: DeploymentEvent| {
        let line = line_of(event);
        if let Ok(mut log) = log_file.lock() {
            // A full disk makes the deployment itself fail, and louder.
            let _ = writeln!(log, "{line}");
        }
        task.context.emit(EventKind::LogLine { place: task.place.clone(), line });
    };
    let outcome = deploy::run(request, on_event).await;
    let _ = tokio::fs::remove_file(&bundle_zip).await;
    outcome.map_err(|error| Failure::new("InternalError", error.to_string()))
}

fn log_file(path: &Path) -> Result<Mutex<File>, Failure> {
    File::create(path).map(Mutex::new).map_err(|error| Failure::machine(path, &error))
}

fn line_of(event: DeploymentEvent) -> String {
    match event {
        DeploymentEvent::Lifecycle { instance, event, status, message: Some(message) } => {
            format!("{instance} {event} {status}: {message}")
        }
        DeploymentEvent::Lifecycle { instance, event, status, message: None } => {
            format!("{instance} {event} {status}")
        }
        DeploymentEvent::Line { instance, event, line } => format!("{instance} {event} | {line}"),
        DeploymentEvent::Note { instance, text } => format!("{instance} note: {text}"),
    }
}

const fn name_of(config: DeploymentConfig) -> &'static str {
    match config {
        DeploymentConfig::AllAtOnce => "CodeDeployDefault.AllAtOnce",
        DeploymentConfig::HalfAtATime => "CodeDeployDefault.HalfAtATime",
        DeploymentConfig::OneAtATime => "CodeDeployDefault.OneAtATime",
    }
}

/// A deployment in its group, which takes one at a time, until the value is dropped.
struct Running {
    context: Arc<Context>,
    key: (String, String),
}

impl Running {
    fn begin(context: &Arc<Context>, key: (String, String), id: &str) -> Result<Self, Failure> {
        let running = &mut context.state().deployments.running;
        if let Some(other) = running.get(&key) {
            let message = format!("Deployment Group is already deploying deployment {other}");
            return Err(Failure::new("JobFailed", message));
        }
        running.insert(key.clone(), id.to_owned());
        Ok(Self { context: Arc::clone(context), key })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.context.state().deployments.running.remove(&self.key);
    }
}
