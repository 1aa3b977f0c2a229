//! `CreateDeployment`.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::revisions::{RevisionRequest, required};
use super::{ApiError, Caller, ids};
use crate::engine::api::request::read;
use crate::engine::codedeploy::{self, CreateError, NewDeployment, Revision};
use crate::engine::context::Context;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Request {
    application_name: Option<String>,
    deployment_group_name: Option<String>,
    revision: Option<RevisionRequest>,
    description: Option<String>,
    deployment_config_name: Option<Value>,
    ignore_application_stop_failures: Option<Value>,
    target_instances: Option<Value>,
    auto_rollback_configuration: Option<Value>,
    update_outdated_instances_only: Option<Value>,
    file_exists_behavior: Option<Value>,
    override_alarm_configuration: Option<Value>,
}

pub(super) fn create(context: &Arc<Context>, caller: &Caller, body: &[u8]) -> Result<Value, ApiError> {
    let request: Request = read(body)?;
    let application = ids::application(request.application_name.as_ref())?.to_owned();
    let group = ids::group(request.deployment_group_name.as_ref())?.to_owned();
    for (name, given) in [
        ("deploymentConfigName", &request.deployment_config_name),
        ("ignoreApplicationStopFailures", &request.ignore_application_stop_failures),
        ("targetInstances", &request.target_instances),
        ("autoRollbackConfiguration", &request.auto_rollback_configuration),
        ("updateOutdatedInstancesOnly", &request.update_outdated_instances_only),
        ("fileExistsBehavior", &request.file_exists_behavior),
        ("overrideAlarmConfiguration", &request.override_alarm_configuration),
    ] {
        if given.is_some() {
            let message = format!("{name}: not implemented by the local CodeDeploy, configure the deployment group");
            return Err(ApiError::validation(message));
        }
    }
    let length = request.description.as_ref().map_or(0, |text| text.chars().count());
    if length > 256 {
        let message = format!("the description has {length} characters: at most 256");
        return Err(ApiError::new("DescriptionTooLongException", message));
    }
    let revision = required(request.revision)?.revision(true)?;
    if let Revision::S3 { bundle_type, .. } = &revision
        && !["YAML", "JSON"].contains(&bundle_type.as_str())
    {
        let message = format!("s3Location.bundleType is {bundle_type}: an AppSpec file is YAML or JSON");
        return Err(ApiError::new("InvalidRevisionException", message));
    }
    let new = NewDeployment {
        application,
        group,
        revision,
        description: request.description,
        account: caller.account.clone(),
        region: caller.region.clone(),
    };
    let id = codedeploy::create(context, new).map_err(|error| refusal(&error))?;
    Ok(json!({ "deploymentId": id }))
}

fn refusal(error: &CreateError) -> ApiError {
    let code = match error {
        CreateError::NoApplication(_) => "ApplicationDoesNotExistException",
        CreateError::NoGroup(_) => "DeploymentGroupDoesNotExistException",
        CreateError::Revision(_) => "InvalidRevisionException",
        CreateError::Server(_) => "ValidationException",
        CreateError::Running { .. } => "DeploymentLimitExceededException",
    };
    ApiError::new(code, error.to_string())
}
