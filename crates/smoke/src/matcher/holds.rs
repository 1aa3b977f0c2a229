//! Whether a matcher holds for a value.
//!
//! A value that is missing satisfies nothing but `exists: false`, not even `not`: a misspelt path must not pass.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::{Number, Value};

use super::{Matcher, Subject, Type};
use crate::suite::JsonTemplate;
use crate::template::Values;

impl Matcher {
    pub(super) fn holds(&self, subject: Subject<'_>, values: &Values) -> bool {
        match self {
            Self::Exists(wanted) => *wanted == !matches!(subject, Subject::Missing | Subject::NoMatches),
            _ if matches!(subject, Subject::Missing) => false,
            Self::Equals(expected) => equals(subject, expected, values),
            Self::Not(matchers) => !matchers.0.iter().all(|matcher| matcher.holds(subject, values)),
            Self::Contains(part) => contains(subject, part, values),
            Self::StartsWith(start) => text(subject).is_some_and(|text| text.starts_with(&start.render(values))),
            Self::EndsWith(end) => text(subject).is_some_and(|text| text.ends_with(&end.render(values))),
            Self::Matches(regex) => text(subject).is_some_and(|text| regex.is_match(&text)),
            Self::OneOf(options) => options.iter().any(|option| equals(subject, option, values)),
            Self::Empty(wanted) => is_empty(subject).is_some_and(|empty| empty == *wanted),
            Self::Length(matchers) => length(subject).is_some_and(|length| {
                let length = Value::from(length);
                matchers.0.iter().all(|matcher| matcher.holds(Subject::Json(&length), values))
            }),
            Self::Above(bound) => compares(subject, bound, Ordering::is_gt),
            Self::Below(bound) => compares(subject, bound, Ordering::is_lt),
            Self::AtLeast(bound) => compares(subject, bound, Ordering::is_ge),
            Self::AtMost(bound) => compares(subject, bound, Ordering::is_le),
            Self::Type(kind) => is_of_type(subject, *kind),
        }
    }
}

/// Characters of a text, items of a list, fields of an object.
pub(super) fn length(subject: Subject<'_>) -> Option<usize> {
    match subject {
        Subject::NoMatches => Some(0),
        Subject::Text(text) => Some(text.chars().count()),
        Subject::Json(Value::String(text)) => Some(text.chars().count()),
        Subject::Json(Value::Array(items)) => Some(items.len()),
        Subject::Json(Value::Object(fields)) => Some(fields.len()),
        Subject::Json(_) | Subject::Missing => None,
    }
}

fn equals(subject: Subject<'_>, expected: &JsonTemplate, values: &Values) -> bool {
    let wanted = expected.render(values);
    match subject {
        Subject::Missing => false,
        Subject::NoMatches => wanted.as_array().is_some_and(Vec::is_empty),
        Subject::Text(text) => wanted.as_str() == Some(text),
        // A captured number has become a text, and should still be found equal to itself.
        Subject::Json(value @ (Value::Number(_) | Value::Bool(_))) if expected.is_templated_text() => {
            wanted.as_str() == Some(&value.to_string())
        }
        Subject::Json(value) => json_equals(value, &wanted),
    }
}

/// Equality of JSON values, where 2 and 2.0 are the same number.
fn json_equals(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => compare(one, other) == Some(Ordering::Equal),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| json_equals(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| other.get(key).is_some_and(|other| json_equals(value, other)))
        }
        _ => one == other,
    }
}

fn contains(subject: Subject<'_>, part: &JsonTemplate, values: &Values) -> bool {
    if let Subject::Json(Value::Array(items)) = subject {
        return items.iter().any(|item| equals(Subject::Json(item), part, values));
    }
    match (text(subject), part.render(values)) {
        (Some(text), Value::String(part)) => text.contains(&part),
        // Unquoted in the suite, and still meant as a part of the text: `contains: 42`.
        (Some(text), part @ (Value::Number(_) | Value::Bool(_))) => text.contains(&part.to_string()),
        _ => false,
    }
}

/// A text, or a number or boolean as JSON writes it.
fn text(subject: Subject<'_>) -> Option<Cow<'_, str>> {
    match subject {
        Subject::Text(text) => Some(Cow::Borrowed(text)),
        Subject::Json(Value::String(text)) => Some(Cow::Borrowed(text)),
        Subject::Json(value @ (Value::Number(_) | Value::Bool(_))) => Some(Cow::Owned(value.to_string())),
        Subject::Json(_) | Subject::Missing | Subject::NoMatches => None,
    }
}

fn is_empty(subject: Subject<'_>) -> Option<bool> {
    match subject {
        Subject::Json(Value::Null) => Some(true),
        _ => length(subject).map(|length| length == 0),
    }
}

/// Numbers only: a JSON text that looks like a number is a defect of the answer, not a number. A header has no types.
fn compares(subject: Subject<'_>, bound: &Number, wanted: fn(Ordering) -> bool) -> bool {
    let number = match subject {
        Subject::Json(Value::Number(number)) => Some(Cow::Borrowed(number)),
        Subject::Text(text) => serde_json::from_str(text.trim()).ok().map(Cow::Owned),
        _ => None,
    };
    number.and_then(|number| compare(&number, bound)).is_some_and(wanted)
}

fn compare(one: &Number, other: &Number) -> Option<Ordering> {
    match (one.as_i128(), other.as_i128()) {
        (Some(one), Some(other)) => Some(one.cmp(&other)),
        _ => one.as_f64()?.partial_cmp(&other.as_f64()?),
    }
}

fn is_of_type(subject: Subject<'_>, kind: Type) -> bool {
    let value = match subject {
        Subject::Missing => return false,
        Subject::Text(_) => return kind == Type::String,
        Subject::NoMatches => return kind == Type::Array,
        Subject::Json(value) => value,
    };
    match kind {
        Type::String => value.is_string(),
        Type::Number => value.is_number(),
        Type::Integer => value.as_i64().is_some() || value.as_u64().is_some() || is_whole(value),
        Type::Boolean => value.is_boolean(),
        Type::Array => value.is_array(),
        Type::Object => value.is_object(),
        Type::Null => value.is_null(),
    }
}

fn is_whole(value: &Value) -> bool {
    value.as_f64().is_some_and(|number| number.fract() == 0.0)
}
