//! The application specification of the ECS and Lambda platforms, version 0.0 (CodeDeploy user guide, "Application
//! specification file reference"). It is YAML or JSON, which is YAML as well.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::deploy::ComputePlatform;
use crate::properties::Count;

const ECS_HOOKS: [&str; 5] =
    ["BeforeInstall", "AfterInstall", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AfterAllowTraffic"];
const LAMBDA_HOOKS: [&str; 2] = ["BeforeAllowTraffic", "AfterAllowTraffic"];

/// What a deployment brings out, and which functions validate it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlueGreenAppspec {
    /// The version to bring out.
    pub target: Target,
    hooks: BTreeMap<String, String>,
}

/// The version to bring out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A task definition for the group's service.
    Ecs {
        /// Its ARN, with the revision.
        task_definition: String,
        /// The container that gets the traffic.
        container: String,
    },
    /// A version of a function.
    Lambda(LambdaVersions),
}

/// The version that an alias is moved to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct LambdaVersions {
    /// The function's name.
    pub name: String,
    /// The alias.
    pub alias: String,
    /// The version that the alias has.
    pub current_version: String,
    /// The version that it gets.
    pub target_version: String,
}

impl BlueGreenAppspec {
    /// Reads an appspec of the platform. The error is one line that names the place.
    pub fn parse(platform: ComputePlatform, text: &str) -> Result<Self, String> {
        let raw: RawAppspec =
            serde_saphyr::from_str(text).map_err(|error| error.without_snippet().to_string().replace('\n', " "))?;
        if raw.version != "0.0" {
            return Err(format!("version is {:?}: specify 0.0", raw.version));
        }
        let [resource] = <[BTreeMap<String, RawResource>; 1]>::try_from(raw.resources)
            .map_err(|all| format!("Resources: there are {} of them, specify exactly one", all.len()))?;
        let mut resources = resource.into_iter();
        let (Some((name, resource)), None) = (resources.next(), resources.next()) else {
            return Err("Resources: each entry has exactly one name".to_owned());
        };
        let target = target(platform, &name, resource)?;
        let mut hooks = BTreeMap::new();
        for (event, function) in raw.hooks.into_iter().flatten() {
            let known: &[&str] = if platform == ComputePlatform::Ecs { &ECS_HOOKS } else { &LAMBDA_HOOKS };
            if !known.contains(&event.as_str()) {
                let known = known.join(", ");
                return Err(format!("Hooks: {event} is no hook of the {platform} platform, which has {known}"));
            }
            if function.trim().is_empty() {
                return Err(format!("Hooks.{event}: name a function, or give its ARN"));
            }
            if hooks.insert(event.clone(), function).is_some() {
                return Err(format!("Hooks: {event} is there twice"));
            }
        }
        Ok(Self { target, hooks })
    }

    /// The function that validates a lifecycle event: its name or ARN.
    #[must_use]
    pub fn hook(&self, event: &str) -> Option<&str> {
        self.hooks.get(event).map(String::as_str)
    }
}

fn target(platform: ComputePlatform, name: &str, resource: RawResource) -> Result<Target, String> {
    match (platform, resource) {
        (ComputePlatform::Ecs, RawResource::Service(properties)) => {
            if name != "TargetService" {
                return Err(format!("Resources: {name:?} is not known, the ECS platform has TargetService"));
            }
            let arn = &properties.task_definition;
            let name = arn.strip_prefix("arn:").and_then(|rest| rest.split_once(":task-definition/"));
            if name.is_none_or(|(_, name)| !name.contains(':')) {
                let wanted = "give the ARN of a task definition with its revision";
                return Err(format!("Resources.TargetService.Properties.TaskDefinition is {arn:?}: {wanted}"));
            }
            let container = properties.load_balancer_info.container_name;
            Ok(Target::Ecs { task_definition: properties.task_definition, container })
        }
        (ComputePlatform::Lambda, RawResource::Function(versions)) => {
            for (key, value) in
                [("CurrentVersion", &versions.current_version), ("TargetVersion", &versions.target_version)]
            {
                if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_digit()) {
                    return Err(format!("Resources.{name}.Properties.{key} is {value:?}: give a published version"));
                }
            }
            Ok(Target::Lambda(versions))
        }
        (platform, resource) => Err(format!(
            "Resources.{name}.Type is {}, which a deployment of the {platform} platform cannot bring out",
            resource.kind()
        )),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAppspec {
    version: String,
    #[serde(rename = "Resources")]
    resources: Vec<BTreeMap<String, RawResource>>,
    #[serde(rename = "Hooks", default)]
    hooks: Vec<BTreeMap<String, String>>,
}

#[derive(Deserialize)]
#[serde(tag = "Type", content = "Properties", deny_unknown_fields)]
enum RawResource {
    #[serde(rename = "AWS::ECS::Service")]
    Service(RawService),
    #[serde(rename = "AWS::Lambda::Function")]
    Function(LambdaVersions),
}

impl RawResource {
    fn kind(&self) -> &'static str {
        match self {
            Self::Service(_) => "AWS::ECS::Service",
            Self::Function(_) => "AWS::Lambda::Function",
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RawService {
    task_definition: String,
    load_balancer_info: RawLoadBalancerInfo,
    // Where tasks are placed on AWS; on one machine there is one place.
    #[serde(rename = "PlatformVersion")]
    _platform_version: Option<String>,
    #[serde(rename = "NetworkConfiguration")]
    _network_configuration: Option<IgnoredAny>,
    #[serde(rename = "CapacityProviderStrategy")]
    _capacity_provider_strategy: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RawLoadBalancerInfo {
    container_name: String,
    // A local task listens on a free port that it is told.
    #[serde(rename = "ContainerPort")]
    _container_port: Count,
}
