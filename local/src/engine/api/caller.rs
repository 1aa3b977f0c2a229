//! Who calls, and whether IAM lets them.

use std::sync::Arc;

use http::HeaderMap;
use serde_json::Value;

use super::error::ApiError;
use crate::emulator::client::Decision;
use crate::engine::context::Context;
use crate::engine::denial;
use crate::engine::event::{EventKind, Place};

/// The caller, as the emulator has verified it.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    pub(super) arn: String,
    pub(super) account: String,
    pub(super) region: String,
    /// The rule of EventBridge in whose target's name it is.
    pub(super) rule: Option<String>,
}

impl Caller {
    pub(super) fn from_headers(headers: &HeaderMap) -> Result<Self, ApiError> {
        let header = |name: &str| {
            let value = headers.get(name).and_then(|value| value.to_str().ok()).filter(|value| !value.is_empty());
            value.map(str::to_owned).ok_or_else(|| ApiError::internal(format!("the emulator sent no header {name}")))
        };
        Ok(Self {
            arn: header("x-launchway-caller-arn")?,
            account: header("x-launchway-account")?,
            region: header("x-launchway-region")?,
            rule: header("x-launchway-rule-arn").ok(),
        })
    }
}

/// Asks IAM whether the caller may do `action` on `resource`. A refusal is told to the observers, and noted at the
/// action whose job the call was about.
pub(super) async fn authorise(
    context: &Arc<Context>,
    caller: &Caller,
    action: &str,
    resource: &str,
    body: &[u8],
) -> Result<(), ApiError> {
    let Some(principal) = denial::policy_source(&caller.arn) else { return Ok(()) };
    let emulated = context.emulated.get();
    let emulated = emulated.ok_or_else(|| ApiError::internal("the local CodePipeline has no emulator to ask"))?;
    let decision = emulated.decide(&caller.region, &principal, (action, resource), &[]).await;
    match decision.map_err(|error| ApiError::internal(error.to_string()))? {
        Decision::Allowed => Ok(()),
        refused => {
            let message = denial::wording(&caller.arn, action, resource, refused);
            let place = note(context, body, &message);
            context.emit(EventKind::Denied {
                principal: caller.arn.clone(),
                operation: action.to_owned(),
                message: message.clone(),
                place,
            });
            Err(ApiError::new("AccessDeniedException", message))
        }
    }
}

fn note(context: &Context, body: &[u8], message: &str) -> Option<Place> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let mut state = context.state();
    let place = state.jobs.get(body["jobId"].as_str()?)?.place.clone();
    if let Some(action) = state.action_mut(&place.execution, &place.stage, &place.action) {
        action.denials.push(message.to_owned());
    }
    Some(place)
}
