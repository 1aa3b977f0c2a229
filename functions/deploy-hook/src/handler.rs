//! One hook: which checks to run, against what, and what their report means for the deployment.

use std::time::Duration;

use function_setup::{AwsSetup, DEFAULT_DEADLINE_MARGIN, Environment, SetupError, deadline_margin};
use lifecycle_hook::{Deadline, FailureKind, Hook, HookError, HookFailure, Hooks, Settings, Verdict};
use serde_json::Value;
use suite_run::{Plan, SUMMARY_LIMIT, SuiteRunError, SuiteRunErrorKind, SuiteRunner};

use crate::config::{self, Config, EnvironmentUnderTest};
use crate::suite_object::file_name;

/// Answers the hooks of this function. Made once, before the first event.
pub(crate) struct Handler {
    setup: AwsSetup,
    hooks: Hooks,
    suites: SuiteRunner,
    /// A function that is configured wrongly still answers its hooks: with what is wrong.
    config: Result<Config, SetupError>,
    margin: Duration,
}

impl Handler {
    pub(crate) fn new(setup: AwsSetup, environment: &Environment) -> Self {
        let margin = deadline_margin(environment, config::DEADLINE_MARGIN);
        let reports = config::report_location(environment);
        let attempts = config::attempts(environment);
        let settings = Settings { reports: reports.as_ref().ok().cloned(), attempts: *attempts.as_ref().unwrap_or(&1) };
        let wrong = [margin.as_ref().err(), reports.as_ref().err(), attempts.as_ref().err()];
        let config = match wrong.into_iter().flatten().next() {
            Some(error) => Err(error.clone()),
            None => Config::from_environment(environment),
        };
        Self {
            hooks: Hooks::new(setup.aws.clone(), setup.codedeploy(), settings),
            suites: SuiteRunner::new(setup.clone(), environment.optional(config::SMOKE_SECRET_ID)),
            setup,
            config,
            margin: margin.unwrap_or(DEFAULT_DEADLINE_MARGIN),
        }
    }

    /// Answers the hook in `event`, which has to be over by `deadline`, in milliseconds since the epoch.
    pub(crate) async fn handle(&self, event: &Value, deadline: u64) -> Result<Value, HookError> {
        let deadline = Deadline::from_epoch_millis(deadline, self.margin);
        let answered = self.hooks.answer(event, deadline, |hook| self.test(hook)).await;
        answered.inspect_err(|error| tracing::error!("{error}"))
    }

    async fn test(&self, hook: Hook) -> Result<Verdict, HookFailure> {
        let config = self.config.as_ref().map_err(|error| HookFailure::configuration(error.to_string()))?;
        let under_test = under_test(config, hook.group())?;
        hook.tests(&under_test.environment);
        let tags = config.tags.of(hook.lifecycle_event()).ok_or_else(|| {
            HookFailure::configuration(format!(
                "no checks are known for {}; give it tags in the function's HOOK_TAGS",
                hook.lifecycle_event()
            ))
        })?;
        let revision = if config.suite.needs_revision() { Some(hook.revision().await?) } else { None };
        let place = config.suite.of(revision.as_deref());
        tracing::info!(suite = %place, ?tags, environment = under_test.environment, "the suite {place} is run");
        let text = self
            .setup
            .aws
            .get_object(&place, suite_run::SIZE_LIMIT)
            .await
            .map_err(|error| HookFailure::of_call(&format!("the suite {place} cannot be read"), &error))?;
        let suite = suite_run::parse(&text, file_name(&place)).map_err(|error| failure(&error))?;
        let plan = Plan {
            environment: &under_test.environment,
            base_url: &under_test.test_url,
            variable: "HOOK_ENVIRONMENTS",
            revision: revision.as_deref(),
            variables: std::collections::BTreeMap::new(),
            tags,
            ready_by: hook.deadline().ready_by,
        };
        let report =
            self.suites.run(&suite, plan, |secret| hook.hide(secret)).await.map_err(|error| failure(&error))?;
        let written = serde_json::to_value(&report)
            .map_err(|error| HookFailure::configuration(format!("the report cannot be written as JSON: {error}")))?;
        Ok(Verdict { passed: report.passed(), summary: report.summary(SUMMARY_LIMIT), report: written })
    }
}

fn failure(error: &SuiteRunError) -> HookFailure {
    let kind = match error.kind() {
        SuiteRunErrorKind::Configuration => FailureKind::Configuration,
        SuiteRunErrorKind::Permission => FailureKind::Permission,
        SuiteRunErrorKind::Unavailable => FailureKind::Unavailable,
    };
    HookFailure::new(kind, error.to_string())
}

fn under_test<'a>(config: &'a Config, group: &str) -> Result<&'a EnvironmentUnderTest, HookFailure> {
    config.environments.get(group).ok_or_else(|| {
        let known: Vec<&str> = config.environments.keys().map(String::as_str).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        HookFailure::configuration(format!(
            "no environment is known for {group:?}; the function's HOOK_ENVIRONMENTS has {known}"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_group_is_answered_with_the_known_ones() {
        let config = |environments| {
            let environment = [("HOOK_ENVIRONMENTS", environments), ("SUITE_OBJECT", "s3://shop/smoke.yaml")];
            Config::from_environment(&environment.into_iter().collect()).unwrap()
        };
        let one = config(r#"{"shop/staging":{"environment":"staging","test_url":"http://127.0.0.1:1"}}"#);
        assert_eq!(under_test(&one, "shop/staging").unwrap().environment, "staging");
        for (config, expected) in [(one, "has shop/staging"), (config("{}"), "has none")] {
            let failure = under_test(&config, "shop/stagging").unwrap_err();
            assert!(
                failure.message.contains("\"shop/stagging\"") && failure.message.ends_with(expected),
                "{}",
                failure.message
            );
        }
    }
}
