//! The function's environment as types.

use std::collections::BTreeMap;

use function_setup::{Environment, SetupError};

/// The variable with the whole seconds that are kept before Lambda's time-out.
pub(crate) const DEADLINE_MARGIN: &str = "DEADLINE_MARGIN";

/// The variable with the Secrets Manager secret that holds the values of suites' secrets.
pub(crate) const SMOKE_SECRET_ID: &str = "SMOKE_SECRET_ID";

/// What the function is configured with.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// Base URL by name of the environment.
    pub(crate) environments: BTreeMap<String, String>,
}

impl Config {
    pub(crate) fn from_environment(environment: &Environment) -> Result<Self, SetupError> {
        let expected = r#"a JSON map from environment to base URL, such as {"staging":"https://staging.example.com"}"#;
        let mut environments: BTreeMap<String, String> = environment.json("ENVIRONMENT_URLS", expected)?;
        // A template fills in every environment, also one that the team does not have.
        environments.retain(|_, url| !url.trim().is_empty());
        Ok(Self { environments })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(urls: &str) -> Result<Config, String> {
        let environment = [("ENVIRONMENT_URLS", urls)].into_iter().collect();
        Config::from_environment(&environment).map_err(|error| error.to_string())
    }

    #[test]
    fn environments_are_read() {
        let config = config(r#"{"staging":"http://127.0.0.1:1","production":""}"#).unwrap();
        assert_eq!(
            config.environments.into_iter().collect::<Vec<_>>(),
            [("staging".to_owned(), "http://127.0.0.1:1".to_owned())]
        );
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
}
