//! What a deployment group of an Auto Scaling group may have besides.
//!
//! The local system starts no instances for one, so that no deployment to it gets as far as a load balancer or an alarm:
//! these are read, and nothing is done about them. A group that finds its instances by tags does get there, and
//! may not have them.

use serde::Deserialize;
use serde_json::Value;

use crate::properties::{self, Flag, PropertyError};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Besides {
    #[serde(rename = "LoadBalancerInfo")]
    _load_balancer: Option<RawLoadBalancer>,
    #[serde(rename = "AlarmConfiguration")]
    _alarms: Option<RawAlarms>,
    #[serde(rename = "DeploymentStyle")]
    _style: Option<RawStyle>,
    #[serde(rename = "TerminationHookEnabled")]
    _termination_hook: Option<Flag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RawLoadBalancer {
    #[serde(rename = "TargetGroupInfoList")]
    _target_groups: Vec<Named>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RawAlarms {
    #[serde(rename = "Enabled")]
    _enabled: Option<Flag>,
    #[serde(rename = "IgnorePollAlarmFailure")]
    _ignore_poll_alarm_failure: Option<Flag>,
    #[serde(rename = "Alarms")]
    _alarms: Vec<Named>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Named {
    #[serde(rename = "Name")]
    _name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RawStyle {
    #[serde(rename = "DeploymentOption")]
    _option: Option<DeploymentOption>,
    // A blue/green deployment would need its own configuration, which nobody asked for yet.
    #[serde(rename = "DeploymentType")]
    _kind: Option<DeploymentType>,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum DeploymentOption {
    WithTrafficControl,
    WithoutTrafficControl,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum DeploymentType {
    InPlace,
}

/// The Auto Scaling groups of a deployment group, and its properties without them and what may come with them; these are
/// left alone when there are none.
pub(super) fn split(resource: &'static str, group: &Value) -> Result<(Vec<String>, Value), PropertyError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Scaled {
        #[serde(default)]
        auto_scaling_groups: Vec<String>,
    }
    let scaled: Scaled = properties::read(resource, group)?;
    let mut rest = group.clone();
    if scaled.auto_scaling_groups.is_empty() {
        return Ok((Vec::new(), rest));
    }
    let mut besides = serde_json::Map::new();
    if let Some(members) = rest.as_object_mut() {
        members.remove("AutoScalingGroups");
        for name in ["LoadBalancerInfo", "AlarmConfiguration", "DeploymentStyle", "TerminationHookEnabled"] {
            besides.extend(members.remove(name).map(|value| (name.to_owned(), value)));
        }
    }
    let _: Besides = properties::read(resource, &Value::Object(besides))?;
    Ok((scaled.auto_scaling_groups, rest))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn scaled(name: &str, value: Value) -> Value {
        let mut group = json!({ "ApplicationName": "shop", "AutoScalingGroups": ["shop-1"] });
        group[name] = value;
        group
    }

    #[test]
    fn what_comes_with_an_auto_scaling_group_is_read_strictly() {
        for (name, value, refused) in [
            ("LoadBalancerInfo", json!({ "TargetGroupInfoList": [{ "Name": "blue" }] }), None),
            ("LoadBalancerInfo", json!({ "ElbInfoList": [] }), Some("LoadBalancerInfo.ElbInfoList")),
            ("AlarmConfiguration", json!({ "Enabled": true, "Alarms": [{ "Name": "errors" }] }), None),
            ("AlarmConfiguration", json!({ "Alarms": ["errors"] }), Some("AlarmConfiguration.Alarms[0]")),
            (
                "DeploymentStyle",
                json!({ "DeploymentOption": "WITH_TRAFFIC_CONTROL", "DeploymentType": "IN_PLACE" }),
                None,
            ),
            ("DeploymentStyle", json!({ "DeploymentType": "BLUE_GREEN" }), Some("unknown variant `BLUE_GREEN`")),
            ("AutoScalingGroups", json!("shop-1"), Some("AutoScalingGroups")),
        ] {
            let found = split("AWS::CodeDeploy::DeploymentGroup", &scaled(name, value));
            match refused {
                None => assert_eq!(found.unwrap(), (vec!["shop-1".to_owned()], json!({ "ApplicationName": "shop" }))),
                Some(part) => assert!(found.unwrap_err().to_string().contains(part), "{name}"),
            }
        }
    }

    #[test]
    fn without_one_nothing_is_taken_away() {
        for group in [json!({ "LoadBalancerInfo": {} }), json!({ "LoadBalancerInfo": {}, "AutoScalingGroups": [] })] {
            assert_eq!(split("AWS::CodeDeploy::DeploymentGroup", &group).unwrap(), (Vec::new(), group));
        }
    }
}
