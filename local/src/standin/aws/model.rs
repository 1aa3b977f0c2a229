//! A request's body against the model of its operation, with the errors as AWS words them.

use serde_json::Value;

use super::answer::ServiceError;

/// What a value has to be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// Text of so many characters.
    Text { min: usize, max: usize, pattern: Option<Pattern> },
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A whole number.
    Integer { min: i64, max: i64 },
    /// A point in time, in seconds since 1970.
    Timestamp,
    /// Names, which follow the pattern, with any text.
    TextMap { key: Pattern },
    /// A list of so many of these.
    List { of: &'static Shape, max: usize },
    /// Anything, which is checked elsewhere.
    Json,
    /// A structure of these members and no others.
    Structure(&'static [Member]),
}

/// A regular expression of the model, and a function that says the same.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pattern {
    pub(super) text: &'static str,
    pub(super) holds: fn(&str) -> bool,
}

/// A member of a structure.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    pub(super) name: &'static str,
    pub(super) required: bool,
    pub(super) shape: Shape,
}

pub(super) const fn required(name: &'static str, shape: Shape) -> Member {
    Member { name, required: true, shape }
}

pub(super) const fn optional(name: &'static str, shape: Shape) -> Member {
    Member { name, required: false, shape }
}

/// Reads a body as the structure of these members.
pub(super) fn read(body: &[u8], members: &'static [Member]) -> Result<Value, ServiceError> {
    let value: Value = serde_json::from_slice(body)
        .map_err(|error| ServiceError::client("SerializationException", format!("the body is not JSON: {error}")))?;
    let mut violations = Vec::new();
    check(&value, "", &Shape::Structure(members), &mut violations)?;
    if violations.is_empty() {
        return Ok(value);
    }
    let count = violations.len();
    let plural = if count == 1 { "error" } else { "errors" };
    Err(ServiceError::client(
        "ValidationException",
        format!("{count} validation {plural} detected: {}", violations.join("; ")),
    ))
}

/// A value of the wrong type or a name that the model has not ends the reading; limits that are not kept are collected.
fn check(value: &Value, path: &str, shape: &Shape, violations: &mut Vec<String>) -> Result<(), ServiceError> {
    let wrong_type = |expected: &str| {
        let at = if path.is_empty() { "the body" } else { path };
        Err(ServiceError::client("SerializationException", format!("{at} has to be {expected}")))
    };
    let mut violate = |constraint: String| {
        violations.push(format!("Value at '{path}' failed to satisfy constraint: Member must {constraint}"));
    };
    match *shape {
        Shape::Text { min, max, pattern } => {
            let Some(text) = value.as_str() else { return wrong_type("a string") };
            let length = text.chars().count();
            if length < min {
                violate(format!("have length greater than or equal to {min}"));
            }
            if length > max {
                violate(format!("have length less than or equal to {max}"));
            }
            if let Some(pattern) = pattern.filter(|pattern| !(pattern.holds)(text)) {
                violate(format!("satisfy regular expression pattern: {}", pattern.text));
            }
        }
        Shape::OneOf(words) => {
            let Some(text) = value.as_str() else { return wrong_type("a string") };
            if !words.contains(&text) {
                violate(format!("satisfy enum value set: [{}]", words.join(", ")));
            }
        }
        Shape::Integer { min, max } => {
            let Some(number) = value.as_i64() else { return wrong_type("an integer") };
            if number < min {
                violate(format!("have value greater than or equal to {min}"));
            }
            if number > max {
                violate(format!("have value less than or equal to {max}"));
            }
        }
        Shape::Timestamp => {
            if !value.is_number() {
                return wrong_type("a number of seconds");
            }
        }
        Shape::TextMap { key } => {
            let Some(map) = value.as_object() else { return wrong_type("a map") };
            for (name, value) in map {
                if !(key.holds)(name) {
                    violate(format!("have keys that satisfy regular expression pattern: {}", key.text));
                }
                if !value.is_string() {
                    return wrong_type("a map of strings");
                }
            }
        }
        Shape::List { of, max } => {
            let Some(list) = value.as_array() else { return wrong_type("a list") };
            if list.len() > max {
                violate(format!("have length less than or equal to {max}"));
            }
            for (index, value) in list.iter().enumerate() {
                check(value, &format!("{path}.{}.member", index + 1), of, violations)?;
            }
        }
        Shape::Json => {}
        Shape::Structure(members) => {
            let Some(map) = value.as_object() else { return wrong_type("a structure") };
            if let Some(unknown) = map.keys().find(|name| members.iter().all(|member| member.name != **name)) {
                let name = join(path, unknown);
                return Err(ServiceError::client("SerializationException", format!("the model has no member {name}")));
            }
            for member in members {
                let path = join(path, member.name);
                // AWS reads null as a member that is not there.
                match map.get(member.name).filter(|value| !value.is_null()) {
                    Some(value) => check(value, &path, &member.shape, violations)?,
                    None if member.required => violations
                        .push(format!("Value at '{path}' failed to satisfy constraint: Member must not be null")),
                    None => {}
                }
            }
        }
    }
    Ok(())
}

/// Any text.
pub(super) const TEXT: Shape = Shape::Text { min: 0, max: usize::MAX, pattern: None };

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
