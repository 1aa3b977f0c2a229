//! The API of CodeDeploy, as far as hooks, pipelines and alerts need it.

mod control;
mod create;
mod deployments;
mod groups;
mod hook_status;
mod ids;
mod revisions;
mod shapes;
mod targets;

use std::sync::Arc;

use axum::body::Bytes;
use http::HeaderMap;
use serde_json::Value;

use super::caller::{self, Caller};
use super::error::ApiError;
use crate::engine::context::Context;

/// The operations that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    BatchGetDeploymentTargets,
    BatchGetDeployments,
    ContinueDeployment,
    CreateDeployment,
    GetApplication,
    GetApplicationRevision,
    GetDeployment,
    GetDeploymentGroup,
    GetDeploymentTarget,
    ListDeploymentTargets,
    ListDeployments,
    PutLifecycleEventHookExecutionStatus,
    StopDeployment,
}

const OPERATIONS: [(&str, Operation); 13] = [
    ("BatchGetDeploymentTargets", Operation::BatchGetDeploymentTargets),
    ("BatchGetDeployments", Operation::BatchGetDeployments),
    ("ContinueDeployment", Operation::ContinueDeployment),
    ("CreateDeployment", Operation::CreateDeployment),
    ("GetApplication", Operation::GetApplication),
    ("GetApplicationRevision", Operation::GetApplicationRevision),
    ("GetDeployment", Operation::GetDeployment),
    ("GetDeploymentGroup", Operation::GetDeploymentGroup),
    ("GetDeploymentTarget", Operation::GetDeploymentTarget),
    ("ListDeploymentTargets", Operation::ListDeploymentTargets),
    ("ListDeployments", Operation::ListDeployments),
    ("PutLifecycleEventHookExecutionStatus", Operation::PutLifecycleEventHookExecutionStatus),
    ("StopDeployment", Operation::StopDeployment),
];

impl Operation {
    pub(super) fn named(name: &str) -> Option<Self> {
        OPERATIONS.iter().find(|(known, _)| *known == name).map(|(_, operation)| *operation)
    }

    fn name(self) -> &'static str {
        OPERATIONS.iter().find(|(_, known)| *known == self).map(|(name, _)| *name).unwrap_or_default()
    }
}

pub(super) async fn answer(
    context: &Arc<Context>,
    operation: Operation,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<Value, ApiError> {
    let caller = Caller::from_headers(headers)?;
    let action = format!("codedeploy:{}", operation.name());
    for resource in resources(context, operation, &caller, body) {
        caller::authorise(context, &caller, &action, &resource, body).await?;
    }
    match operation {
        Operation::BatchGetDeploymentTargets => targets::batch_get(context, body),
        Operation::BatchGetDeployments => deployments::batch_get(context, body),
        Operation::ContinueDeployment => control::go_on(context, body),
        Operation::CreateDeployment => create::create(context, &caller, body),
        Operation::GetApplication => groups::application(context, body),
        Operation::GetApplicationRevision => revisions::get(context, body),
        Operation::GetDeployment => deployments::get(context, body),
        Operation::GetDeploymentGroup => groups::group(context, body),
        Operation::GetDeploymentTarget => targets::get(context, body),
        Operation::ListDeploymentTargets => targets::list(context, body),
        Operation::ListDeployments => deployments::list(context, body),
        Operation::PutLifecycleEventHookExecutionStatus => hook_status::put(context, body),
        Operation::StopDeployment => control::stop(context, body),
    }
}

/// What IAM is asked about. A deployment belongs to its group; one that is not there belongs to nobody, and is answered so.
fn resources(context: &Context, operation: Operation, caller: &Caller, body: &[u8]) -> Vec<String> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |member: &str| body[member].as_str().unwrap_or("*").to_owned();
    let arn = |resource: String| format!("arn:aws:codedeploy:{}:{}:{resource}", caller.region, caller.account);
    let group = |application: &str, group: &str| arn(format!("deploymentgroup:{application}/{group}"));
    match operation {
        Operation::GetApplication | Operation::GetApplicationRevision => {
            vec![arn(format!("application:{}", text("applicationName")))]
        }
        Operation::CreateDeployment | Operation::GetDeploymentGroup | Operation::ListDeployments => {
            vec![group(&text("applicationName"), &text("deploymentGroupName"))]
        }
        _ => {
            let single = body["deploymentId"].as_str().into_iter();
            let several = body["deploymentIds"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let state = context.state();
            let known = single.chain(several).filter_map(|id| state.codedeploy.deployment(id));
            known.map(|record| group(&record.application, &record.group)).collect()
        }
    }
}
