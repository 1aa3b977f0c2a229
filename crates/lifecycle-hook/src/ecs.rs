//! What a hook of ECS returns.

use std::sync::Arc;

use jiff::Timestamp;
use owed_answer::Deadline;
use serde_json::{Value, json};

use crate::attempts::{Attempt, CALL_BACK_DELAY};
use crate::ecs_event::EcsEvent;
use crate::end::{ended, presentable};
use crate::hook::{Hook, Shared};
use crate::hooks::Hooks;
use crate::outcome::{FailureKind, HookFailure, Verdict};
use crate::version::Version;

impl Hooks {
    /// Answers one invocation by ECS. There always is an answer, because an error makes ECS roll back without a reason.
    pub(crate) async fn answer_ecs<F>(&self, event: EcsEvent, deadline: Deadline, work: impl FnOnce(Hook) -> F) -> Value
    where
        F: Future<Output = Result<Verdict, HookFailure>>,
    {
        let shared = Arc::new(Shared::default());
        shared.note(|notes| {
            notes.service = event.service().map(str::to_owned);
            notes.lifecycle_event = Some(event.stage.clone());
            notes.version_under_test = Some(event.target_revision.clone()).filter(|arn| !arn.is_empty());
            notes.gates = !event.rolls_back();
        });
        if event.rolls_back() {
            let verdict = Verdict::failed("no check ran: the deployment is rolled back, and nothing may hold that up");
            tracing::info!("{}", verdict.summary);
            self.conclude(event.deployment(), &shared, &verdict, "SUCCEEDED", &deadline).await;
            return json!({ "hookStatus": "SUCCEEDED" });
        }
        let attempt = Attempt::of(event.details.as_ref(), event.step(), self.settings.attempts);
        let hook = self.hook_of_ecs(&event, deadline, &shared);
        let end = ended(&deadline, async { work(hook?).await }).await;
        let again = if may_pass(&end) { attempt.next(Timestamp::now()) } else { None };
        let verdict = presentable(end, &shared);
        let status = match &again {
            _ if verdict.passed => "SUCCEEDED",
            Some(_) => "IN_PROGRESS",
            None => "FAILED",
        };
        tracing::info!(status, "{}", attempt.words());
        self.conclude(event.deployment(), &shared, &verdict, status, &deadline).await;
        match again {
            Some(details) if status == "IN_PROGRESS" => {
                json!({ "hookStatus": status, "callBackDelay": CALL_BACK_DELAY, "hookDetails": details })
            }
            _ => json!({ "hookStatus": status }),
        }
    }

    fn hook_of_ecs(&self, event: &EcsEvent, deadline: Deadline, shared: &Arc<Shared>) -> Result<Hook, HookFailure> {
        let service = event.service().ok_or_else(|| {
            HookFailure::configuration(
                "the event has no \"executionDetails.serviceArn\" of the form arn:...:service/cluster/service",
            )
        })?;
        let version = if event.target_revision.is_empty() {
            Err(HookFailure::configuration("the event has no \"executionDetails.targetServiceRevisionArn\""))
        } else {
            Ok(Version::ServiceRevision(event.target_revision.clone()))
        };
        Ok(Hook {
            group: service.to_owned(),
            lifecycle_event: event.stage.clone(),
            version,
            aws: self.aws.clone(),
            deadline,
            shared: Arc::clone(shared),
        })
    }
}

/// Whether another try may end better: after failed checks or a service that did not answer, not after a mistake.
fn may_pass(end: &Result<Verdict, HookFailure>) -> bool {
    match end {
        Ok(verdict) => !verdict.passed,
        Err(failure) => failure.kind == FailureKind::Unavailable,
    }
}
