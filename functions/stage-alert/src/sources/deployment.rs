//! What a CodeDeploy deployment is, and why it failed.

use alert::Reason;
use aws_sdk_codedeploy::types::DeploymentInfo;
use jiff::Timestamp;
use tokio::time::Instant;

use crate::sources::{Gap, Sources, ask, owned, reason, timestamp};

/// A deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Deployment {
    pub(crate) application: Option<String>,
    pub(crate) group: Option<String>,
    pub(crate) created: Option<Timestamp>,
    /// Such as `HEALTH_CONSTRAINTS`, and what CodeDeploy says.
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    /// The deployment that this one rolls back; empty when CodeDeploy does not say. Nothing for one that rolls out.
    pub(crate) rolls_back: Option<String>,
    /// What CodeDeploy says about rolling this one back.
    pub(crate) rollback_message: Option<String>,
}

impl Sources {
    /// The deployment `id`.
    pub(crate) async fn deployment(&self, id: &str, by: Instant) -> Result<Deployment, Gap> {
        let read = async {
            let call = self.codedeploy.get_deployment().deployment_id(id);
            let answer = Box::pin(call.send()).await.map_err(|error| reason(&error))?;
            answer.deployment_info().map(Deployment::read).ok_or_else(|| format!("CodeDeploy says nothing of {id}"))
        };
        ask("the deployment", by, read).await
    }

    /// Why the deployment `id` failed, the most telling first, and what could not be found out.
    pub(crate) async fn deployment_reasons(
        &self,
        id: &str,
        deployment: Result<Deployment, Gap>,
        by: Instant,
    ) -> (Vec<Reason>, Vec<Gap>) {
        let mut gaps = Vec::new();
        let mut reasons = match self.failed_events(id, by).await {
            Ok(failed) => {
                let reports = self.hook_reasons(id, &failed, by).await;
                let (told, unread) = reports.map_or_else(|gap| (Vec::new(), Some(gap)), |told| (told, None));
                gaps.extend(unread);
                let events = failed.into_iter().map(|event| event.reason);
                told.into_iter().chain(events).collect::<Vec<_>>()
            }
            Err(gap) => {
                gaps.push(gap);
                Vec::new()
            }
        };
        match deployment {
            Ok(Deployment { code, message, rollback_message, .. }) => {
                let said = match (code, message) {
                    (Some(code), Some(message)) => Some(format!("{code}: {message}")),
                    (code, message) => code.or(message),
                };
                // With a failed script at hand, "the overall deployment failed" tells nothing.
                let said = said.filter(|_| reasons.is_empty());
                reasons.extend(said.into_iter().chain(rollback_message).map(|text| Reason::Text { text }));
            }
            Err(gap) => gaps.push(gap),
        }
        (reasons, gaps)
    }
}

impl Deployment {
    fn read(info: &DeploymentInfo) -> Self {
        let error = info.error_information();
        let rollback = info.rollback_info();
        let triggered_by = rollback.and_then(|rollback| owned(rollback.rollback_triggering_deployment_id()));
        let by_codedeploy = info.creator().is_some_and(|creator| creator.as_str() == "codeDeployRollback");
        Self {
            application: owned(info.application_name()),
            group: owned(info.deployment_group_name()),
            created: info.create_time().and_then(timestamp),
            code: error.and_then(|error| error.code()).map(|code| code.as_str().to_owned()),
            message: owned(error.and_then(|error| error.message())),
            rolls_back: triggered_by.or_else(|| by_codedeploy.then(String::new)),
            rollback_message: owned(rollback.and_then(|rollback| rollback.rollback_message())),
        }
    }
}
