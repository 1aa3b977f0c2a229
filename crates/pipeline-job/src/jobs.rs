//! From an event to exactly one result.

use std::sync::Arc;

use aws_call::Aws;
use aws_sdk_codepipeline::Client;
use aws_sdk_codepipeline::config::retry::RetryConfig;
use owed_answer::{Answered, Closed, Deadline, Redaction, Refusal};
use serde_json::Value;
use tracing::Instrument;

use crate::error::JobError;
use crate::event::JobEvent;
use crate::job::Job;
use crate::limits;
use crate::outcome::{Continuation, Failure, FailureKind, JobOutcome, OutputFile, Success};
use crate::report;

/// What is logged when CodePipeline refuses a result because it wants none.
const NOBODY_WAITS: &str = "CodePipeline waits for no result of this job: it is answered already, or gone";

/// Answers the jobs of one function. Made once, before the first event.
#[derive(Debug)]
pub struct Jobs {
    aws: Aws,
    codepipeline: Client,
    answered: Answered,
}

impl Jobs {
    /// Reads artifacts over `aws` and reports by `codepipeline`, whose own tries again are left out.
    #[must_use]
    pub fn new(aws: Aws, codepipeline: &Client) -> Self {
        let one_try = codepipeline.config().to_builder().retry_config(RetryConfig::disabled());
        Self { aws, codepipeline: Client::from_conf(one_try.build()), answered: Answered::default() }
    }

    /// Does `work` for the job in `event` and reports how it ended.
    ///
    /// The work is stopped at the deadline less its margin. Its error, its panic, its lateness and an output artifact
    /// that cannot be stored are failed results. A job that this process has answered before is not done again.
    ///
    /// An error means that nothing was reported: the event is no job, or CodePipeline took neither result. Lambda
    /// should see it, because its retries are the last chance for an answer.
    pub async fn answer<F>(
        &self,
        event: &Value,
        deadline: Deadline,
        work: impl FnOnce(Job) -> F,
    ) -> Result<(), JobError>
    where
        F: Future<Output = Result<JobOutcome, Failure>>,
    {
        let event = JobEvent::read(event)?;
        let span = tracing::info_span!("job", job.id = event.id);
        async {
            let redaction = Arc::new(Redaction::default());
            event.data.artifact_credentials.secrets().for_each(|secret| redaction.hide(secret));
            let job = Job { id: event.id, data: Arc::new(event.data), aws: self.aws.clone(), deadline, redaction };
            if self.answered.contains(&job.id, job.continuation_token()) {
                tracing::info!("the job was delivered again and is answered already");
                return Ok(());
            }
            let end = bounded(&job, work).await;
            let end = with_files(&job, end).await;
            self.report(&job, end).await
        }
        .instrument(span)
        .await
    }

    /// Fails the job in `event` in the place of a function that cannot answer it any more.
    ///
    /// An error means that nothing was reported.
    pub async fn close(&self, event: &Value, failure: &Failure, deadline: Deadline) -> Result<Closed, JobError> {
        let event = JobEvent::read(event)?;
        let redaction = Redaction::default();
        event.data.artifact_credentials.secrets().for_each(|secret| redaction.hide(secret));
        let message = redaction.apply(&failure.message);
        let failure = Failure { message, ..Failure::new(failure.kind, "") };
        match report::failure(&self.codepipeline, &event.id, &failure, deadline.reported_by).await {
            Ok(()) => Ok(Closed::Answered),
            Err(Refusal::Answered(reason)) => {
                tracing::info!(reason, "{NOBODY_WAITS}");
                Ok(Closed::NobodyWaits)
            }
            Err(Refusal::Transient(reason) | Refusal::Final { reason, .. }) => {
                Err(JobError::NotReported { job: event.id, reason })
            }
        }
    }

    async fn report(&self, job: &Job, end: Result<JobOutcome, Failure>) -> Result<(), JobError> {
        let failure = match end.and_then(|outcome| presentable(job, outcome)) {
            Ok(outcome) => match self.report_success(job, &outcome).await? {
                None => return Ok(()),
                Some(failure) => failure,
            },
            Err(failure) => Failure { message: job.redaction.apply(&failure.message), ..failure },
        };
        tracing::warn!(failure.kind = ?failure.kind, "the job fails: {}", failure.message);
        match report::failure(&self.codepipeline, &job.id, &failure, job.deadline.reported_by).await {
            Ok(()) => tracing::info!("the job's failure is reported"),
            Err(Refusal::Answered(reason)) => tracing::warn!(reason, "{NOBODY_WAITS}"),
            Err(Refusal::Transient(reason) | Refusal::Final { reason, .. }) => {
                let reason = format!("{reason}; the job had failed with: {}", failure.message);
                return Err(JobError::NotReported { job: job.id.clone(), reason });
            }
        }
        self.answered.remember(&job.id, job.continuation_token());
        Ok(())
    }

    /// Nothing when the success is reported, or the failure that the job has instead.
    async fn report_success(&self, job: &Job, outcome: &JobOutcome) -> Result<Option<Failure>, JobError> {
        match report::success(&self.codepipeline, &job.id, outcome, job.deadline.reported_by).await {
            Ok(()) => tracing::info!("the job's result is reported"),
            Err(Refusal::Answered(reason)) => tracing::warn!(reason, "{NOBODY_WAITS}"),
            Err(Refusal::Transient(reason)) => return Err(JobError::NotReported { job: job.id.clone(), reason }),
            // CodePipeline will not have this success, and must not wait for another.
            Err(Refusal::Final { reason, access_denied }) => {
                let kind = if access_denied { FailureKind::PermissionError } else { FailureKind::ConfigurationError };
                return Ok(Some(Failure::new(kind, format!("CodePipeline refused the success result: {reason}"))));
            }
        }
        self.answered.remember(&job.id, job.continuation_token());
        Ok(None)
    }
}

/// The work, stopped at its deadline, its panics caught.
async fn bounded<F>(job: &Job, work: impl FnOnce(Job) -> F) -> Result<JobOutcome, Failure>
where
    F: Future<Output = Result<JobOutcome, Failure>>,
{
    // The work is begun inside, so that a panic before its first await is caught too.
    match owed_answer::bounded(&job.deadline, async { work(job.clone()).await }).await {
        Ok(end) => end,
        Err(stopped) => Err(Failure::new(FailureKind::JobFailed, stopped.to_string())),
    }
}

/// Stores the files of an end in the output artifact. A success without them is none, because the stages after it
/// take them; a failure stays the failure it is.
async fn with_files(job: &Job, end: Result<JobOutcome, Failure>) -> Result<JobOutcome, Failure> {
    let files: &[OutputFile] = match &end {
        Ok(JobOutcome::Succeeded(success)) => &success.files,
        Ok(JobOutcome::InProgress(_)) => &[],
        Err(failure) => &failure.files,
    };
    if files.is_empty() {
        return end;
    }
    let stored = match tokio::time::timeout_at(job.deadline.stored_by, job.store(files)).await {
        Ok(stored) => stored.map_err(Failure::from),
        Err(_) => Err(Failure::new(
            FailureKind::SystemUnavailable,
            "the output artifact could not be stored in the time left for it",
        )),
    };
    match (end, stored) {
        (end, Ok(())) => end,
        (Ok(_), Err(failure)) => Err(failure),
        (Err(failure), Err(lost)) => {
            Err(Failure { message: format!("{} (also, {})", failure.message, lost.message), ..failure })
        }
    }
}

/// The outcome within AWS's limits and without secrets.
fn presentable(job: &Job, outcome: JobOutcome) -> Result<JobOutcome, Failure> {
    match outcome {
        JobOutcome::Succeeded(success) => {
            let redacted = success.variables.iter().map(|(name, value)| (name.clone(), job.redaction.apply(value)));
            let (variables, refused) = limits::variables(redacted.collect());
            if !refused.is_empty() {
                tracing::warn!(?refused, "output variables were left out: empty, too large or with a name AWS refuses");
            }
            let summary = job.redaction.apply(&success.summary);
            Ok(JobOutcome::Succeeded(Success { summary, variables, ..success }))
        }
        JobOutcome::InProgress(continuation) => {
            let length = continuation.token.chars().count();
            if length == 0 || length > limits::TOKEN {
                return Err(Failure::new(
                    FailureKind::JobFailed,
                    format!(
                        "the function made a continuation token of {length} characters; 1 to {} are allowed",
                        limits::TOKEN
                    ),
                ));
            }
            let summary = job.redaction.apply(&continuation.summary);
            Ok(JobOutcome::InProgress(Continuation { summary, ..continuation }))
        }
    }
}
