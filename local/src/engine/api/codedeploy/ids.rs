//! Names and ids of requests. CodeDeploy has an error of its own for each that is missing or malformed.

use super::ApiError;
use crate::engine::codedeploy::{CodeDeploy, DeploymentRecord};

/// The deployment that a request names.
pub(super) fn deployment<'s>(state: &'s CodeDeploy, id: Option<&str>) -> Result<&'s DeploymentRecord, ApiError> {
    let id = id.filter(|id| !id.is_empty());
    let id = id.ok_or_else(|| ApiError::new("DeploymentIdRequiredException", "Deployment ID is required"))?;
    let shape = id.strip_prefix("d-").is_some_and(|rest| {
        rest.len() == 9 && rest.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    });
    if !shape {
        return Err(ApiError::new(
            "InvalidDeploymentIdException",
            format!("Deployment ID {id} is not a valid deployment ID"),
        ));
    }
    let missing =
        || ApiError::new("DeploymentDoesNotExistException", format!("The deployment {id} could not be found"));
    state.deployment(id).ok_or_else(missing)
}

/// The application's name that a request gives.
pub(super) fn application(name: Option<&String>) -> Result<&str, ApiError> {
    let name = name.map(String::as_str).filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| ApiError::new("ApplicationNameRequiredException", "Application name is required"))?;
    check("InvalidApplicationNameException", name)
}

/// The deployment group's name that a request gives.
pub(super) fn group(name: Option<&String>) -> Result<&str, ApiError> {
    let name = name.map(String::as_str).filter(|name| !name.is_empty());
    let required = || ApiError::new("DeploymentGroupNameRequiredException", "Deployment group name is required");
    check("InvalidDeploymentGroupNameException", name.ok_or_else(required)?)
}

pub(super) fn no_application(name: &str) -> ApiError {
    ApiError::new("ApplicationDoesNotExistException", format!("No application found for name: {name}"))
}

pub(super) fn no_group(name: &str) -> ApiError {
    ApiError::new("DeploymentGroupDoesNotExistException", format!("No Deployment Group found for name: {name}"))
}

fn check<'n>(code: &'static str, name: &'n str) -> Result<&'n str, ApiError> {
    let length = name.chars().count();
    if length > 100 {
        Err(ApiError::new(code, format!("{length} characters are too many: at most 100")))
    } else {
        Ok(name)
    }
}
