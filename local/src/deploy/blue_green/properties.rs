//! The properties of `AWS::CodeDeploy::DeploymentGroup` on the ECS and Lambda platforms, read strictly.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::target::{self, RawBlueGreen, RawLoadBalancer, RawService};
use super::{Alarms, BlueGreenGroup, Routing};
use crate::deploy::ComputePlatform;
use crate::deploy::rollback::RawRollback;
use crate::properties::{self, Flag, PropertyError};

pub(super) const RESOURCE: &str = "AWS::CodeDeploy::DeploymentGroup";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RawGroup {
    application_name: String,
    // Decided by the caller, because CloudFormation makes a name when there is none.
    #[serde(rename = "DeploymentGroupName")]
    _deployment_group_name: Option<String>,
    service_role_arn: String,
    deployment_config_name: Option<String>,
    deployment_style: Option<RawStyle>,
    auto_rollback_configuration: Option<RawRollback>,
    alarm_configuration: Option<RawAlarms>,
    #[serde(rename = "ECSServices")]
    ecs_services: Option<Vec<RawService>>,
    load_balancer_info: Option<RawLoadBalancer>,
    blue_green_deployment_configuration: Option<RawBlueGreen>,
    #[serde(rename = "Tags")]
    _tags: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RawStyle {
    #[serde(rename = "DeploymentOption")]
    _deployment_option: DeploymentOption,
    #[serde(rename = "DeploymentType")]
    _deployment_type: DeploymentType,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum DeploymentOption {
    WithTrafficControl,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum DeploymentType {
    BlueGreen,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RawAlarms {
    enabled: Option<Flag>,
    ignore_poll_alarm_failure: Option<Flag>,
    #[serde(default)]
    alarms: Vec<RawAlarm>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RawAlarm {
    name: String,
}

impl BlueGreenGroup {
    /// Reads the resolved properties of a deployment group called `name`, of an application of this platform.
    pub fn from_properties(name: &str, platform: ComputePlatform, properties: &Value) -> Result<Self, PropertyError> {
        let raw: RawGroup = properties::read(RESOURCE, properties)?;
        if raw.deployment_style.is_none() {
            // Without it CodeDeploy assumes an in-place deployment, which the platform does not have.
            let reason = "give DeploymentType BLUE_GREEN and DeploymentOption WITH_TRAFFIC_CONTROL";
            return Err(unsupported("DeploymentStyle", "missing", reason));
        }
        let config_name = raw.deployment_config_name.unwrap_or_else(|| Routing::default_name(platform).to_owned());
        let routing = Routing::predefined(platform, &config_name).ok_or_else(|| {
            let reason = format!("give a CodeDeployDefault configuration of the {platform} platform");
            unsupported("DeploymentConfigName", &format!("{config_name:?}"), &reason)
        })?;
        let service = match platform {
            ComputePlatform::Ecs => {
                Some(target::read(raw.ecs_services, raw.load_balancer_info, raw.blue_green_deployment_configuration)?)
            }
            ComputePlatform::Lambda | ComputePlatform::Server => {
                let reason = "only groups of the ECS platform have it";
                for (path, there) in [
                    ("ECSServices", raw.ecs_services.is_some()),
                    ("LoadBalancerInfo", raw.load_balancer_info.is_some()),
                    ("BlueGreenDeploymentConfiguration", raw.blue_green_deployment_configuration.is_some()),
                ] {
                    if there {
                        return Err(unsupported(path, "given", reason));
                    }
                }
                None
            }
        };
        Ok(Self {
            application_name: raw.application_name,
            name: name.to_owned(),
            service_role_arn: raw.service_role_arn,
            config_name,
            routing,
            rollback: raw.auto_rollback_configuration.map_or(Ok(Vec::new()), |raw| raw.events(RESOURCE))?,
            alarms: alarms(raw.alarm_configuration)?,
            service,
        })
    }
}

fn alarms(raw: Option<RawAlarms>) -> Result<Option<Alarms>, PropertyError> {
    let Some(raw) = raw else { return Ok(None) };
    let names: Vec<String> = raw.alarms.into_iter().map(|alarm| alarm.name).collect();
    if names.len() > 10 {
        let reason = "a deployment group has at most 10 alarms";
        return Err(unsupported("AlarmConfiguration.Alarms", &format!("{} alarms", names.len()), reason));
    }
    // SAM leaves `Enabled` to whether there are alarms; CloudFormation's default is that they are watched.
    let enabled = raw.enabled.is_none_or(|flag| flag.0) && !names.is_empty();
    let ignore_poll_failure = raw.ignore_poll_alarm_failure.is_some_and(|flag| flag.0);
    Ok(enabled.then_some(Alarms { names, ignore_poll_failure }))
}

pub(super) fn unsupported(path: &'static str, value: &str, reason: &str) -> PropertyError {
    PropertyError::Value { resource: RESOURCE, path, value: value.to_owned(), reason: reason.to_owned() }
}
