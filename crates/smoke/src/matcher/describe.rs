//! Matchers and values in words, for `expected ..., got ...`.

use serde_json::Value;

use super::{Matcher, Matchers, Subject};
use crate::template::Values;

impl Matcher {
    /// What is expected, such as `above 0` or `containing "Add to cart"`.
    pub(super) fn describe(&self, values: &Values) -> String {
        match self {
            Self::Equals(value) => value.render(values).to_string(),
            Self::Not(matchers) => match matchers.0.as_slice() {
                [Self::Equals(value)] => format!("anything but {}", value.render(values)),
                _ => format!("not {}", matchers.describe(values)),
            },
            Self::Contains(value) => format!("containing {}", value.render(values)),
            Self::StartsWith(text) => format!("starting with {:?}", text.render(values)),
            Self::EndsWith(text) => format!("ending with {:?}", text.render(values)),
            Self::Matches(regex) => format!("matching /{}/", regex.as_str()),
            Self::OneOf(options) => {
                let options: Vec<String> = options.iter().map(|option| option.render(values).to_string()).collect();
                format!("one of {}", options.join(", "))
            }
            Self::Exists(true) => "to be there".to_owned(),
            Self::Exists(false) => "not to be there".to_owned(),
            Self::Empty(true) => "to be empty".to_owned(),
            Self::Empty(false) => "not to be empty".to_owned(),
            Self::Length(matchers) => format!("of length {}", matchers.describe(values)),
            Self::Above(number) => format!("above {number}"),
            Self::Below(number) => format!("below {number}"),
            Self::AtLeast(number) => format!("at least {number}"),
            Self::AtMost(number) => format!("at most {number}"),
            Self::Type(kind) => format!("of type {}", kind.name()),
        }
    }

    /// What there is instead.
    pub(super) fn actual(&self, subject: Subject<'_>) -> String {
        match (self, subject) {
            (Self::Length(_), Subject::Json(value)) if super::holds::length(subject).is_some() => {
                format!("length {} ({value})", super::holds::length(subject).unwrap_or_default())
            }
            (Self::Type(_), Subject::Json(value)) => format!("{} {value}", type_name(value)),
            _ => in_words(subject),
        }
    }
}

impl Matchers {
    fn describe(&self, values: &Values) -> String {
        let parts: Vec<String> = self.0.iter().map(|matcher| matcher.describe(values)).collect();
        parts.join(" and ")
    }
}

fn in_words(subject: Subject<'_>) -> String {
    match subject {
        Subject::Missing => "nothing".to_owned(),
        Subject::NoMatches => "no match".to_owned(),
        Subject::Text(text) => Value::from(text).to_string(),
        Subject::Json(value) => value.to_string(),
    }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
