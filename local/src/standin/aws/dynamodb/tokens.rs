//! Words of expressions, and what their placeholders stand for.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::answer::ServiceError;
use super::invalid;

/// The placeholders of a call, and which of them were used.
pub(super) struct Expressions {
    names: Value,
    values: Value,
    used: BTreeSet<String>,
}

impl Expressions {
    pub(super) fn new(input: &Value) -> Self {
        let of = |member: &str| input[member].clone();
        Self { names: of("ExpressionAttributeNames"), values: of("ExpressionAttributeValues"), used: BTreeSet::new() }
    }

    /// The attribute that `#name` stands for. A bare name may be reserved, and is refused.
    pub(super) fn name(&mut self, token: &str) -> Result<String, ServiceError> {
        self.used.insert(token.to_owned());
        match self.names[token].as_str() {
            Some(name) if token.starts_with('#') => Ok(name.to_owned()),
            _ => invalid(format!("An expression attribute name used in the document path is not defined: {token}")),
        }
    }

    /// The value that `:name` stands for: one type, one content.
    pub(super) fn value(&mut self, token: &str) -> Result<Value, ServiceError> {
        self.used.insert(token.to_owned());
        let value = &self.values[token];
        match value.as_object() {
            Some(typed) if token.starts_with(':') && typed.len() == 1 && well_formed(value) => Ok(value.clone()),
            _ => invalid(format!("An expression attribute value used in expression is not defined: {token}")),
        }
    }

    pub(super) fn all_used(&self) -> Result<(), ServiceError> {
        let given = [&self.names, &self.values].into_iter().filter_map(Value::as_object).flat_map(|map| map.keys());
        match given.clone().find(|token| !self.used.contains(*token)) {
            Some(unused) => invalid(format!("unused in expressions: {unused}")),
            None if self.names.as_object().is_some_and(serde_json::Map::is_empty) => invalid("names must not be empty"),
            None if self.values.as_object().is_some_and(serde_json::Map::is_empty) => {
                invalid("values must not be empty")
            }
            None => Ok(()),
        }
    }
}

/// Texts and maps as they are, numbers written as texts.
fn well_formed(value: &Value) -> bool {
    let Some((kind, content)) = value.as_object().and_then(|typed| typed.iter().next()) else { return false };
    match kind.as_str() {
        "S" => content.is_string(),
        "N" => content.as_str().is_some_and(|number| number.parse::<i64>().is_ok()),
        "M" => content.as_object().is_some_and(|map| map.values().all(well_formed)),
        _ => false,
    }
}

/// The words and signs of an expression.
pub(super) fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let length = match first {
            '<' | '>' if rest[1..].starts_with('=') => 2,
            '#' | ':' => 1 + rest[1..].find(|c| !is_word(c)).unwrap_or(rest.len() - 1),
            c if is_word(c) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        tokens.push(&rest[..length]);
        rest = rest[length..].trim_start();
    }
    tokens
}
