//! A CodeDeploy application, from its CloudFormation properties.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::properties::{self, PropertyError};

const RESOURCE: &str = "AWS::CodeDeploy::Application";

/// An application of the EC2/on-premises platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// The name, when the template gives one.
    pub name: Option<String>,
}

impl Application {
    /// Reads the resolved properties of an `AWS::CodeDeploy::Application`.
    pub fn from_properties(properties: &Value) -> Result<Self, PropertyError> {
        let raw: RawApplication = properties::read(RESOURCE, properties)?;
        Ok(Self { name: raw.application_name })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RawApplication {
    application_name: Option<String>,
    #[serde(rename = "ComputePlatform")]
    _compute_platform: Option<ComputePlatform>,
    #[serde(rename = "Tags")]
    _tags: Option<IgnoredAny>,
}

/// `Server` is CodeDeploy's default.
#[derive(Deserialize)]
enum ComputePlatform {
    Server,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_server_platform_is_known() {
        for (properties, expected) in [
            (json!({"ApplicationName": "shop", "ComputePlatform": "Server"}), Ok(Some("shop"))),
            (json!({"Tags": [{"Key": "a", "Value": "b"}]}), Ok(None)),
            (json!({"ComputePlatform": "Lambda"}), Err("unknown variant `Lambda`, expected `Server`")),
            (json!({"Name": "shop"}), Err("property Name: unknown field `Name`")),
        ] {
            match (Application::from_properties(&properties), expected) {
                (Ok(application), Ok(name)) => assert_eq!(application.name.as_deref(), name),
                (Err(error), Err(text)) => assert!(error.to_string().contains(text), "{error}"),
                other => panic!("{properties}: {other:?}"),
            }
        }
    }
}
