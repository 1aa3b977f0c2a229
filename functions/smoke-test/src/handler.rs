//! One smoke-test job: what to run, against what, and what its report means for the pipeline.

use std::time::Duration;

use function_setup::{AwsSetup, Environment, SetupError};
use pipeline_job::{Deadline, Failure, Job, JobError, JobOutcome, Jobs};
use serde_json::Value;

use crate::config::{self, Config};
use crate::parameters::Parameters;
use crate::{result, secrets, suite};

/// Answers the jobs of this function. Made once, before the first event.
pub(crate) struct Handler {
    setup: AwsSetup,
    jobs: Jobs,
    /// A function that is configured wrongly still answers its jobs: with what is wrong.
    config: Result<Config, SetupError>,
    margin: Duration,
}

impl Handler {
    pub(crate) fn new(setup: AwsSetup, environment: &Environment) -> Self {
        let jobs = Jobs::new(setup.aws.clone(), setup.codepipeline());
        let (margin, wrong_margin) = match config::deadline_margin(environment) {
            Ok(margin) => (margin, None),
            Err(error) => (config::DEFAULT_MARGIN, Some(error)),
        };
        let config = wrong_margin.map_or_else(|| Config::from_environment(environment), Err);
        Self { setup, jobs, config, margin }
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
        let text = job.read_input(parameters.artifact.as_deref(), &parameters.suite, suite::SIZE_LIMIT).await?;
        let suite = suite::parse(&text, &parameters.suite)?;
        let secrets = secrets::read(&self.setup.aws, config.secret_id.as_deref(), suite.secrets()).await?;
        for secret in secrets.values() {
            job.hide(secret);
        }
        let settings = suite::settings(&suite, &parameters, base_url, secrets, &job, &self.setup)?;
        let report = suite::run(&suite, settings).await?;
        result::log(&report, &parameters);
        result::of(&report, &parameters)
    }
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
            secret_id: None,
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
