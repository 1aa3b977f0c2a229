//! CodeDeploy's status call.

use aws_sdk_codedeploy::Client;
use aws_sdk_codedeploy::config::retry::RetryConfig;
use aws_sdk_codedeploy::config::{Builder, Config};
use aws_sdk_codedeploy::types::LifecycleEventStatus;
use owed_answer::{Closed, Refusal, persist, refusal};
use tokio::time::Instant;

use crate::error::HookError;
use crate::event::CodeDeployEvent;

/// The hook has its status already, or its deployment is gone.
const NOBODY_WAITS: [&str; 3] =
    ["LifecycleEventAlreadyCompletedException", "DeploymentDoesNotExistException", "InvalidDeploymentIdException"];

/// The two statuses that CodeDeploy takes; its model has more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Succeeded,
    Failed,
}

impl Status {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
        }
    }
}

/// The tries again are made by `persist`, where each refusal is heard.
fn one_try() -> Builder {
    Config::builder().retry_config(RetryConfig::disabled())
}

/// Sends the status, again and again until it is accepted, refused or `until` is over. `summary` is what the error says
/// was to be reported.
pub(crate) async fn put(
    client: &Client,
    event: &CodeDeployEvent,
    status: Status,
    summary: &str,
    until: Instant,
) -> Result<Closed, HookError> {
    let CodeDeployEvent { deployment, execution } = event;
    let call = || async {
        let call = client
            .put_lifecycle_event_hook_execution_status()
            .deployment_id(deployment)
            .lifecycle_event_hook_execution_id(execution)
            .status(LifecycleEventStatus::from(status.name()));
        call.customize()
            .config_override(one_try())
            .send()
            .await
            .map(drop)
            .map_err(|error| refusal(&error, &NOBODY_WAITS))
    };
    match persist(until, call).await {
        Ok(()) => {
            tracing::info!(status = status.name(), "the hook's status is reported");
            Ok(Closed::Answered)
        }
        Err(Refusal::Answered(reason)) => {
            tracing::warn!(
                reason,
                "CodeDeploy waits for no status of this hook: it has one already, or its deployment is gone"
            );
            Ok(Closed::NobodyWaits)
        }
        Err(Refusal::Transient(reason) | Refusal::Final { reason, .. }) => Err(HookError::NotReported {
            deployment: deployment.clone(),
            execution: execution.clone(),
            reason: format!("{reason}; it was {}: {summary}", status.name()),
        }),
    }
}
