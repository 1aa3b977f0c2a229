//! What an AppSpec file says is deployed (CodeDeploy User Guide, "AppSpec 'resources' section").

use serde::Deserialize;
use serde_json::Value;

use crate::outcome::HookFailure;

/// The resource's type, by which it is found under whatever name it has.
const ECS_SERVICE: &str = "AWS::ECS::Service";

#[derive(Deserialize)]
struct AppSpec {
    // Documented with a capital; CodeDeploy's samples have both.
    #[serde(rename = "Resources", alias = "resources", default)]
    resources: Vec<serde_json::Map<String, Value>>,
}

/// The task definition of the one ECS service of the AppSpec file `text`, which is YAML or JSON.
pub(crate) fn task_definition(text: &str) -> Result<String, HookFailure> {
    let appspec: AppSpec = serde_saphyr::from_str(text).map_err(|error| {
        HookFailure::configuration(format!("the deployment's AppSpec file cannot be read: {}", error.without_snippet()))
    })?;
    let services = appspec.resources.iter().flat_map(serde_json::Map::values).filter(|one| one["Type"] == ECS_SERVICE);
    let mut definitions = services.filter_map(|service| service["Properties"]["TaskDefinition"].as_str());
    match (definitions.next(), definitions.next()) {
        (Some(definition), None) if !definition.is_empty() => Ok(definition.to_owned()),
        (Some(_), Some(_)) => Err(HookFailure::configuration("the deployment's AppSpec file has several ECS services")),
        _ => Err(HookFailure::configuration(format!(
            "the deployment's AppSpec file has no resource of type {ECS_SERVICE} with a TaskDefinition"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const YAML: &str = "
version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: \"arn:aws:ecs:eu-central-1:111122223333:task-definition/shop:7\"
        LoadBalancerInfo: { ContainerName: web, ContainerPort: 80 }
Hooks:
  - AfterAllowTestTraffic: CodeDeployHook_shop
";

    #[test]
    fn the_task_definition_is_found_in_yaml_and_json() {
        let json = r#"{"version":0.0,"Resources":[{"AnyName":{"Type":"AWS::ECS::Service",
            "Properties":{"TaskDefinition":"shop:7"}}}]}"#;
        assert_eq!(task_definition(YAML).unwrap(), "arn:aws:ecs:eu-central-1:111122223333:task-definition/shop:7");
        assert_eq!(task_definition(json).unwrap(), "shop:7");
    }

    #[test]
    fn what_is_not_there_is_named() {
        let service = r#"{"S":{"Type":"AWS::ECS::Service","Properties":{"TaskDefinition":"shop:7"}}}"#;
        for (text, expected) in [
            ("{", "cannot be read"),
            ("Resources: 7", "cannot be read"),
            ("version: 0.0", "no resource of type AWS::ECS::Service"),
            (r#"{"Resources":[{"F":{"Type":"AWS::Lambda::Function"}}]}"#, "no resource of type"),
            (r#"{"Resources":[{"S":{"Type":"AWS::ECS::Service"}}]}"#, "with a TaskDefinition"),
            (&format!(r#"{{"Resources":[{service},{service}]}}"#), "several ECS services"),
        ] {
            let error = task_definition(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
