//! A hook of CodeDeploy, from its two ids to its status.

use std::sync::Arc;

use owed_answer::Deadline;
use serde_json::{Value, json};

use crate::end::{ended, presentable, status_of};
use crate::error::HookError;
use crate::event::CodeDeployEvent;
use crate::hook::{Hook, Shared};
use crate::hooks::Hooks;
use crate::outcome::{HookFailure, Verdict};
use crate::{deployment, status};

impl Hooks {
    /// Answers one invocation by CodeDeploy.
    pub(crate) async fn answer_codedeploy<F>(
        &self,
        event: CodeDeployEvent,
        deadline: Deadline,
        work: impl FnOnce(Hook) -> F,
    ) -> Result<Value, HookError>
    where
        F: Future<Output = Result<Verdict, HookFailure>>,
    {
        if self.answered.contains(&event.execution, None) {
            tracing::info!("the hook was delivered again and is answered already");
            return Ok(Value::Null);
        }
        let shared = Arc::new(Shared::default());
        let end = ended(&deadline, async { work(self.find(&event, deadline, &shared).await?).await }).await;
        let verdict = presentable(end, &shared);
        let status = status_of(&verdict, &shared);
        self.conclude(&event.deployment, &shared, &verdict, status.name(), &deadline).await;
        status::put(&self.codedeploy, &event, status, &verdict.summary, deadline.reported_by).await?;
        self.answered.remember(&event.execution, None);
        Ok(json!({ "status": status.name() }))
    }

    /// Finds out what the hook is for.
    async fn find(
        &self,
        event: &CodeDeployEvent,
        deadline: Deadline,
        shared: &Arc<Shared>,
    ) -> Result<Hook, HookFailure> {
        let deployment = self.deployment(event, shared).await?;
        let running = deployment::running(&self.codedeploy, &event.deployment).await?;
        shared.note(|notes| notes.lifecycle_event = Some(running.lifecycle_event.clone()));
        let version = deployment::version(&self.codedeploy, &self.aws, &deployment, &running).await;
        match &version {
            Ok(version) => shared.note(|notes| notes.version_under_test = Some(version.to_string())),
            Err(failure) => tracing::warn!("the version under test is not known: {failure}"),
        }
        Ok(Hook {
            group: format!("{}/{}", deployment.application, deployment.group),
            lifecycle_event: running.lifecycle_event,
            version,
            aws: self.aws.clone(),
            deadline,
            shared: Arc::clone(shared),
        })
    }

    /// Asks for the deployment and notes what it says.
    pub(crate) async fn deployment(
        &self,
        event: &CodeDeployEvent,
        shared: &Shared,
    ) -> Result<deployment::Deployment, HookFailure> {
        let deployment = deployment::describe(&self.codedeploy, &event.deployment).await?;
        shared.note(|notes| {
            notes.application = Some(deployment.application.clone());
            notes.group = Some(deployment.group.clone());
            notes.gates = !deployment.rolls_back;
        });
        Ok(deployment)
    }
}
