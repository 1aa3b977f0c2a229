//! A CodeDeploy deployment group, from its CloudFormation properties.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Builder;

use super::rollback::RawRollback;
use super::{BlueGreenGroup, ComputePlatform, Instance, RollbackEvent, TagFilter, auto_scaling};
use crate::properties::{self, PropertyError};

const RESOURCE: &str = "AWS::CodeDeploy::DeploymentGroup";

/// A deployment group of the EC2/on-premises platform, deployed to in place and without a load balancer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeploymentGroup {
    /// The application's name.
    pub application_name: String,
    /// The group's name.
    pub name: String,
    /// The role that CodeDeploy has on AWS.
    pub service_role_arn: String,
    /// How many instances are deployed to at once, and how many have to stay healthy.
    pub config: DeploymentConfig,
    /// Conditions, of which an EC2 instance has to meet one.
    pub ec2_tag_filters: Vec<TagFilter>,
    /// Conditions, of which an on-premises instance has to meet one.
    pub on_premises_tag_filters: Vec<TagFilter>,
    /// The Auto Scaling groups whose instances are deployed to. The local system starts none.
    pub auto_scaling_groups: Vec<String>,
    /// When a deployment is rolled back; empty when rollback is not enabled. It has no alarms that could stop it.
    pub rollback: Vec<RollbackEvent>,
}

/// CodeDeploy's own deployment configurations for instances.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum DeploymentConfig {
    /// All instances at once; one that succeeds is enough.
    #[serde(rename = "CodeDeployDefault.AllAtOnce")]
    AllAtOnce,
    /// Half of the instances at once, rounded down; half of them, rounded up, have to stay healthy.
    #[serde(rename = "CodeDeployDefault.HalfAtATime")]
    HalfAtATime,
    /// One instance after the other; only the last may fail. CodeDeploy's default.
    #[default]
    #[serde(rename = "CodeDeployDefault.OneAtATime")]
    OneAtATime,
}

impl DeploymentGroup {
    /// Reads the resolved properties of an `AWS::CodeDeploy::DeploymentGroup`.
    pub fn from_properties(properties: &Value) -> Result<Self, PropertyError> {
        let (auto_scaling_groups, rest) = auto_scaling::split(RESOURCE, properties)?;
        let raw: RawGroup = properties::read(RESOURCE, &rest)?;
        for (path, filters) in [
            ("Ec2TagFilters", &raw.ec2_tag_filters),
            ("OnPremisesInstanceTagFilters", &raw.on_premises_instance_tag_filters),
        ] {
            for filter in filters {
                if let Some(missing) = filter.missing() {
                    return Err(unsupported(path, format!("{filter:?}"), &format!("{missing} is missing")));
                }
            }
        }
        Ok(Self {
            application_name: raw.application_name,
            name: raw.deployment_group_name,
            service_role_arn: raw.service_role_arn,
            config: raw.deployment_config_name.unwrap_or_default(),
            ec2_tag_filters: raw.ec2_tag_filters,
            on_premises_tag_filters: raw.on_premises_instance_tag_filters,
            auto_scaling_groups,
            rollback: raw.auto_rollback_configuration.map_or(Ok(Vec::new()), |raw| raw.events(RESOURCE))?,
        })
    }

    /// Whether one of the group's filters means the instance. A local instance is an EC2 and an on-premises one.
    #[must_use]
    pub fn includes(&self, instance: &Instance) -> bool {
        self.ec2_tag_filters.iter().chain(&self.on_premises_tag_filters).any(|filter| filter.matches(&instance.tags))
    }

    /// The group's id.
    #[must_use]
    pub fn id(&self) -> String {
        group_id(&self.application_name, &self.name)
    }
}

impl DeploymentConfig {
    /// The configuration's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AllAtOnce => "CodeDeployDefault.AllAtOnce",
            Self::HalfAtATime => "CodeDeployDefault.HalfAtATime",
            Self::OneAtATime => "CodeDeployDefault.OneAtATime",
        }
    }
}

/// A group's id, a UUID; on AWS it is random, here it follows from the names, so that it stays the same.
#[must_use]
pub fn group_id(application: &str, group: &str) -> String {
    let digest = Sha256::digest(format!("{application}/{group}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Builder::from_random_bytes(bytes).into_uuid().to_string()
}

/// A deployment group of any platform.
#[derive(Debug, Clone)]
pub enum AnyGroup {
    /// Of the EC2/on-premises platform.
    InPlace(DeploymentGroup),
    /// Of the ECS or the Lambda platform.
    BlueGreen(BlueGreenGroup),
}

impl AnyGroup {
    /// The application's name.
    #[must_use]
    pub fn application_name(&self) -> &str {
        match self {
            Self::InPlace(group) => &group.application_name,
            Self::BlueGreen(group) => &group.application_name,
        }
    }

    /// The group's name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::InPlace(group) => &group.name,
            Self::BlueGreen(group) => &group.name,
        }
    }

    /// The role in whose name CodeDeploy works.
    #[must_use]
    pub fn service_role_arn(&self) -> &str {
        match self {
            Self::InPlace(group) => &group.service_role_arn,
            Self::BlueGreen(group) => &group.service_role_arn,
        }
    }

    /// The name of the deployment configuration.
    #[must_use]
    pub fn config_name(&self) -> &str {
        match self {
            Self::InPlace(group) => group.config.name(),
            Self::BlueGreen(group) => &group.config_name,
        }
    }

    /// The platform.
    #[must_use]
    pub fn platform(&self) -> ComputePlatform {
        match self {
            Self::InPlace(_) => ComputePlatform::Server,
            Self::BlueGreen(group) => group.platform(),
        }
    }
}

fn unsupported(path: &'static str, value: String, reason: &str) -> PropertyError {
    PropertyError::Value { resource: RESOURCE, path, value, reason: reason.to_owned() }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RawGroup {
    application_name: String,
    deployment_group_name: String,
    service_role_arn: String,
    deployment_config_name: Option<DeploymentConfig>,
    #[serde(rename = "DeploymentStyle")]
    _deployment_style: Option<RawStyle>,
    #[serde(default)]
    ec2_tag_filters: Vec<TagFilter>,
    #[serde(default)]
    on_premises_instance_tag_filters: Vec<TagFilter>,
    auto_rollback_configuration: Option<RawRollback>,
    #[serde(rename = "Tags")]
    _tags: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RawStyle {
    #[serde(rename = "DeploymentOption")]
    _deployment_option: Option<DeploymentOption>,
    #[serde(rename = "DeploymentType")]
    _deployment_type: Option<DeploymentType>,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum DeploymentOption {
    WithoutTrafficControl,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum DeploymentType {
    InPlace,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn properties() -> Value {
        json!({
            "ApplicationName": "storefront",
            "DeploymentGroupName": "staging",
            "ServiceRoleArn": "arn:aws:iam::123456789012:role/deploy",
        })
    }

    #[test]
    fn what_the_template_may_use_is_accepted() {
        let filter = json!([{"Key": "Environment", "Type": "KEY_AND_VALUE", "Value": "staging"}]);
        for (name, value) in [
            ("DeploymentConfigName", json!("CodeDeployDefault.AllAtOnce")),
            ("DeploymentConfigName", json!("CodeDeployDefault.HalfAtATime")),
            ("DeploymentStyle", json!({"DeploymentOption": "WITHOUT_TRAFFIC_CONTROL", "DeploymentType": "IN_PLACE"})),
            ("Ec2TagFilters", filter.clone()),
            ("OnPremisesInstanceTagFilters", filter),
            ("AutoRollbackConfiguration", json!({"Enabled": "false"})),
            ("AutoRollbackConfiguration", json!({"Enabled": true, "Events": ["DEPLOYMENT_FAILURE"]})),
            ("Tags", json!([])),
            ("AutoScalingGroups", json!(["staging"])),
        ] {
            let mut properties = properties();
            properties[name] = value;
            DeploymentGroup::from_properties(&properties).unwrap();
        }
        assert_eq!(DeploymentGroup::from_properties(&properties()).unwrap().config, DeploymentConfig::OneAtATime);
    }

    #[test]
    fn what_is_unknown_missing_or_not_supported_is_refused_by_name() {
        for (name, value, expected) in [
            ("LoadBalancerInfo", json!({}), "property LoadBalancerInfo: unknown field"),
            ("AlarmConfiguration", json!({}), "property AlarmConfiguration: unknown field"),
            ("DeploymentGroupName", json!(null), "property DeploymentGroupName"),
            ("DeploymentConfigName", json!("Custom"), "unknown variant `Custom`"),
            ("DeploymentStyle", json!({"DeploymentType": "BLUE_GREEN"}), "unknown variant `BLUE_GREEN`"),
            ("Ec2TagFilters", json!([{"Type": "KEY_AND_VALUE", "Key": "a"}]), "Value is missing"),
            ("Ec2TagFilters", json!([{"Type": "VALUE_ONLY", "Key": "a"}]), "Value is missing"),
            ("OnPremisesInstanceTagFilters", json!([{"Type": "KEY_ONLY"}]), "Key is missing"),
            ("Ec2TagFilters", json!([{"Key": "a", "Value": "b"}]), "Ec2TagFilters[0]: missing field `Type`"),
            ("AutoRollbackConfiguration", json!({"Enabled": true}), "AutoRollbackConfiguration.Events is empty"),
        ] {
            let mut properties = properties();
            properties[name] = value;
            let error = DeploymentGroup::from_properties(&properties).unwrap_err().to_string();
            assert!(error.contains(expected), "{name}: {error}");
        }
    }

    #[test]
    fn the_id_is_a_uuid_that_belongs_to_the_group() {
        let group = DeploymentGroup::from_properties(&properties()).unwrap();
        let other = DeploymentGroup { name: "production".into(), ..group.clone() };
        assert_eq!(group.id(), group.clone().id());
        assert_ne!(group.id(), other.id());
        assert!(uuid::Uuid::parse_str(&group.id()).is_ok());
    }
}
