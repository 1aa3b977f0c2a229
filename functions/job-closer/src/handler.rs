//! One record: whom the dead function owed an answer, and which it gets.

use std::time::Duration;

use function_setup::{AwsSetup, DEFAULT_DEADLINE_MARGIN, Environment, deadline_margin};
use lifecycle_hook::{Hooks, Settings};
use pipeline_job::{Closed, Deadline, Failure, FailureKind, Jobs};
use serde_json::Value;

use crate::config::{self, Config};
use crate::error::CloseError;
use crate::reason::{self, Reason};
use crate::record::Record;

/// Closes what other functions left open. Made once, before the first event.
pub(crate) struct Handler {
    jobs: Jobs,
    hooks: Hooks,
    config: Config,
    margin: Duration,
}

impl Handler {
    pub(crate) fn new(setup: &AwsSetup, environment: &Environment) -> Self {
        let config = Config::from_environment(environment);
        let settings = Settings { reports: config.reports.clone(), attempts: 1 };
        let margin = deadline_margin(environment, config::DEADLINE_MARGIN).unwrap_or_else(|error| {
            tracing::warn!("{error}");
            DEFAULT_DEADLINE_MARGIN
        });
        Self {
            jobs: Jobs::new(setup.aws.clone(), &setup.codepipeline()),
            hooks: Hooks::new(setup.aws.clone(), setup.codedeploy(), settings),
            config,
            margin,
        }
    }

    /// Answers whoever waits for the invocation in `event`, before `deadline`, in milliseconds since the epoch. The
    /// error says that somebody still waits, or that it is not known who; Lambda then tries again and keeps the record.
    pub(crate) async fn handle(&self, event: &Value, deadline: u64) -> Result<(), CloseError> {
        let deadline = Deadline::from_epoch_millis(deadline, self.margin);
        self.close(event, deadline).await.inspect_err(|error| tracing::error!("{error}"))
    }

    async fn close(&self, event: &Value, deadline: Deadline) -> Result<(), CloseError> {
        let record = Record::read(event)?;
        let log_group = self.config.log_groups.get(record.function).map(String::as_str);
        let reason = reason::of(&record, log_group);
        let has = |key| record.payload.get(key).is_some();
        let (owed, closed) = if has("CodePipeline.job") {
            ("job", Box::pin(self.jobs.close(record.payload, &failure(&reason), deadline)).await?)
        } else if has("DeploymentId") || has("lifecycleStage") {
            ("hook", Box::pin(self.hooks.close(record.payload, &reason.text, deadline)).await?)
        } else {
            return Err(CloseError::UnknownPayload);
        };
        // The reason may quote what the function said, and a function may say anything: whoever answers takes secrets
        // out of it, and it is not logged here.
        let outcome = match closed {
            Closed::Answered => "is answered in its place",
            Closed::NobodyWaits => "has its answer already, or is gone",
            Closed::NothingOwed => "is answered by the invocation alone",
        };
        tracing::info!(
            function.name = record.function,
            function.request_id = record.request_id,
            condition = record.condition,
            error_type = record.error_type,
            "the {owed} of the function {} {outcome}",
            record.function
        );
        Ok(())
    }
}

fn failure(reason: &Reason) -> Failure {
    let kind = if reason.never_ran { FailureKind::SystemUnavailable } else { FailureKind::JobFailed };
    Failure::new(kind, reason.text.clone())
}
