//! From an event to exactly one status.

use aws_call::Aws;
use aws_sdk_codedeploy::Client;
use owed_answer::{Answered, Closed, Deadline};
use serde_json::Value;
use tracing::Instrument;

use crate::end::{ended, status_of};
use crate::error::HookError;
use crate::event::HookEvent;
use crate::hook::{Hook, Shared};
use crate::outcome::{HookFailure, Verdict};
use crate::report::{HookReport, ReportLocation};
use crate::status;

/// The name of a report about a hook whose lifecycle event could not be found out.
const UNKNOWN_EVENT: &str = "unknown";

/// The name of the report that is written in a dead function's place.
const CLOSED: &str = "closed";

/// How hooks are answered.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where reports go; without it they are only logged.
    pub reports: Option<ReportLocation>,
    /// How often ECS invokes a hook whose checks do not pass before they have failed; 1 is once.
    pub attempts: u32,
}

/// Answers the hooks of one function. Made once, before the first event.
#[derive(Debug)]
pub struct Hooks {
    pub(crate) aws: Aws,
    pub(crate) codedeploy: Client,
    pub(crate) settings: Settings,
    pub(crate) answered: Answered,
}

impl Hooks {
    /// Asks and reports by `codedeploy`; everything else goes over `aws`.
    #[must_use]
    pub fn new(aws: Aws, codedeploy: Client, settings: Settings) -> Self {
        Self { aws, codedeploy, settings, answered: Answered::default() }
    }

    /// Does `work` for the hook in `event`, stores a report of how it ended, and gives the status. What is returned is
    /// what the function has to return: ECS reads its status there.
    ///
    /// The work is stopped at the deadline less its margin. Its error, its panic and its lateness are failed statuses,
    /// as is a deployment about which CodeDeploy cannot be asked. A hook of CodeDeploy that this process has answered
    /// before is not run again.
    ///
    /// An error means that nothing was reported: the event is no hook, or CodeDeploy did not take the status.
    pub async fn answer<F>(
        &self,
        event: &Value,
        deadline: Deadline,
        work: impl FnOnce(Hook) -> F,
    ) -> Result<Value, HookError>
    where
        F: Future<Output = Result<Verdict, HookFailure>>,
    {
        // Boxed: with the work inside, either is tens of kilobytes.
        match HookEvent::read(event)? {
            HookEvent::CodeDeploy(event) => {
                let span = tracing::info_span!("hook", deployment.id = event.deployment, hook.id = event.execution);
                Box::pin(self.answer_codedeploy(event, deadline, work)).instrument(span).await
            }
            HookEvent::Ecs(event) => {
                let span = tracing::info_span!("hook", deployment.id = event.deployment(), hook.stage = event.stage);
                Ok(Box::pin(self.answer_ecs(event, deadline, work)).instrument(span).await)
            }
        }
    }

    /// Gives the status of the hook in `event` in the place of a function that cannot give it any more, and stores
    /// `reason` as the report `closed`. The status is failed, unless CodeDeploy says that the deployment is a rollback.
    pub async fn close(&self, event: &Value, reason: &str, deadline: Deadline) -> Result<Closed, HookError> {
        let event = match HookEvent::read(event)? {
            HookEvent::CodeDeploy(event) => event,
            HookEvent::Ecs(event) => {
                tracing::warn!(
                    deployment.id = event.deployment(),
                    "stage {} is a hook of ECS, which takes a status only from the function it invoked: {reason}",
                    event.stage
                );
                return Ok(Closed::NothingOwed);
            }
        };
        let shared = Shared::default();
        let end = ended(&deadline, async {
            self.deployment(&event, &shared).await?;
            Ok(Verdict::failed(reason))
        });
        if let Err(failure) = end.await {
            tracing::warn!("whether the deployment is a rollback is not known, so the hook fails: {failure}");
        }
        let verdict = Verdict::failed(reason);
        let status = status_of(&verdict, &shared);
        self.store(&event.deployment, CLOSED, &shared, &verdict, status.name(), &deadline).await;
        status::put(&self.codedeploy, &event, status, reason, deadline.reported_by).await
    }

    /// Logs the end and stores its report.
    pub(crate) async fn conclude(
        &self,
        deployment: &str,
        shared: &Shared,
        verdict: &Verdict,
        status: &str,
        deadline: &Deadline,
    ) {
        let notes = shared.notes();
        let event = notes.lifecycle_event.as_deref().unwrap_or(UNKNOWN_EVENT);
        tracing::info!(
            application = notes.application,
            group = notes.group,
            service = notes.service,
            environment = notes.environment,
            lifecycle_event = event,
            version = notes.version_under_test,
            revision = notes.revision,
            gates = notes.gates,
            passed = verdict.passed,
            status,
            "{event} of {deployment}: {status}: {}",
            verdict.summary
        );
        self.store(deployment, event, shared, verdict, status, deadline).await;
    }

    async fn store(
        &self,
        deployment: &str,
        name: &str,
        shared: &Shared,
        verdict: &Verdict,
        status: &str,
        deadline: &Deadline,
    ) {
        let Verdict { passed, summary, report } = verdict;
        let notes = shared.notes();
        let report = HookReport { deployment, notes: &notes, passed: *passed, status, summary, report };
        report.store(&self.aws, self.settings.reports.as_ref(), name, &shared.redaction, deadline).await;
    }
}
