//! What CodeDeploy knows of a deployment. The event of a hook says only its id.

use std::time::Duration;

use aws_call::{Aws, S3Location};
use aws_sdk_codedeploy::Client;
use aws_sdk_codedeploy::types::{
    DeploymentTarget, LifecycleEvent, LifecycleEventStatus, RevisionLocation, RevisionLocationType,
};

use crate::outcome::HookFailure;
use crate::version::Version;
use crate::{appspec, sdk_failure};

/// The lifecycle events that can have a Lambda function for a hook.
const WITH_HOOKS: [&str; 5] =
    ["BeforeInstall", "AfterInstall", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AfterAllowTraffic"];

/// The waits before the view of a deployment is asked for again: it may lag behind the hook that it started.
const WAITS: [Duration; 4] =
    [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// The most bytes of an AppSpec file in S3.
const APPSPEC_LIMIT: usize = 256 * 1024;

/// What `GetDeployment` says.
#[derive(Clone, Debug)]
pub(crate) struct Deployment {
    pub(crate) application: String,
    pub(crate) group: String,
    /// Whether CodeDeploy made it to undo another.
    pub(crate) rolls_back: bool,
    revision: Option<RevisionLocation>,
}

/// The lifecycle event that runs, and on what.
#[derive(Clone, Debug)]
pub(crate) struct Running {
    pub(crate) lifecycle_event: String,
    target: DeploymentTarget,
}

/// Asks for the deployment `id`.
pub(crate) async fn describe(client: &Client, id: &str) -> Result<Deployment, HookFailure> {
    let answer = client
        .get_deployment()
        .deployment_id(id)
        .send()
        .await
        .map_err(|error| sdk_failure::of(&format!("the deployment {id} cannot be read"), &error))?;
    let info = answer.deployment_info;
    let named = info.and_then(|info| {
        Some(Deployment {
            application: info.application_name?,
            group: info.deployment_group_name?,
            rolls_back: info.creator.is_some_and(|creator| creator.as_str() == "codeDeployRollback"),
            revision: info.revision,
        })
    });
    named.ok_or_else(|| {
        HookFailure::configuration(format!("CodeDeploy names no application and group for the deployment {id}"))
    })
}

/// Finds the one lifecycle event of the deployment `id` that can have a hook and is in progress.
pub(crate) async fn running(client: &Client, id: &str) -> Result<Running, HookFailure> {
    for wait in WAITS {
        if let Some(running) = running_now(client, id).await? {
            return Ok(running);
        }
        tracing::info!("no lifecycle event with a hook is in progress yet; CodeDeploy is asked again");
        tokio::time::sleep(wait).await;
    }
    running_now(client, id).await?.ok_or_else(|| {
        HookFailure::configuration(format!(
            "no lifecycle event of the deployment {id} is in progress, so there is nothing to test; the hook may have been \
             invoked by hand, or after its deployment was stopped"
        ))
    })
}

async fn running_now(client: &Client, id: &str) -> Result<Option<Running>, HookFailure> {
    let mut running = Vec::new();
    for target_id in target_ids(client, id).await? {
        let answer =
            client.get_deployment_target().deployment_id(id).target_id(&target_id).send().await.map_err(|error| {
                sdk_failure::of(&format!("target {target_id:?} of the deployment {id} cannot be read"), &error)
            })?;
        let Some(target) = answer.deployment_target else { continue };
        for lifecycle_event in in_progress(&target) {
            running.push(Running { lifecycle_event, target: target.clone() });
        }
    }
    let names: Vec<&str> = running.iter().map(|running| running.lifecycle_event.as_str()).collect();
    if names.len() > 1 {
        return Err(HookFailure::configuration(format!(
            "several lifecycle events of the deployment {id} are in progress ({}), and the event does not say which one \
             the hook is for",
            names.join(", ")
        )));
    }
    Ok(running.pop())
}

async fn target_ids(client: &Client, id: &str) -> Result<Vec<String>, HookFailure> {
    let answer =
        client.list_deployment_targets().deployment_id(id).send().await.map_err(|error| {
            sdk_failure::of(&format!("the targets of the deployment {id} cannot be listed"), &error)
        })?;
    // The ECS and Lambda platforms have one target a deployment, so there is no second page.
    Ok(answer.target_ids.unwrap_or_default())
}

fn in_progress(target: &DeploymentTarget) -> Vec<String> {
    let events: &[LifecycleEvent] = match target {
        DeploymentTarget { ecs_target: Some(target), .. } => target.lifecycle_events(),
        DeploymentTarget { lambda_target: Some(target), .. } => target.lifecycle_events(),
        _ => &[],
    };
    let running = events.iter().filter(|event| event.status() == Some(&LifecycleEventStatus::InProgress));
    running
        .filter_map(LifecycleEvent::lifecycle_event_name)
        .filter(|name| WITH_HOOKS.contains(name))
        .map(str::to_owned)
        .collect()
}

/// The version under test: the function's new one, or the task definition of the deployment's AppSpec file, because a
/// task set does not say it.
pub(crate) async fn version(
    client: &Client,
    aws: &Aws,
    deployment: &Deployment,
    running: &Running,
) -> Result<Version, HookFailure> {
    let Some(target) = &running.target.lambda_target else {
        let text = appspec_text(client, aws, deployment).await?;
        return appspec::task_definition(&text).map(Version::TaskDefinition);
    };
    let function = target.lambda_function_info.as_ref();
    function
        .and_then(|info| {
            Some(Version::Function { name: info.function_name.clone()?, version: info.target_version.clone()? })
        })
        .ok_or_else(|| HookFailure::configuration("CodeDeploy names no function and target version for its target"))
}

async fn appspec_text(client: &Client, aws: &Aws, deployment: &Deployment) -> Result<String, HookFailure> {
    let Deployment { application, revision, .. } = deployment;
    let revision = revision
        .clone()
        .ok_or_else(|| HookFailure::configuration("CodeDeploy names no revision for the deployment"))?;
    if revision.revision_type() == Some(&RevisionLocationType::S3) {
        return appspec_in_s3(aws, &revision).await;
    }
    // GetDeployment leaves the content out.
    let answer =
        client.get_application_revision().application_name(application).revision(revision).send().await.map_err(
            |error| sdk_failure::of(&format!("the revision of the application {application} cannot be read"), &error),
        )?;
    let revision = answer.revision.unwrap_or_else(|| RevisionLocation::builder().build());
    let content = revision.app_spec_content.and_then(|appspec| appspec.content);
    #[expect(deprecated, reason = "deployments made with the type String are still there")]
    let text = content.or_else(|| revision.string.and_then(|string| string.content));
    text.filter(|text| !text.is_empty())
        .ok_or_else(|| HookFailure::configuration("CodeDeploy gives no AppSpec file for the deployment's revision"))
}

async fn appspec_in_s3(aws: &Aws, revision: &RevisionLocation) -> Result<String, HookFailure> {
    let object = revision.s3_location.as_ref();
    let location = object
        .and_then(|object| Some(S3Location { bucket: object.bucket.clone()?, key: object.key.clone()? }))
        .ok_or_else(|| HookFailure::configuration("CodeDeploy names no object for the deployment's revision in S3"))?;
    let bundle = object.and_then(|object| object.bundle_type()).map_or("nothing", |kind| kind.as_str());
    if !["YAML", "JSON"].contains(&bundle) {
        return Err(HookFailure::configuration(format!(
            "the deployment's revision {location} has the bundle type {bundle}; only YAML and JSON are read"
        )));
    }
    let content = aws
        .get_object(&location, APPSPEC_LIMIT)
        .await
        .map_err(|error| HookFailure::of_call(&format!("the AppSpec file {location} cannot be read"), &error))?;
    Ok(String::from_utf8_lossy(&content).into_owned())
}
