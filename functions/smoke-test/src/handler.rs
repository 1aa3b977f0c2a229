//! One smoke-test job: what to run, against what, and what its report means for the pipeline.

use std::time::Duration;

use function_setup::{AwsSetup, DEFAULT_DEADLINE_MARGIN, Environment, SetupError, deadline_margin};
use pipeline_job::{Deadline, Failure, FailureKind, Job, JobError, JobOutcome, Jobs};
use serde_json::Value;
use suite_run::{Plan, SuiteRunError, SuiteRunErrorKind, SuiteRunner};

use crate::config::{self, Config};
use crate::parameters::Parameters;
use crate::result;

/// Answers the jobs of this function. Made once, before the first event.
pub(crate) struct Handler {
    jobs: Jobs,
    suites: SuiteRunner,
    /// A function that is configured wrongly still answers its jobs: with what is wrong.
    config: Result<Config, SetupError>,
    margin: Duration,
}

impl Handler {
    pub(crate) fn new(setup: AwsSetup, environment: &Environment) -> Self {
        let jobs = Jobs::new(setup.aws.clone(), &setup.codepipeline());
        let (margin, wrong_margin) = match deadline_margin(environment, config::DEADLINE_MARGIN) {
            Ok(margin) => (margin, None),
            Err(error) => (DEFAULT_DEADLINE_MARGIN, Some(error)),
        };
        let config = wrong_margin.map_or_else(|| Config::from_environment(environment), Err);
        Self { jobs, suites: SuiteRunner::new(setup, environment.optional(config::SMOKE_SECRET_ID)), config, margin }
    }

    /// Answers the job in `event`, which has to be over by `deadline`, in milliseconds since the epoch.
    pub(crate) async fn handle(&self, event: &Value, deadline: u64) -> Result<(), JobError> {
        let deadline = Deadline::from_epoch_millis(deadline, self.margin);
        let answered = self.jobs.answer(event, deadline, |job| self.test(job)).await;
        answered.inspect_err(|error| tracing::error!("{error}"))
    }

    async fn test(&self, job: Job) -> Result<JobOutcome, Failure> {
        let config = self.config.as_ref().map_err(|error| Failure::configuration(error.to_string()))?;
        let parameters: Parameters = job.parameters()?;
        if job.continuation_token().is_some() {
            tracing::info!("the job is continued, which a smoke test never asks for; the suite runs whole");
        }
        let base_url = base_url(config, &parameters.environment)?;
        let path = &parameters.suite;
        let limit = suite_run::SIZE_LIMIT as u64;
        let text = job.read_input(parameters.artifact.as_deref(), path, limit).await?;
        let suite = suite_run::parse(&text, path).map_err(|error| failure(&error))?;
        let plan = Plan {
            environment: &parameters.environment,
            base_url,
            variable: "ENVIRONMENT_URLS",
            revision: parameters.revision.as_deref(),
            variables: parameters.variables.clone(),
            tags: parameters.tags.clone(),
            ready_by: job.deadline().ready_by,
        };
        let report = self.suites.run(&suite, plan, |secret| job.hide(secret)).await.map_err(|error| failure(&error))?;
        result::log(&report, &parameters);
        result::of(&report, &parameters)
    }
}

fn failure(error: &SuiteRunError) -> Failure {
    let kind = match error.kind() {
        SuiteRunErrorKind::Configuration => FailureKind::ConfigurationError,
        SuiteRunErrorKind::Permission => FailureKind::PermissionError,
        SuiteRunErrorKind::Unavailable => FailureKind::SystemUnavailable,
    };
    Failure::new(kind, error.to_string())
}

fn base_url<'a>(config: &'a Config, environment: &str) -> Result<&'a str, Failure> {
    config.environments.get(environment).map(String::as_str).ok_or_else(|| {
        let known: Vec<&str> = config.environments.keys().map(String::as_str).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        Failure::configuration(format!(
            "the environment {environment:?} of the UserParameters is not known; the function's ENVIRONMENT_URLS has {known}"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_environment_is_answered_with_the_known_ones() {
        let config = |pairs: &[(&str, &str)]| Config {
            environments: pairs.iter().map(|(name, url)| ((*name).to_owned(), (*url).to_owned())).collect(),
        };
        let both = config(&[("staging", "https://s"), ("production", "https://p")]);
        assert_eq!(base_url(&both, "production").ok(), Some("https://p"));
        for (config, expected) in [(both, "has production, staging"), (config(&[]), "has none")] {
            let failure = base_url(&config, "stagging").unwrap_err();
            assert!(
                failure.message.contains("\"stagging\"") && failure.message.ends_with(expected),
                "{}",
                failure.message
            );
        }
    }
}
