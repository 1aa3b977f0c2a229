//! The function's environment as types.

use std::collections::BTreeMap;

use function_setup::{Environment, SetupError};
use lifecycle_hook::ReportLocation;
use serde::Deserialize;

use crate::suite_object::SuiteObject;
use crate::tags::Tags;

/// The variable with the whole seconds that are kept before Lambda's time-out.
pub(crate) const DEADLINE_MARGIN: &str = "DEADLINE_MARGIN";

/// The variable with the Secrets Manager secret that holds the values of suites' secrets.
pub(crate) const SMOKE_SECRET_ID: &str = "SMOKE_SECRET_ID";

/// What the function is configured with.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// What is tested, by deployment group (`application/group`) or ECS service (`cluster/service`).
    pub(crate) environments: BTreeMap<String, EnvironmentUnderTest>,
    /// Which checks run, by lifecycle event.
    pub(crate) tags: Tags,
    /// Where the suite lies.
    pub(crate) suite: SuiteObject,
}

/// An environment and where its new version answers before customers see it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EnvironmentUnderTest {
    /// Its name, such as `staging`.
    pub(crate) environment: String,
    /// The URL of its test listener.
    pub(crate) test_url: String,
}

impl Config {
    pub(crate) fn from_environment(environment: &Environment) -> Result<Self, SetupError> {
        let expected = "a JSON map from deployment group or ECS service to environment and test URL, such as \
                        {\"shop/staging\":{\"environment\":\"staging\",\"test_url\":\"http://test.example.com:8080\"}}";
        let mut environments: BTreeMap<String, EnvironmentUnderTest> =
            environment.json("HOOK_ENVIRONMENTS", expected)?;
        // A template fills in every environment, also one that the team does not have.
        environments.retain(|_, under_test| !under_test.test_url.trim().is_empty());
        let tags = match environment.optional("HOOK_TAGS") {
            Some(_) => environment.json(
                "HOOK_TAGS",
                "a JSON map from lifecycle event to a list of tags, such as {\"AfterAllowTestTraffic\":[\"before-traffic\"]}",
            )?,
            None => BTreeMap::new(),
        };
        let expected = "the suite's object, such as s3://bucket/suites/{revision}/smoke.yaml";
        environment.required("SUITE_OBJECT", expected)?;
        let suite = environment.parsed("SUITE_OBJECT", expected)?.ok_or_else(|| missing("SUITE_OBJECT", expected))?;
        Ok(Self { environments, tags: Tags(tags), suite })
    }
}

/// `REPORT_LOCATION`.
pub(crate) fn report_location(environment: &Environment) -> Result<ReportLocation, SetupError> {
    let expected = "where reports go, such as s3://bucket/hook-reports";
    environment.parsed("REPORT_LOCATION", expected)?.ok_or_else(|| missing("REPORT_LOCATION", expected))
}

/// `HOOK_ATTEMPTS`: how often ECS invokes a hook whose checks do not pass before they have failed.
pub(crate) fn attempts(environment: &Environment) -> Result<u32, SetupError> {
    let expected = "a number of attempts from 1, such as 3";
    match environment.parsed("HOOK_ATTEMPTS", expected)? {
        Some(0) => Err(SetupError::Invalid {
            name: "HOOK_ATTEMPTS".to_owned(),
            value: "0".to_owned(),
            expected: expected.to_owned(),
            reason: String::new(),
        }),
        attempts => Ok(attempts.unwrap_or(1)),
    }
}

fn missing(name: &str, expected: &str) -> SetupError {
    SetupError::Missing { name: name.to_owned(), expected: expected.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENVIRONMENTS: &str = r#"{
        "shop/staging": {"environment": "staging", "test_url": "http://127.0.0.1:1"},
        "cluster/shop": {"environment": "staging", "test_url": "http://127.0.0.1:1"},
        "shop/production": {"environment": "production", "test_url": ""}
    }"#;

    fn config(more: &[(&str, &str)]) -> Result<Config, String> {
        let base = [("HOOK_ENVIRONMENTS", ENVIRONMENTS), ("SUITE_OBJECT", "s3://shop/smoke.yaml")];
        let environment = base.iter().chain(more).copied().collect();
        Config::from_environment(&environment).map_err(|error| error.to_string())
    }

    #[test]
    fn environments_are_found_by_group_and_by_service() {
        let config = config(&[("HOOK_TAGS", r#"{"BeforeInstall":[]}"#)]).unwrap();
        assert_eq!(config.environments.keys().collect::<Vec<_>>(), ["cluster/shop", "shop/staging"]);
        assert_eq!(config.tags.of("BeforeInstall"), Some(Vec::new()));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (name, value, expected) in [
            ("HOOK_ENVIRONMENTS", "", "HOOK_ENVIRONMENTS is not set; set it to a JSON map"),
            ("HOOK_ENVIRONMENTS", r#"{"a/b":"http://x"}"#, "invalid type: string"),
            ("HOOK_ENVIRONMENTS", r#"{"a/b":{"environment":"s","url":"x"}}"#, "unknown field `url`"),
            ("HOOK_TAGS", r#"{"BeforeInstall":"all"}"#, "invalid type: string \"all\", expected a sequence"),
            ("SUITE_OBJECT", "", "SUITE_OBJECT is not set; set it to the suite's object"),
            ("SUITE_OBJECT", "smoke.yaml", "SUITE_OBJECT is \"smoke.yaml\", which is not the suite's object"),
        ] {
            let error = config(&[(name, value)]).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn attempts_and_reports_are_read() {
        for (value, expected) in [("", Some(1)), ("3", Some(3)), ("0", None), ("-1", None), ("often", None)] {
            assert_eq!(attempts(&[("HOOK_ATTEMPTS", value)].into_iter().collect()).ok(), expected, "{value:?}");
        }
        for (value, good) in [("s3://shop/hook-reports", true), ("", false), ("shop/hook-reports", false)] {
            assert_eq!(report_location(&[("REPORT_LOCATION", value)].into_iter().collect()).is_ok(), good, "{value:?}");
        }
    }
}
