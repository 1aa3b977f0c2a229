//! `ListDeploymentTargets`, `GetDeploymentTarget` and `BatchGetDeploymentTargets`.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{ApiError, ids, shapes};
use crate::engine::api::page::page;
use crate::engine::api::request::read;
use crate::engine::codedeploy::{DeploymentRecord, DeploymentState};
use crate::engine::context::Context;

const PAGE: i64 = 100;

/// The most of `BatchGetDeploymentTargets` for instances; of the other platforms a deployment has one.
const BATCH: usize = 25;

const STATUSES: [&str; 7] = ["Pending", "InProgress", "Succeeded", "Failed", "Skipped", "Unknown", "Ready"];

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ListRequest {
    deployment_id: Option<String>,
    next_token: Option<String>,
    #[serde(default)]
    target_filters: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct GetRequest {
    deployment_id: Option<String>,
    target_id: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct BatchRequest {
    deployment_id: Option<String>,
    #[serde(default)]
    target_ids: Vec<String>,
}

pub(super) fn list(context: &Arc<Context>, body: &[u8]) -> Result<Value, ApiError> {
    let request: ListRequest = read(body)?;
    let state = context.state();
    let record = started(ids::deployment(&state.codedeploy, request.deployment_id.as_deref())?)?;
    let mut statuses = None;
    for (name, values) in &request.target_filters {
        if name != "TargetStatus" {
            let message = format!("{name} is not known to the local CodeDeploy: TargetStatus is");
            return Err(ApiError::new("InvalidTargetFilterNameException", message));
        }
        if let Some(unknown) = values.iter().find(|value| !STATUSES.contains(&value.as_str())) {
            let message = format!("{unknown} is no status of a target: {}", STATUSES.join(", "));
            return Err(ApiError::new("InvalidInstanceStatusException", message));
        }
        statuses = Some(values);
    }
    let wanted = record
        .targets
        .iter()
        .filter(|target| statuses.is_none_or(|statuses| statuses.iter().any(|status| status == target.status.text())));
    let (ids, next) = page(wanted.map(|target| target.id.clone()), request.next_token.as_deref(), PAGE)?;
    let mut answer = json!({ "targetIds": ids });
    if let Some(token) = next {
        answer["nextToken"] = token.into();
    }
    Ok(answer)
}

pub(super) fn get(context: &Arc<Context>, body: &[u8]) -> Result<Value, ApiError> {
    let request: GetRequest = read(body)?;
    let state = context.state();
    let record = started(ids::deployment(&state.codedeploy, request.deployment_id.as_deref())?)?;
    let id = request.target_id.as_deref().filter(|id| !id.is_empty());
    let id = id.ok_or_else(|| ApiError::new("DeploymentTargetIdRequiredException", "Target ID is required"))?;
    Ok(json!({ "deploymentTarget": find(record, id)? }))
}

pub(super) fn batch_get(context: &Arc<Context>, body: &[u8]) -> Result<Value, ApiError> {
    let request: BatchRequest = read(body)?;
    let state = context.state();
    let record = started(ids::deployment(&state.codedeploy, request.deployment_id.as_deref())?)?;
    if request.target_ids.is_empty() {
        return Err(ApiError::new("DeploymentTargetIdRequiredException", "At least one target ID is required"));
    }
    if request.target_ids.len() > BATCH {
        let message = format!("{} targets are too many: at most {BATCH}", request.target_ids.len());
        return Err(ApiError::new("DeploymentTargetListSizeExceededException", message));
    }
    let targets: Result<Vec<_>, _> = request.target_ids.iter().map(|id| find(record, id)).collect();
    Ok(json!({ "deploymentTargets": targets? }))
}

fn find(record: &DeploymentRecord, id: &str) -> Result<Value, ApiError> {
    let target = record.targets.iter().find(|target| target.id == id).ok_or_else(|| {
        let message = format!("The target {id} does not belong to the deployment {}", record.id);
        ApiError::new("DeploymentTargetDoesNotExistException", message)
    })?;
    Ok(shapes::target(record, target))
}

fn started(record: &DeploymentRecord) -> Result<&DeploymentRecord, ApiError> {
    if record.status == DeploymentState::Created {
        let message = format!("The deployment {} has not started", record.id);
        return Err(ApiError::new("DeploymentNotStartedException", message));
    }
    Ok(record)
}
