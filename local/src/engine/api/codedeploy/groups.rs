//! `GetApplication` and `GetDeploymentGroup`.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{ApiError, ids, shapes};
use crate::deploy::{AnyGroup, TagFilter, TagFilterType, group_id};
use crate::engine::api::request::read;
use crate::engine::api::seconds;
use crate::engine::codedeploy::CodeDeploy;
use crate::engine::context::Context;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ApplicationRequest {
    application_name: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct GroupRequest {
    application_name: Option<String>,
    deployment_group_name: Option<String>,
}

pub(super) fn application(context: &Arc<Context>, body: &[u8]) -> Result<Value, ApiError> {
    let request: ApplicationRequest = read(body)?;
    let name = ids::application(request.application_name.as_ref())?;
    let state = context.state();
    let known = state.deployments.application(name).ok_or_else(|| ids::no_application(name))?;
    Ok(json!({
        "application": {
            "applicationId": group_id(name, ""),
            "applicationName": name,
            "createTime": seconds(known.created),
            "linkedToGitHub": false,
            "computePlatform": known.platform,
        },
    }))
}

pub(super) fn group(context: &Arc<Context>, body: &[u8]) -> Result<Value, ApiError> {
    let request: GroupRequest = read(body)?;
    let application = ids::application(request.application_name.as_ref())?;
    let name = ids::group(request.deployment_group_name.as_ref())?;
    let state = context.state();
    if state.deployments.application(application).is_none() {
        return Err(ids::no_application(application));
    }
    let key = (application.to_owned(), name.to_owned());
    let group = state.deployments.groups.get(&key).ok_or_else(|| ids::no_group(name))?;
    Ok(json!({ "deploymentGroupInfo": shape(&state.codedeploy, group) }))
}

fn shape(state: &CodeDeploy, group: &AnyGroup) -> Value {
    let (application, name) = (group.application_name(), group.name());
    let mut shape = json!({
        "applicationName": application,
        "deploymentGroupId": group_id(application, name),
        "deploymentGroupName": name,
        "deploymentConfigName": group.config_name(),
        "serviceRoleArn": group.service_role_arn(),
        "deploymentStyle": shapes::style(group.platform()),
        "computePlatform": group.platform(),
    });
    match group {
        AnyGroup::InPlace(group) => {
            shape["ec2TagFilters"] = group.ec2_tag_filters.iter().map(filter).collect();
            shape["onPremisesInstanceTagFilters"] = group.on_premises_tag_filters.iter().map(filter).collect();
            shape["autoRollbackConfiguration"] = shapes::auto_rollback(&group.rollback);
        }
        AnyGroup::BlueGreen(group) => {
            if let Value::Object(shape) = &mut shape {
                shapes::more(shape, group);
            }
            if let Some(service) = &group.service {
                shape["ecsServices"] = json!([{ "serviceName": service.service, "clusterName": service.cluster }]);
            }
            let names = group.alarms.iter().flat_map(|alarms| &alarms.names).map(|name| json!({ "name": name }));
            shape["alarmConfiguration"] = json!({
                "enabled": group.alarms.is_some(),
                "ignorePollAlarmFailure": group.alarms.as_ref().is_some_and(|alarms| alarms.ignore_poll_failure),
                "alarms": names.collect::<Vec<_>>(),
            });
        }
    }
    if let Some(last) = state.last_successful(application, name) {
        shape["targetRevision"] = shapes::revision(&last.revision, false);
        shape["lastSuccessfulDeployment"] = shapes::last(last);
    }
    if let Some(last) = state.of_group(application, name).next() {
        shape["lastAttemptedDeployment"] = shapes::last(last);
    }
    shape
}

fn filter(filter: &TagFilter) -> Value {
    let kind = match filter.r#type {
        TagFilterType::KeyOnly => "KEY_ONLY",
        TagFilterType::ValueOnly => "VALUE_ONLY",
        TagFilterType::KeyAndValue => "KEY_AND_VALUE",
    };
    let mut shape = json!({ "Type": kind });
    if let Some(key) = &filter.key {
        shape["Key"] = key.as_str().into();
    }
    if let Some(value) = &filter.value {
        shape["Value"] = value.as_str().into();
    }
    shape
}
