//! What a value may have to be.

mod describe;
mod holds;

use regex::Regex;
use serde_json::{Number, Value};

use crate::suite::JsonTemplate;
use crate::template::{Template, Values};

/// Matchers that all have to hold for one value.
#[derive(Debug)]
pub(crate) struct Matchers(pub(crate) Vec<Matcher>);

/// One matcher.
#[derive(Debug)]
pub(crate) enum Matcher {
    Equals(JsonTemplate),
    Not(Matchers),
    Contains(JsonTemplate),
    StartsWith(Template),
    EndsWith(Template),
    Matches(Regex),
    OneOf(Vec<JsonTemplate>),
    Exists(bool),
    Empty(bool),
    Length(Matchers),
    Above(Number),
    Below(Number),
    AtLeast(Number),
    AtMost(Number),
    Type(Type),
}

/// The types of JSON; an integer is a number without a fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    String,
    Number,
    Integer,
    Boolean,
    Array,
    Object,
    Null,
}

impl Type {
    pub(crate) const ALL: [(&'static str, Self); 7] = [
        ("string", Self::String),
        ("number", Self::Number),
        ("integer", Self::Integer),
        ("boolean", Self::Boolean),
        ("array", Self::Array),
        ("object", Self::Object),
        ("null", Self::Null),
    ];

    pub(crate) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }
}

/// The value that is looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject<'a> {
    /// There is none.
    Missing,
    /// A header or a body. As a number it is what it can be read as.
    Text(&'a str),
    Json(&'a Value),
    /// A path that may lead to many values led to none.
    NoMatches,
}

/// What was expected and is not so.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mismatch {
    pub(crate) expected: String,
    pub(crate) actual: String,
}

impl Matchers {
    /// Whether all hold; if not, the first that does not. Texts in the answer have their full length.
    pub(crate) fn judge(&self, subject: Subject<'_>, values: &Values) -> Result<(), Mismatch> {
        match self.0.iter().find(|matcher| !matcher.holds(subject, values)) {
            None => Ok(()),
            Some(matcher) => Err(Mismatch { expected: matcher.describe(values), actual: matcher.actual(subject) }),
        }
    }
}

#[cfg(test)]
mod tests;
