//! CodeDeploy as a lifecycle hook meets it: what it may ask of its deployment, and the one status it reports.

mod deployment;
mod requests;
mod view;

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::answer::{ServiceError, json_response};
use super::state::State;

pub use deployment::{Deployment, EventState, LifecycleEvent, Target};

/// A status that a hook reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookStatus {
    /// The execution of the hook, as its event named it.
    pub execution: String,
    /// The lifecycle event that has ended by it.
    pub event: String,
    /// `Succeeded` or `Failed`.
    pub status: String,
}

/// Answers an operation that CodeDeploy has and a hook may call.
pub(super) fn answer(state: &mut State, operation: &str, body: &[u8]) -> Result<Response<Bytes>, ServiceError> {
    if let Some(answer) = shown(state, operation, body)? {
        return Ok(json_response(StatusCode::OK, &answer));
    }
    let answer = match operation {
        "GetDeployment" => {
            let request = requests::get_deployment(body)?;
            json!({ "deploymentInfo": view::deployment(deployment(state, &request)?) })
        }
        "ListDeploymentTargets" => {
            let request = requests::list_deployment_targets(body)?;
            json!({ "targetIds": [deployment(state, &request)?.target.id()] })
        }
        "GetDeploymentTarget" => {
            let request = requests::get_deployment_target(body)?;
            json!({ "deploymentTarget": target(deployment(state, &request)?, &request)? })
        }
        "GetApplicationRevision" => application_revision(state, &requests::get_application_revision(body)?)?,
        "PutLifecycleEventHookExecutionStatus" => {
            hook_status(state, &requests::put_lifecycle_event_hook_execution_status(body)?)?
        }
        _ => return Err(ServiceError::unknown_operation(operation)),
    };
    Ok(json_response(StatusCode::OK, &answer))
}

/// What CodeDeploy shows of a deployment that is only looked at.
fn shown(state: &State, operation: &str, body: &[u8]) -> Result<Option<Value>, ServiceError> {
    let request: Value = serde_json::from_slice(body).unwrap_or_default();
    let id = request["deploymentId"].as_str().unwrap_or_default();
    let Some((info, targets)) = state.shown_deployments.get(id) else { return Ok(None) };
    Ok(match operation {
        "GetDeployment" => {
            requests::get_deployment(body)?;
            Some(json!({ "deploymentInfo": info }))
        }
        "ListDeploymentTargets" => {
            requests::list_deployment_targets(body)?;
            Some(json!({ "targetIds": targets.keys().collect::<Vec<_>>() }))
        }
        "GetDeploymentTarget" => {
            let request = requests::get_deployment_target(body)?;
            let target = targets.get(request["targetId"].as_str().unwrap_or_default()).ok_or_else(|| {
                ServiceError::client("DeploymentTargetDoesNotExistException", "The target does not exist")
            })?;
            Some(json!({ "deploymentTarget": target }))
        }
        _ => None,
    })
}

/// The deployment that a request names. CodeDeploy's ids are `d-` and nine capital letters or digits.
fn deployment<'s>(state: &'s mut State, request: &Value) -> Result<&'s mut Deployment, ServiceError> {
    let id = request["deploymentId"].as_str().unwrap_or_default();
    if id.is_empty() {
        return Err(ServiceError::client("DeploymentIdRequiredException", "The deployment ID is required."));
    }
    let well_formed = id.strip_prefix("d-").is_some_and(|rest| {
        rest.len() == 9 && rest.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    });
    if !well_formed {
        let message = format!("The deployment ID {id} is in an invalid format.");
        return Err(ServiceError::client("InvalidDeploymentIdException", message));
    }
    state.deployments.get_mut(id).ok_or_else(|| {
        let message = format!("The deployment {id} could not be found");
        ServiceError::client("DeploymentDoesNotExistException", message)
    })
}

fn target(deployment: &mut Deployment, request: &Value) -> Result<Value, ServiceError> {
    let id = request["targetId"].as_str().unwrap_or_default();
    if id != deployment.target.id() {
        let message = format!("The target {id:?} does not belong to the deployment {}", deployment.id);
        return Err(ServiceError::client("DeploymentTargetDoesNotExistException", message));
    }
    let target = view::target(deployment);
    deployment.late_views = deployment.late_views.saturating_sub(1);
    Ok(target)
}

/// The content of the `AppSpec` that a deployment of the application has, found by its digest.
fn application_revision(state: &State, request: &Value) -> Result<Value, ServiceError> {
    let application = request["applicationName"].as_str().unwrap_or_default();
    let mut of_application =
        state.deployments.values().filter(|deployment| deployment.application == application).peekable();
    if of_application.peek().is_none() {
        let message = format!("No application found for name: {application}");
        return Err(ServiceError::client("ApplicationDoesNotExistException", message));
    }
    if request["revision"]["revisionType"] != "AppSpecContent" {
        return Err(ServiceError::client("InvalidRevisionException", "the stand-in knows AppSpecContent revisions"));
    }
    let digest = request["revision"]["appSpecContent"]["sha256"].as_str().unwrap_or_default();
    let deployment = of_application.find(|deployment| deployment.digest() == digest).ok_or_else(|| {
        ServiceError::client(
            "RevisionDoesNotExistException",
            "The named revision does not exist with the user or account.",
        )
    })?;
    Ok(view::revision(deployment))
}

fn hook_status(state: &mut State, request: &Value) -> Result<Value, ServiceError> {
    let status = request["status"].as_str().unwrap_or_default();
    let execution = request["lifecycleEventHookExecutionId"].as_str().unwrap_or_default();
    let deployment = deployment(state, request)?;
    let ended = match status {
        "Succeeded" => EventState::Succeeded,
        "Failed" => EventState::Failed,
        _ => {
            let message = format!("The status {status:?} is invalid: it has to be Succeeded or Failed");
            return Err(ServiceError::client("InvalidLifecycleEventHookExecutionStatusException", message));
        }
    };
    let event =
        deployment.events.iter_mut().find(|event| event.hook.as_deref() == Some(execution)).ok_or_else(|| {
            let message = "A lifecycle event hook is invalid. Review the hooks section in your AppSpec file.";
            ServiceError::client("InvalidLifecycleEventHookExecutionIdException", message)
        })?;
    if event.state != EventState::InProgress {
        let message = format!("The lifecycle event {} has already completed", event.name);
        return Err(ServiceError::client("LifecycleEventAlreadyCompletedException", message));
    }
    event.state = ended;
    let status = HookStatus { execution: execution.to_owned(), event: event.name.clone(), status: status.to_owned() };
    let id = deployment.id.clone();
    state.hook_statuses.push((id, status));
    Ok(json!({ "lifecycleEventHookExecutionId": execution }))
}
