//! Events of CodeDeploy, of a deployment or of one of its instances.

use serde_json::{Value, json};

use super::owned;
use crate::standin::aws::Aws;

/// The instance that is said to have failed when the event names none.
const INSTANCE: &str = "i-0123456789abcdef0";

/// What an event says of a deployment.
#[derive(Debug, Clone)]
pub struct DeploymentEvent {
    /// The deployment's id.
    pub deployment: String,
    /// The application, when the event names it.
    pub application: Option<String>,
    /// The deployment group, when the event names it.
    pub group: Option<String>,
    instance: String,
    has_failed: bool,
}

impl DeploymentEvent {
    /// Nothing when no deployment is named.
    pub(super) fn read(value: &Value) -> Option<Self> {
        let detail = &value["detail"];
        Some(Self {
            deployment: owned(&detail["deploymentId"])?,
            application: owned(&detail["application"]),
            group: owned(&detail["deploymentGroup"]),
            instance: owned(&detail["instanceId"]).unwrap_or_else(|| INSTANCE.to_owned()),
            has_failed: matches!(detail["state"].as_str(), Some("FAILURE" | "STOP")),
        })
    }

    /// A deployment that failed without an event of its own.
    pub(super) fn failed(deployment: &str, application: &str, group: &str) -> Self {
        Self {
            deployment: deployment.to_owned(),
            application: Some(application.to_owned()),
            group: Some(group.to_owned()),
            instance: INSTANCE.to_owned(),
            has_failed: true,
        }
    }

    /// Shows the deployment, which somebody started by hand.
    pub(super) fn show(&self, aws: &Aws) -> String {
        let Self { deployment, application, group, instance, has_failed } = self;
        let mut info = json!({ "applicationName": application, "deploymentGroupName": group, "creator": "user" });
        let mut last = json!({ "lifecycleEventName": "ValidateService", "status": "Succeeded" });
        if *has_failed {
            info["errorInformation"] =
                json!({ "code": "HEALTH_CONSTRAINTS", "message": "too many individual instances failed deployment" });
            last["status"] = "Failed".into();
            last["diagnostics"] = json!({
                "errorCode": "ScriptFailed", "scriptName": "scripts/validate.sh",
                "message": "Script at specified location: scripts/validate.sh failed with exit code 1",
                "logTail": "[stderr]the shop does not answer at http://127.0.0.1:8080/health",
            });
        }
        let events = json!([{ "lifecycleEventName": "AfterInstall", "status": "Succeeded" }, last]);
        let target =
            json!({ "deploymentTargetType": "InstanceTarget", "instanceTarget": { "lifecycleEvents": events } });
        aws.show_deployment(deployment, info, [(instance.as_str(), target)]);
        let became = if *has_failed { "whose ValidateService failed" } else { "in which nothing failed" };
        format!("deployment {deployment}, {became} on {instance}")
    }
}
