//! What a stage does when it fails.

use serde::Deserialize;
use serde_json::Value;

/// A stage's `OnFailure`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum OnFailure {
    /// Back to the last execution that succeeded in the stage.
    Rollback,
    /// Once more.
    Retry(RetryMode),
}

/// Which actions of a stage are run again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum RetryMode {
    /// Those that did not succeed.
    FailedActions,
    /// All, from the first one.
    AllActions,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct OnFailureProperties {
    result: Option<String>,
    retry_configuration: Option<RetryProperties>,
    conditions: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RetryProperties {
    retry_mode: Option<String>,
}

impl OnFailure {
    /// What the properties say. Conditions, which need rules to be run, are refused.
    pub(super) fn from_properties(properties: &OnFailureProperties) -> Result<Self, String> {
        if properties.conditions.as_ref().is_some_and(|conditions| !conditions.is_null()) {
            return Err("OnFailure.Conditions: not implemented by the local CodePipeline; leave it out".to_owned());
        }
        let mode = properties.retry_configuration.as_ref().map(|retry| retry.retry_mode.as_deref());
        match (properties.result.as_deref(), mode) {
            (Some("ROLLBACK"), None) => Ok(Self::Rollback),
            (Some("ROLLBACK"), Some(_)) => Err("OnFailure.RetryConfiguration goes with Result RETRY only".to_owned()),
            (Some("RETRY"), Some(Some(mode))) => {
                let known = RetryMode::named(mode);
                let wrong = || {
                    format!(
                        "OnFailure.RetryConfiguration.RetryMode is {mode:?}: expected FAILED_ACTIONS or ALL_ACTIONS"
                    )
                };
                known.map(Self::Retry).ok_or_else(wrong)
            }
            (Some("RETRY"), _) => {
                Err("OnFailure.RetryConfiguration.RetryMode is missing: which mode AWS takes then is \
                                       not documented; say FAILED_ACTIONS or ALL_ACTIONS"
                    .to_owned())
            }
            (Some(other), _) => Err(format!("OnFailure.Result is {other:?}: expected ROLLBACK or RETRY")),
            (None, _) => Err("OnFailure.Result is missing: expected ROLLBACK or RETRY".to_owned()),
        }
    }

    /// As the API shows it.
    pub(in crate::engine) fn shown(self) -> Value {
        match self {
            Self::Rollback => serde_json::json!({ "result": "ROLLBACK" }),
            Self::Retry(mode) => {
                serde_json::json!({ "result": "RETRY", "retryConfiguration": { "retryMode": mode.text() } })
            }
        }
    }
}

impl RetryMode {
    /// The words of the API, in its order.
    pub(in crate::engine) const NAMES: [&str; 2] = ["FAILED_ACTIONS", "ALL_ACTIONS"];

    pub(in crate::engine) fn named(name: &str) -> Option<Self> {
        [Self::FailedActions, Self::AllActions].into_iter().find(|mode| mode.text() == name)
    }

    const fn text(self) -> &'static str {
        match self {
            Self::FailedActions => Self::NAMES[0],
            Self::AllActions => Self::NAMES[1],
        }
    }
}
