//! `PutLifecycleEventHookExecutionStatus`: what a function says of its hook.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{ApiError, ids};
use crate::deploy::ComputePlatform;
use crate::engine::api::request::read;
use crate::engine::codedeploy::Rejection;
use crate::engine::context::Context;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Request {
    deployment_id: Option<String>,
    lifecycle_event_hook_execution_id: Option<String>,
    status: Option<String>,
}

pub(super) fn put(context: &Arc<Context>, body: &[u8]) -> Result<Value, ApiError> {
    let request: Request = read(body)?;
    let mut state = context.state();
    let record = ids::deployment(&state.codedeploy, request.deployment_id.as_deref())?;
    if record.platform == ComputePlatform::Server {
        let message = "Deployments to instances have scripts and no functions as their lifecycle event hooks";
        return Err(ApiError::new("UnsupportedActionForDeploymentTypeException", message));
    }
    let deployment = record.id.clone();
    // The model has six statuses, of which these two can be passed.
    let succeeded = match request.status.as_deref() {
        Some("Succeeded") => true,
        Some("Failed") => false,
        other => {
            let message =
                format!("The status {} cannot be passed: Succeeded and Failed can", other.unwrap_or("that is missing"));
            return Err(ApiError::new("InvalidLifecycleEventHookExecutionStatusException", message));
        }
    };
    let id = request.lifecycle_event_hook_execution_id.unwrap_or_default();
    match state.codedeploy.hooks.answer(&deployment, &id, succeeded) {
        Ok(()) => Ok(json!({ "lifecycleEventHookExecutionId": id })),
        Err(Rejection::Unknown) => {
            let message = format!("The deployment {deployment} has no lifecycle event hook execution {id:?}");
            Err(ApiError::new("InvalidLifecycleEventHookExecutionIdException", message))
        }
        Err(Rejection::Completed) => {
            let message = "An attempt to return the status of an already completed lifecycle event occurred.";
            Err(ApiError::new("LifecycleEventAlreadyCompletedException", message))
        }
    }
}
