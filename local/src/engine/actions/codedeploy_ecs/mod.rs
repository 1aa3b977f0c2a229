//! A deploy action of CodeDeploy to an ECS service (CodePipeline user guide, "Amazon Elastic Container Service and
//! CodeDeploy blue-green deploy action").

mod files;

use std::collections::BTreeMap;
use std::io::Write;

use serde_json::Value;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use self::files::Files;
use super::codedeploy::{demand_all, group, log_file};
use super::{Failure, Success, Task};
use crate::deploy::{AnyGroup, ComputePlatform};
use crate::engine::codedeploy::{self, AppspecKind, CreateError, DeploymentState, NewDeployment, Revision};
use crate::engine::event::{EngineEvent, EventKind};
use crate::engine::passed_roles::{TO_TASKS, passed_roles};

/// The placeholder of the appspec that becomes the new task definition's ARN.
const TASK_DEFINITION: &str = "<TASK_DEFINITION>";

/// How many images an action can fill in.
const IMAGES: std::ops::RangeInclusive<u8> = 1..=4;

pub(in crate::engine) async fn run(task: &Task) -> Result<Success, Failure> {
    let group = match group(task)? {
        AnyGroup::BlueGreen(group) if group.platform() == ComputePlatform::Ecs => group,
        other => {
            let (name, platform) = (other.name(), other.platform());
            let message = format!("{name} is a group of the {platform} platform: this provider deploys to ECS");
            return Err(Failure::new("ConfigurationError", message));
        }
    };
    demand_all(task, &group.application_name, &group.name, &group.config_name).await?;
    let application = format!("application:{}", group.application_name);
    let place = format!("arn:aws:codedeploy:{}:{}", task.pipeline.region, task.pipeline.account);
    task.demand(task.role(), "codedeploy:GetApplication", &format!("{place}:{application}")).await?;

    let mut files = Files::new(task).await?;
    let definition = task_definition(task, &mut files).await?;
    let path = configured_or(task, "AppSpecTemplatePath", "appspec.yaml");
    let appspec = files.read(task.configured("AppSpecTemplateArtifact"), path, "AppSpec").await?;
    let arn = register(task, &files, &definition).await?;
    let appspec = appspec.replace(TASK_DEFINITION, &arn);

    let mut events = task.context.subscribe();
    let new = NewDeployment {
        application: group.application_name.clone(),
        group: group.name.clone(),
        revision: Revision::appspec(AppspecKind::AppSpecContent, &appspec),
        description: None,
        account: task.pipeline.account.clone(),
        region: task.pipeline.region.clone(),
    };
    let id = codedeploy::create(&task.context, new).map_err(|error| {
        let code = if matches!(error, CreateError::Revision(_)) { "ConfigurationError" } else { "JobFailed" };
        Failure::new(code, error.to_string())
    })?;
    task.update(|record| record.external_execution_id = Some(id.clone()));
    let with_id = |failure| Failure { external_execution_id: Some(id.clone()), ..failure };
    follow(task, &id, &mut events).await.map_err(with_id)?;
    let known = task.context.state().codedeploy.deployment(&id).map(|record| (record.status, record.error.clone()));
    match known {
        Some((DeploymentState::Succeeded, _)) => {
            let summary = Some("Deployment Succeeded".to_owned());
            Ok(Success { summary, external_execution_id: Some(id), ..Success::default() })
        }
        Some((_, Some(error))) => {
            Err(with_id(Failure::new("JobFailed", format!("{} (Error code: {})", error.message, error.code))))
        }
        _ => Err(with_id(Failure::new("JobFailed", format!("Deployment {id} failed")))),
    }
}

fn configured_or<'t>(task: &'t Task, key: &str, default: &'t str) -> &'t str {
    task.configuration.get(key).map_or(default, String::as_str)
}

/// The task definition's template with its images filled in.
async fn task_definition(task: &Task, files: &mut Files<'_>) -> Result<Value, Failure> {
    let (artifact, path) = (
        task.configured("TaskDefinitionTemplateArtifact"),
        configured_or(task, "TaskDefinitionTemplatePath", "taskdef.json"),
    );
    let mut text = files.read(artifact, path, "task definition").await?;
    for (artifact, placeholder) in images(&task.configuration)? {
        let detail = files.read(&artifact, "imageDetail.json", "image").await?;
        let detail: Value = serde_json::from_str(&detail).unwrap_or_default();
        let uri = detail["ImageURI"].as_str().ok_or_else(|| {
            let message = format!("imageDetail.json of {artifact} is no JSON object with the text ImageURI");
            Failure::new("ConfigurationError", message)
        })?;
        // The place of the name is a text of JSON.
        let uri = Value::from(uri).to_string();
        text = text.replace(&format!("<{placeholder}>"), uri.trim_matches('"'));
    }
    serde_json::from_str(&text)
        .map_err(|error| Failure::new("ConfigurationError", format!("the task definition {path} is no JSON: {error}")))
}

/// The artifacts with image details, and the placeholders that they fill.
fn images(configuration: &BTreeMap<String, String>) -> Result<Vec<(String, String)>, Failure> {
    let mut images = Vec::new();
    for number in IMAGES {
        let [artifact, name] = ["ArtifactName", "ContainerName"].map(|end| format!("Image{number}{end}"));
        match (configuration.get(&artifact), configuration.get(&name)) {
            (Some(artifact), Some(name)) => images.push((artifact.clone(), name.clone())),
            (None, None) => {}
            _ => {
                let message = format!("Configuration: {artifact} and {name} belong together, give both or none");
                return Err(Failure::new("ConfigurationError", message));
            }
        }
    }
    Ok(images)
}

/// Registers the task definition as the action's role, which has to be allowed to pass on the roles in it.
async fn register(task: &Task, files: &Files<'_>, definition: &Value) -> Result<String, Failure> {
    for role in passed_roles(definition) {
        task.demand_in(task.role(), ("iam:PassRole", role), &TO_TASKS).await?;
    }
    let registered = task.emulated()?.services.register_task_definition(files.caller(), definition).await;
    registered.map_err(|error| task.client_failure(task.role(), &error))
}

/// Tells what happens in the deployment until it has ended.
async fn follow(task: &Task, id: &str, events: &mut broadcast::Receiver<EngineEvent>) -> Result<(), Failure> {
    let folder = task.context.config.work_dir.join("deployments");
    tokio::fs::create_dir_all(&folder).await.map_err(|error| Failure::machine(&folder, &error))?;
    let path = folder.join(format!("{id}.log"));
    let log = log_file(&path)?;
    task.update(|record| record.log = Some(path.clone()));
    loop {
        let event = match events.recv().await {
            Ok(event) => event.kind,
            // Some lines are lost; the end is not, because the record has it before it is told.
            Err(RecvError::Lagged(_)) if !is_over(task, id) => continue,
            Err(_) => return Ok(()),
        };
        match event {
            EventKind::DeploymentLifecycle { deployment, lifecycle_event, status, message, .. } if deployment == id => {
                let reason = message.map(|message| format!(": {message}")).unwrap_or_default();
                let line = format!("{lifecycle_event} {}{reason}", status.text());
                if let Ok(mut log) = log.lock() {
                    let _ = writeln!(log, "{line}");
                }
                task.context.emit(EventKind::LogLine { place: task.place.clone(), line });
            }
            EventKind::DeploymentEnded { deployment, .. } if deployment == id => return Ok(()),
            _ => {}
        }
    }
}

fn is_over(task: &Task, id: &str) -> bool {
    task.context.state().codedeploy.deployment(id).is_none_or(|record| record.status.is_over())
}
