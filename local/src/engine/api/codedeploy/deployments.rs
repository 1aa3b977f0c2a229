//! `GetDeployment`, `BatchGetDeployments` and `ListDeployments`.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{ApiError, ids, shapes};
use crate::engine::api::page::page;
use crate::engine::api::request::read;
use crate::engine::codedeploy::DeploymentRecord;
use crate::engine::context::Context;
use crate::engine::state::State;

/// How many deployments CodeDeploy lists at once. It does not say; the page can be followed.
const PAGE: i64 = 100;

/// The most of `BatchGetDeployments`.
const BATCH: usize = 25;

const STATUSES: [&str; 8] = ["Created", "Queued", "InProgress", "Baking", "Succeeded", "Failed", "Stopped", "Ready"];

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct GetRequest {
    deployment_id: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct BatchRequest {
    deployment_ids: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ListRequest {
    application_name: Option<String>,
    deployment_group_name: Option<String>,
    #[serde(default)]
    include_only_statuses: Vec<String>,
    create_time_range: Option<TimeRange>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TimeRange {
    start: Option<f64>,
    end: Option<f64>,
}

pub(super) fn get(context: &Arc<Context>, body: &[u8]) -> Result<Value, ApiError> {
    let request: GetRequest = read(body)?;
    let state = context.state();
    let record = ids::deployment(&state.codedeploy, request.deployment_id.as_deref())?;
    Ok(json!({ "deploymentInfo": shape(&state, record) }))
}

pub(super) fn batch_get(context: &Arc<Context>, body: &[u8]) -> Result<Value, ApiError> {
    let request: BatchRequest = read(body)?;
    if request.deployment_ids.len() > BATCH {
        let message = format!("{} deployments are too many: at most {BATCH}", request.deployment_ids.len());
        return Err(ApiError::new("BatchLimitExceededException", message));
    }
    let state = context.state();
    // Of deployments that are not there, nothing is said.
    let known = request.deployment_ids.iter().filter_map(|id| state.codedeploy.deployment(id));
    Ok(json!({ "deploymentsInfo": known.map(|record| shape(&state, record)).collect::<Vec<_>>() }))
}

pub(super) fn list(context: &Arc<Context>, body: &[u8]) -> Result<Value, ApiError> {
    let request: ListRequest = read(body)?;
    if let Some(unknown) = request.include_only_statuses.iter().find(|status| !STATUSES.contains(&status.as_str())) {
        let message = format!("{unknown} is no status of a deployment: {}", STATUSES.join(", "));
        return Err(ApiError::new("InvalidDeploymentStatusException", message));
    }
    let state = context.state();
    let (application, group) = (request.application_name.as_ref(), request.deployment_group_name.as_ref());
    match (application, group) {
        (None, None) => {}
        (application, group) => {
            let (application, group) = (ids::application(application)?, ids::group(group)?);
            if state.deployments.application(application).is_none() {
                return Err(ids::no_application(application));
            }
            if !state.deployments.groups.contains_key(&(application.to_owned(), group.to_owned())) {
                return Err(ids::no_group(group));
            }
        }
    }
    let wanted = state.codedeploy.deployments.iter().rev().filter(|record| {
        let created = record.created.as_duration().as_secs_f64();
        let range = request.create_time_range.as_ref();
        application.is_none_or(|name| *name == record.application)
            && group.is_none_or(|name| *name == record.group)
            && (request.include_only_statuses.is_empty()
                || request.include_only_statuses.iter().any(|status| status == record.status.text()))
            && range.and_then(|range| range.start).is_none_or(|start| created >= start)
            && range.and_then(|range| range.end).is_none_or(|end| created <= end)
    });
    let (ids, next) = page(wanted.map(|record| record.id.clone()), request.next_token.as_deref(), PAGE)?;
    let mut answer = json!({ "deployments": ids });
    if let Some(token) = next {
        answer["nextToken"] = token.into();
    }
    Ok(answer)
}

fn shape(state: &State, record: &DeploymentRecord) -> Value {
    let key = (record.application.clone(), record.group.clone());
    shapes::deployment(record, state.deployments.groups.get(&key))
}
