//! When CodeDeploy rolls a deployment back by itself.

use serde::{Deserialize, Serialize};

use crate::properties::{Flag, PropertyError};

/// What a rollback may follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RollbackEvent {
    /// A deployment failed.
    DeploymentFailure,
    /// An alarm stopped it.
    DeploymentStopOnAlarm,
    /// Somebody stopped it.
    DeploymentStopOnRequest,
}

/// `AutoRollbackConfiguration` of a deployment group.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct RawRollback {
    enabled: Flag,
    #[serde(default)]
    events: Vec<RollbackEvent>,
}

impl RawRollback {
    /// The events that are followed by a rollback; none when it is not enabled.
    pub(super) fn events(self, resource: &'static str) -> Result<Vec<RollbackEvent>, PropertyError> {
        if !self.enabled.0 {
            return Ok(Vec::new());
        }
        if self.events.is_empty() {
            return Err(PropertyError::Value {
                resource,
                path: "AutoRollbackConfiguration.Events",
                value: "empty".to_owned(),
                reason: "rollback is enabled, name the events that it follows, such as DEPLOYMENT_FAILURE".to_owned(),
            });
        }
        Ok(self.events)
    }
}
