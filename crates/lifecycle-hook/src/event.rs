//! The event of a hook, as either service sends it.

use serde_json::Value;

use crate::ecs_event::EcsEvent;
use crate::error::HookError;

/// A hook's event.
#[derive(Clone, Debug)]
pub(crate) enum HookEvent {
    CodeDeploy(CodeDeployEvent),
    Ecs(EcsEvent),
}

/// The two ids that are all CodeDeploy says (CodeDeploy User Guide, "AppSpec 'hooks' section").
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CodeDeployEvent {
    pub(crate) deployment: String,
    pub(crate) execution: String,
}

impl HookEvent {
    /// Reads an event. Only what names the hook is needed; whatever else is missing fails the hook later.
    pub(crate) fn read(event: &Value) -> Result<Self, HookError> {
        let has = |key| event.get(key).is_some();
        if has("DeploymentId") || has("LifecycleEventHookExecutionId") {
            let deployment =
                text(event, "DeploymentId").ok_or(HookError::NotAHook { reason: "its \"DeploymentId\" is no text" })?;
            let execution = text(event, "LifecycleEventHookExecutionId")
                .ok_or(HookError::NotAHook { reason: "its \"LifecycleEventHookExecutionId\" is no text" })?;
            return Ok(Self::CodeDeploy(CodeDeployEvent { deployment, execution }));
        }
        if has("lifecycleStage") {
            let stage = text(event, "lifecycleStage")
                .ok_or(HookError::NotAHook { reason: "its \"lifecycleStage\" is no text" })?;
            return Ok(Self::Ecs(EcsEvent::read(stage, event)));
        }
        Err(HookError::NotAHook { reason: "it has neither \"DeploymentId\" nor \"lifecycleStage\"" })
    }
}

/// A text that is there and not empty.
pub(crate) fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_two_protocols_are_told_apart() {
        let event = json!({"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "e-1", "Combined": "more"});
        let HookEvent::CodeDeploy(event) = HookEvent::read(&event).unwrap() else { panic!("it is CodeDeploy's") };
        assert_eq!(event, CodeDeployEvent { deployment: "d-1".to_owned(), execution: "e-1".to_owned() });
        let event = json!({"lifecycleStage": "PRE_SCALE_UP"});
        let HookEvent::Ecs(event) = HookEvent::read(&event).unwrap() else { panic!("it is ECS's") };
        assert_eq!(event.stage, "PRE_SCALE_UP");
    }

    #[test]
    fn what_is_no_hook_is_named() {
        for (event, expected) in [
            (json!({}), "it has neither"),
            (json!("d-1"), "it has neither"),
            (json!(null), "it has neither"),
            (json!({"DeploymentId": "d-1"}), "\"LifecycleEventHookExecutionId\" is no text"),
            (json!({"DeploymentId": 7, "LifecycleEventHookExecutionId": "e"}), "\"DeploymentId\" is no text"),
            (json!({"DeploymentId": "", "LifecycleEventHookExecutionId": "e"}), "\"DeploymentId\" is no text"),
            (json!({"lifecycleStage": null}), "\"lifecycleStage\" is no text"),
            (json!({"CodePipeline.job": {"id": "1"}}), "it has neither"),
        ] {
            let error = HookEvent::read(&event).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
