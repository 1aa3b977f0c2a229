//! Matchers.

use regex::{Regex, RegexBuilder};
use serde_json::{Number, Value};

use super::body;
use super::keys;
use super::place::{Context, Place};
use crate::matcher::{Matcher, Matchers, Type};
use crate::suite::JsonTemplate;
use crate::template::Template;
use crate::yaml::{Content, Key};

/// Bytes that a compiled expression may take; the crate's own limit is ten times that, for each of thousands.
const REGEX_SIZE_LIMIT: usize = 1024 * 1024;

/// What the matchers look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// A header or a body: what is compared with it is a text, however it is written.
    Text,
    Json,
}

/// A bare value, or a mapping of matchers.
pub(super) fn read(context: &mut Context, place: &Place<'_>, of: Of) -> Option<Matchers> {
    let Content::Mapping(_) = &place.node.content else {
        return value(context, place, of).map(|value| Matchers(vec![Matcher::Equals(value)]));
    };
    let entries = place.entries(context, "matchers")?;
    if entries.is_empty() {
        place.problem(context, format!("a matcher is needed here; allowed: {}", keys::MATCHERS.join(", ")));
        return None;
    }
    let matchers = entries.iter().map(|(key, value)| matcher(context, key, value, of)).collect::<Vec<_>>();
    matchers.into_iter().collect::<Option<_>>().map(Matchers)
}

/// A regular expression within limits.
pub(super) fn regex(context: &mut Context, place: &Place<'_>, what: &str) -> Option<Regex> {
    let text = place.text(context, what)?;
    if Template::parse(text).is_ok_and(|template| template.has_names()) {
        place.problem(context, "templates are not filled in in a regular expression; use equals or contains");
        return None;
    }
    match RegexBuilder::new(text).size_limit(REGEX_SIZE_LIMIT).build() {
        Ok(regex) => Some(regex),
        Err(regex::Error::CompiledTooBig(_)) => {
            place.problem(context, "the regular expression is too large");
            None
        }
        Err(error) => {
            // The library's text shows the expression with a mark under the mistake; the last line says what it is.
            let error = error.to_string();
            let reason = error.lines().last().unwrap_or_default().trim_start_matches("error: ");
            place.problem(context, format!("this is not a regular expression: {reason}"));
            None
        }
    }
}

fn matcher(context: &mut Context, key: &Key, place: &Place<'_>, of: Of) -> Option<Matcher> {
    let name = key.text.as_str();
    Some(match name {
        "equals" => Matcher::Equals(value(context, place, of)?),
        "not" => Matcher::Not(read(context, place, of)?),
        "contains" => Matcher::Contains(value(context, place, of)?),
        "starts_with" => Matcher::StartsWith(place.template(context, name)?),
        "ends_with" => Matcher::EndsWith(place.template(context, name)?),
        "matches" => Matcher::Matches(regex(context, place, name)?),
        "one_of" => {
            let items = place.items(context, name)?;
            if items.is_empty() {
                place.problem(context, "one_of needs at least one value");
            }
            Matcher::OneOf(items.iter().filter_map(|item| value(context, item, of)).collect())
        }
        "exists" => Matcher::Exists(place.boolean(context, name)?),
        "empty" => Matcher::Empty(place.boolean(context, name)?),
        "length" => Matcher::Length(length(context, place)?),
        "above" => Matcher::Above(number(context, place, name)?),
        "below" => Matcher::Below(number(context, place, name)?),
        "at_least" => Matcher::AtLeast(number(context, place, name)?),
        "at_most" => Matcher::AtMost(number(context, place, name)?),
        "type" => Matcher::Type(kind(context, place)?),
        _ => {
            let hint = super::suggest::hint(name, keys::MATCHERS.iter().copied());
            let object = if of == Of::Json { "; to compare with an object, write equals before it" } else { "" };
            context.problems.add(key.position, &place.path, format!("unknown matcher {name:?}; {hint}{object}"));
            return None;
        }
    })
}

fn value(context: &mut Context, place: &Place<'_>, of: Of) -> Option<JsonTemplate> {
    match of {
        Of::Text => place.template(context, "what a header or body is compared with").map(JsonTemplate::Text),
        Of::Json => body::json(context, place),
    }
}

/// A number, or matchers of a number.
fn length(context: &mut Context, place: &Place<'_>) -> Option<Matchers> {
    if let Content::Mapping(_) = &place.node.content {
        return read(context, place, Of::Json);
    }
    let length = place.integer(context, "length", (0, usize::MAX))?;
    Some(Matchers(vec![Matcher::Equals(JsonTemplate::Number(length.into()))]))
}

fn number(context: &mut Context, place: &Place<'_>, what: &str) -> Option<Number> {
    let number = match &place.node.content {
        Content::Scalar(scalar) => match scalar.value() {
            Value::Number(number) => Some(number),
            _ => None,
        },
        _ => None,
    };
    if number.is_none() {
        place.wrong(context, what, "a number");
    }
    number
}

fn kind(context: &mut Context, place: &Place<'_>) -> Option<Type> {
    let text = match &place.node.content {
        // `type: null` is written without quotes, and means the name of the type.
        Content::Scalar(scalar) if scalar.is_null() && !scalar.text.is_empty() => "null",
        _ => place.text(context, "type")?,
    };
    let found = Type::ALL.iter().find(|(name, _)| *name == text).map(|(_, kind)| *kind);
    if found.is_none() {
        let hint = super::suggest::hint(text, Type::ALL.iter().map(|(name, _)| *name));
        place.problem(context, format!("unknown type {text:?}; {hint}"));
    }
    found
}
