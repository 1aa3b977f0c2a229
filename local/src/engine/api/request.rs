//! Requests, read strictly: a member that the model has not is an error, so is a limit that is not kept.

use serde::de::DeserializeOwned;

use super::error::ApiError;

/// Reads the body of a request into a type whose unknown fields are denied.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value: T = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let (path, reason) = (error.path().to_string(), error.inner().to_string());
        // AWS tells a value that is missing from one that cannot be read.
        match reason.strip_prefix("missing field `").and_then(|rest| rest.split_once('`')) {
            Some((member, _)) => {
                let place = if path == "." { member.to_owned() } else { format!("{path}.{member}") };
                violated(&[constraint(&place, "not be null")])
            }
            None => ApiError::new("SerializationException", format!("{path}: {reason}")),
        }
    })?;
    deserializer.end().map_err(|error| ApiError::new("SerializationException", error.to_string()))?;
    Ok(value)
}

/// The limits of a request's members, checked one after the other and told all at once.
#[derive(Debug, Default)]
pub(super) struct Limits(Vec<String>);

impl Limits {
    /// The text has so many characters.
    pub(super) fn length(&mut self, path: &str, text: &str, min: usize, max: usize) -> &mut Self {
        let length = text.chars().count();
        if length < min {
            self.violate(path, &format!("have length greater than or equal to {min}"));
        }
        if length > max {
            self.violate(path, &format!("have length less than or equal to {max}"));
        }
        self
    }

    /// The same for a text that may be missing.
    pub(super) fn optional(&mut self, path: &str, text: Option<&String>, min: usize, max: usize) -> &mut Self {
        if let Some(text) = text {
            self.length(path, text, min, max);
        }
        self
    }

    /// The number is one of these.
    pub(super) fn range(&mut self, path: &str, number: Option<i64>, min: i64, max: i64) -> &mut Self {
        if number.is_some_and(|number| number < min) {
            self.violate(path, &format!("have value greater than or equal to {min}"));
        }
        if number.is_some_and(|number| number > max) {
            self.violate(path, &format!("have value less than or equal to {max}"));
        }
        self
    }

    /// The text is one of these words.
    pub(super) fn one_of(&mut self, path: &str, text: &str, words: &[&str]) -> &mut Self {
        if !words.contains(&text) {
            self.violate(path, &format!("satisfy enum value set: [{}]", words.join(", ")));
        }
        self
    }

    /// `holds` says whether the regular expression matches.
    pub(super) fn pattern(&mut self, path: &str, expression: &str, holds: bool) -> &mut Self {
        if !holds {
            self.violate(path, &format!("satisfy regular expression pattern: {expression}"));
        }
        self
    }

    /// An execution's or a job's id: a UUID in lower case.
    pub(super) fn id(&mut self, path: &str, text: &str) -> &mut Self {
        const EXPRESSION: &str = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
        let groups: Vec<&str> = text.split('-').collect();
        let holds = groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
            && groups.concat().bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        self.pattern(path, EXPRESSION, holds)
    }

    /// The name of a pipeline, a stage or an action.
    pub(super) fn name(&mut self, path: &str, text: &str) -> &mut Self {
        let holds = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".@-_".contains(&byte));
        self.length(path, text, 1, 100).pattern(path, "[A-Za-z0-9.@\\-_]+", holds)
    }

    /// All of it holds, or the error that says what does not.
    pub(super) fn check(&self) -> Result<(), ApiError> {
        if self.0.is_empty() { Ok(()) } else { Err(violated(&self.0)) }
    }

    fn violate(&mut self, path: &str, rule: &str) {
        self.0.push(constraint(path, rule));
    }
}

fn constraint(path: &str, rule: &str) -> String {
    format!("Value at '{path}' failed to satisfy constraint: Member must {rule}")
}

fn violated(constraints: &[String]) -> ApiError {
    let count = constraints.len();
    let plural = if count == 1 { "error" } else { "errors" };
    ApiError::validation(format!("{count} validation {plural} detected: {}", constraints.join("; ")))
}
