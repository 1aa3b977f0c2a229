//! The environment, read once and turned into types.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::de::DeserializeOwned;

use crate::error::SetupError;

/// The variables of the process as they were at its start.
///
/// An empty variable counts as not set, because a template cannot leave one out by condition without repeating the
/// whole list.
#[derive(Clone)]
pub struct Environment {
    variables: BTreeMap<String, String>,
}

impl Environment {
    /// Reads the variables of this process. Those that are not Unicode are left out.
    #[must_use]
    pub fn of_process() -> Self {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect()
    }

    /// The value of `name`.
    #[must_use]
    pub fn optional(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The value of `name`; the error says that `expected` belongs there.
    pub fn required(&self, name: &str, expected: &str) -> Result<&str, SetupError> {
        self.optional(name).ok_or_else(|| SetupError::Missing { name: name.to_owned(), expected: expected.to_owned() })
    }

    /// The value of `name` as a `T`, or nothing when it is not set; the error says that `expected` belongs there.
    pub fn parsed<T: FromStr>(&self, name: &str, expected: &str) -> Result<Option<T>, SetupError> {
        self.optional(name)
            .map(|value| value.parse().map_err(|_| invalid(name, value, expected, String::new())))
            .transpose()
    }

    /// The value of `name` read as JSON; the error says that `expected` belongs there, and where it does not.
    pub fn json<T: DeserializeOwned>(&self, name: &str, expected: &str) -> Result<T, SetupError> {
        let value = self.required(name, expected)?;
        serde_json::from_str(value).map_err(|error| invalid(name, value, expected, error.to_string()))
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self { variables: pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect() }
    }
}

/// Names only: values hold credentials.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

fn invalid(name: &str, value: &str, expected: &str, reason: String) -> SetupError {
    SetupError::Invalid { name: name.to_owned(), value: value.to_owned(), expected: expected.to_owned(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_there_or_said_to_be_missing() {
        let environment = Environment::from_iter([("SET", "value"), ("EMPTY", "")]);
        assert_eq!(environment.required("SET", "anything"), Ok("value"));
        for name in ["EMPTY", "UNSET"] {
            let error = environment.required(name, "a name, such as staging").unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("the environment variable {name} is not set; set it to a name, such as staging")
            );
        }
    }

    #[test]
    fn a_value_is_parsed_or_named() {
        let environment = Environment::from_iter([("GOOD", "10"), ("BAD", "ten"), ("EMPTY", "")]);
        assert_eq!(environment.parsed::<u32>("GOOD", "seconds"), Ok(Some(10)));
        assert_eq!(environment.parsed::<u32>("EMPTY", "seconds"), Ok(None));
        assert_eq!(environment.parsed::<u32>("UNSET", "seconds"), Ok(None));
        let error = environment.parsed::<u32>("BAD", "whole seconds, such as 10").unwrap_err();
        assert_eq!(
            error.to_string(),
            r#"the environment variable BAD is "ten", which is not whole seconds, such as 10"#
        );
    }

    #[test]
    fn json_errors_say_where() {
        let environment = Environment::from_iter([("MAP", r#"{"staging":"#), ("LIST", r"[1,2]")]);
        let error = environment.json::<BTreeMap<String, String>>("MAP", "a JSON map").unwrap_err();
        assert!(error.to_string().contains("EOF while parsing a value at line 1 column 11"), "{error}");
        assert_eq!(environment.json::<Vec<u8>>("LIST", "a list"), Ok(vec![1, 2]));
        assert!(environment.json::<Vec<u8>>("UNSET", "a list").is_err());
    }

    #[test]
    fn printing_an_environment_shows_no_value() {
        let environment = Environment::from_iter([("AWS_SECRET_ACCESS_KEY", "topsecret")]);
        let printed = format!("{environment:?}");
        assert!(printed.contains("AWS_SECRET_ACCESS_KEY") && !printed.contains("topsecret"), "{printed}");
    }
}
