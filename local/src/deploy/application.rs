//! A CodeDeploy application, from its CloudFormation properties.

use std::fmt;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::properties::{self, PropertyError};

const RESOURCE: &str = "AWS::CodeDeploy::Application";

/// An application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// The name, when the template gives one.
    pub name: Option<String>,
    /// What its deployment groups deploy to.
    pub platform: ComputePlatform,
}

/// What an application is deployed to, in the API's spelling.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
pub enum ComputePlatform {
    /// Instances; CodeDeploy's default.
    #[default]
    Server,
    /// Versions of a function behind an alias.
    Lambda,
    /// Task sets of a service.
    #[serde(rename = "ECS")]
    Ecs,
}

impl fmt::Display for ComputePlatform {
    /// As CodeDeploy writes it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Server => "Server",
            Self::Lambda => "Lambda",
            Self::Ecs => "ECS",
        })
    }
}

impl Application {
    /// Reads the resolved properties of an `AWS::CodeDeploy::Application`.
    pub fn from_properties(properties: &Value) -> Result<Self, PropertyError> {
        let raw: RawApplication = properties::read(RESOURCE, properties)?;
        Ok(Self { name: raw.application_name, platform: raw.compute_platform.unwrap_or_default() })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RawApplication {
    application_name: Option<String>,
    compute_platform: Option<ComputePlatform>,
    #[serde(rename = "Tags")]
    _tags: Option<IgnoredAny>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_platform_is_known_by_its_name() {
        use ComputePlatform::{Ecs, Lambda, Server};
        for (properties, expected) in [
            (json!({"ApplicationName": "shop", "ComputePlatform": "Server"}), Ok((Some("shop"), Server))),
            (json!({"Tags": [{"Key": "a", "Value": "b"}]}), Ok((None, Server))),
            (json!({"ComputePlatform": "Lambda"}), Ok((None, Lambda))),
            (json!({"ComputePlatform": "ECS"}), Ok((None, Ecs))),
            (json!({"ComputePlatform": "Ecs"}), Err("unknown variant `Ecs`")),
            (json!({"Name": "shop"}), Err("property Name: unknown field `Name`")),
        ] {
            match (Application::from_properties(&properties), expected) {
                (Ok(application), Ok((name, platform))) => {
                    assert_eq!((application.name.as_deref(), application.platform), (name, platform));
                }
                (Err(error), Err(text)) => assert!(error.to_string().contains(text), "{error}"),
                other => panic!("{properties}: {other:?}"),
            }
        }
    }
}
