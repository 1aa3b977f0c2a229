//! `StopDeployment` and `ContinueDeployment`.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{ApiError, ids};
use crate::deploy::{ComputePlatform, RollbackEvent};
use crate::engine::api::request::read;
use crate::engine::codedeploy::{DeploymentRecord, DeploymentState, ErrorInformation, Stop};
use crate::engine::context::Context;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct StopRequest {
    deployment_id: Option<String>,
    auto_rollback_enabled: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ContinueRequest {
    deployment_id: Option<String>,
    deployment_wait_type: Option<String>,
}

pub(super) fn stop(context: &Arc<Context>, body: &[u8]) -> Result<Value, ApiError> {
    let request: StopRequest = read(body)?;
    let state = context.state();
    let record = running(ids::deployment(&state.codedeploy, request.deployment_id.as_deref())?)?;
    let error = ErrorInformation {
        code: "MANUAL_STOP",
        message: "The deployment was stopped by a call of StopDeployment.".to_owned(),
    };
    let roll_back = request.auto_rollback_enabled.unwrap_or_default();
    let stop = Stop { error, event: RollbackEvent::DeploymentStopOnRequest, roll_back };
    if let Some(signals) = state.codedeploy.signals.get(&record.id) {
        // The first request decides.
        signals.send_modify(|signals| signals.stop = signals.stop.take().or(Some(stop)));
    }
    Ok(json!({ "status": "Pending", "statusMessage": "The deployment is being stopped." }))
}

pub(super) fn go_on(context: &Arc<Context>, body: &[u8]) -> Result<Value, ApiError> {
    let request: ContinueRequest = read(body)?;
    let state = context.state();
    let record = running(ids::deployment(&state.codedeploy, request.deployment_id.as_deref())?)?;
    // READY_WAIT is what the operation was made for, so it is what a request without a type means.
    let traffic = match request.deployment_wait_type.as_deref() {
        None | Some("READY_WAIT") => true,
        Some("TERMINATION_WAIT") => false,
        Some(other) => {
            let message = format!("{other} is no wait type: READY_WAIT and TERMINATION_WAIT are");
            return Err(ApiError::new("InvalidDeploymentWaitTypeException", message));
        }
    };
    let waits = if traffic { record.status == DeploymentState::Ready } else { record.termination_wait_started };
    if !waits {
        let message = format!("The deployment {} does not wait for this", record.id);
        return Err(ApiError::new("DeploymentIsNotInReadyStateException", message));
    }
    if let Some(signals) = state.codedeploy.signals.get(&record.id) {
        signals.send_modify(|signals| if traffic { signals.traffic = true } else { signals.termination = true });
    }
    Ok(json!({}))
}

fn running(record: &DeploymentRecord) -> Result<&DeploymentRecord, ApiError> {
    if record.platform == ComputePlatform::Server {
        let message = "the local CodeDeploy cannot stop or continue deployments to instances";
        return Err(ApiError::new("UnsupportedActionForDeploymentTypeException", message));
    }
    if record.status.is_over() {
        let message = format!("The deployment {} is already completed", record.id);
        return Err(ApiError::new("DeploymentAlreadyCompletedException", message));
    }
    Ok(record)
}
