//! A deploy action of CodeDeploy, to instances.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::{Failure, Success, Task};
use crate::deploy::{self, AnyGroup, DeploymentEvent, DeploymentOutcome, DeploymentRequest, DeploymentStatus};
use crate::engine::codedeploy::{InPlace, Revision};
use crate::engine::event::EventKind;
use crate::engine::record::Artifact;

pub(super) async fn run(task: &Task) -> Result<Success, Failure> {
    let group = match group(task)? {
        AnyGroup::InPlace(group) => group,
        AnyGroup::BlueGreen(group) => {
            let platform = group.platform();
            let message =
                format!("{} is a group of the {platform} platform: this provider deploys to instances", group.name);
            return Err(Failure::new("ConfigurationError", message));
        }
    };
    demand_all(task, &group.application_name, &group.name, group.config.name()).await?;
    // CodeDeploy itself finds the instances, with the group's role.
    task.session(&group.service_role_arn, "codedeploy.amazonaws.com").await?;

    let input = &task.inputs[0];
    let revision = Revision::S3 {
        bucket: input.bucket.clone(),
        key: input.key.clone(),
        bundle_type: "zip".to_owned(),
        version: None,
        etag: None,
    };
    let place = (task.pipeline.account.as_str(), task.pipeline.region.as_str());
    let running = InPlace::begin(&task.context, &group, revision, place).map_err(|other| {
        Failure::new("JobFailed", format!("Deployment Group is already deploying deployment {other}"))
    })?;
    let id = running.id().to_owned();
    task.update(|record| record.external_execution_id = Some(id.clone()));
    let log = work_folder(task).join(format!("{id}.log"));
    task.update(|record| record.log = Some(log.clone()));
    let show = |line| task.context.emit(EventKind::LogLine { place: task.place.clone(), line });
    let outcome = deploy(task, &running, &log, show).await;
    let with_id = |failure| Failure { external_execution_id: Some(id.clone()), ..failure };
    let outcome = outcome.map_err(with_id)?;
    if let Some(rollback) = running.end(&outcome) {
        task.context.spawn(roll_back(task.clone(), rollback));
    }
    if outcome.status == DeploymentStatus::Succeeded {
        let summary = Some("Deployment Succeeded".to_owned());
        return Ok(Success { summary, external_execution_id: Some(id), ..Success::default() });
    }
    let reason = outcome.error.map(|error| format!("{} (Error code: {})", error.message, error.code));
    Err(with_id(Failure::new("JobFailed", reason.unwrap_or_else(|| format!("Deployment {id} failed")))))
}

/// The deployment group that the action names.
pub(super) fn group(task: &Task) -> Result<AnyGroup, Failure> {
    let (application, name) = (task.configured("ApplicationName"), task.configured("DeploymentGroupName"));
    let key = (application.to_owned(), name.to_owned());
    let group = task.context.state().deployments.groups.get(&key).cloned();
    group.ok_or_else(|| {
        let message = format!("No deployment group found for name: {name} in application {application}");
        Failure::new("ConfigurationError", message)
    })
}

/// What the pipeline's role needs for a deployment (CodePipeline user guide, "CodeDeploy deploy action").
pub(super) async fn demand_all(task: &Task, application: &str, group: &str, config: &str) -> Result<(), Failure> {
    let arn =
        |resource: String| format!("arn:aws:codedeploy:{}:{}:{resource}", task.pipeline.region, task.pipeline.account);
    let deployment_group = arn(format!("deploymentgroup:{application}/{group}"));
    let application = arn(format!("application:{application}"));
    let config = arn(format!("deploymentconfig:{config}"));
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

/// Carries out a rollback. The action that failed does not wait for it, and its log has nothing of it.
async fn roll_back(task: Task, rollback: InPlace) {
    let log = work_folder(&task).join(format!("{}.log", rollback.id()));
    match deploy(&task, &rollback, &log, |_| ()).await {
        Ok(outcome) => {
            rollback.end(&outcome);
        }
        Err(failure) => rollback.fail(failure.message),
    }
}

fn work_folder(task: &Task) -> PathBuf {
    task.context.config.work_dir.join("deployments")
}

/// Deploys the revision to the group's instances. What happens is noted in the record and in the file `log`, and shown.
async fn deploy(
    task: &Task,
    running: &InPlace,
    log: &Path,
    show: impl Fn(String) + Sync,
) -> Result<DeploymentOutcome, Failure> {
    let id = running.id();
    let Some(Revision::S3 { bucket, key, .. }) = running.revision() else {
        return Err(Failure::new("InternalError", format!("deployment {id} has no revision in S3")));
    };
    let folder = work_folder(task);
    let bundle_zip = folder.join(format!("{id}.zip"));
    tokio::fs::create_dir_all(&folder).await.map_err(|error| Failure::machine(&folder, &error))?;
    let log_file = log_file(log)?;
    // On AWS each instance fetches the revision with its own profile. Local instances have none, so that the pipeline's
    // role, which may read the artifact as well, stands in.
    let session = task.session(task.role(), "codepipeline.amazonaws.com").await?;
    let artifact = Artifact { name: task.inputs[0].name.clone(), bucket, key, revision: None };
    let bundle = task.read_artifact(&task.caller(&session), task.role(), &artifact).await?;
    tokio::fs::write(&bundle_zip, &bundle).await.map_err(|error| Failure::machine(&bundle_zip, &error))?;
    let request = DeploymentRequest {
        deployment_id: id.to_owned(),
        application: running.group().application_name.clone(),
        group: running.group().clone(),
        bundle_zip: bundle_zip.clone(),
        instances: task.context.config.instances.clone(),
    };
    let on_event = |event: DeploymentEvent| {
        running.note(&event);
        let line = line_of(event);
        if let Ok(mut log) = log_file.lock() {
            // A full disk makes the deployment itself fail, and louder.
            let _ = writeln!(log, "{line}");
        }
        show(line);
    };
    let outcome = deploy::run(request, on_event).await;
    let _ = tokio::fs::remove_file(&bundle_zip).await;
    outcome.map_err(|error| Failure::new("InternalError", error.to_string()))
}

pub(super) fn log_file(path: &Path) -> Result<Mutex<File>, Failure> {
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
