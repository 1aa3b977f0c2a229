//! The function's environment as types.

use std::collections::BTreeMap;
use std::time::Duration;

use function_setup::{Environment, SetupError};

/// Kept for the report, the output artifact and the result call.
pub(crate) const DEFAULT_MARGIN: Duration = Duration::from_secs(10);

/// What the function is configured with.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// Base URL by name of the environment.
    pub(crate) environments: BTreeMap<String, String>,
    /// The Secrets Manager secret that holds the values of suites' secrets.
    pub(crate) secret_id: Option<String>,
}

impl Config {
    pub(crate) fn from_environment(environment: &Environment) -> Result<Self, SetupError> {
        let expected = r#"a JSON map from environment to base URL, such as {"staging":"https://staging.example.com"}"#;
        let mut environments: BTreeMap<String, String> = environment.json("ENVIRONMENT_URLS", expected)?;
        // A template fills in every environment, also one that the team does not have.
        environments.retain(|_, url| !url.trim().is_empty());
        Ok(Self { environments, secret_id: environment.optional("SMOKE_SECRET_ID").map(str::to_owned) })
    }
}

/// The time that is kept between the end of the work and Lambda's time-out.
pub(crate) fn deadline_margin(environment: &Environment) -> Result<Duration, SetupError> {
    let margin = environment.parsed::<u32>("DEADLINE_MARGIN", "whole seconds, such as 10")?;
    Ok(margin.map_or(DEFAULT_MARGIN, |seconds| Duration::from_secs(seconds.into())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(urls: &str) -> Result<Config, String> {
        let environment = [("ENVIRONMENT_URLS", urls), ("SMOKE_SECRET_ID", "")].into_iter().collect();
        Config::from_environment(&environment).map_err(|error| error.to_string())
    }

    #[test]
    fn environments_are_read() {
        let config = config(r#"{"staging":"http://127.0.0.1:1","production":""}"#).unwrap();
        assert_eq!(
            config.environments.into_iter().collect::<Vec<_>>(),
            [("staging".to_owned(), "http://127.0.0.1:1".to_owned())]
        );
        assert_eq!(config.secret_id, None);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (urls, expected) in [
            ("", "ENVIRONMENT_URLS is not set; set it to a JSON map"),
            ("https://example.com", "ENVIRONMENT_URLS is \"https://example.com\", which is not a JSON map"),
            (r#"{"staging":1}"#, "invalid type: integer `1`, expected a string at line 1 column 12"),
            (r#"["https://example.com"]"#, "expected a map"),
        ] {
            let error = config(urls).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn the_margin_is_ten_seconds_or_what_is_set() {
        for (value, expected) in [("", Some(10)), ("0", Some(0)), ("45", Some(45)), ("5s", None), ("-1", None)] {
            let environment = [("DEADLINE_MARGIN", value)].into_iter().collect();
            let margin = deadline_margin(&environment).ok().map(|margin| margin.as_secs());
            assert_eq!(margin, expected, "{value:?}");
        }
    }
}
