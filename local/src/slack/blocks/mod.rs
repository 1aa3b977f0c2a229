//! What Slack takes for blocks, in its own words (<https://docs.slack.dev/reference/block-kit/blocks>).

mod block;
mod button;
#[cfg(test)]
mod tests;
mod text;

use std::collections::BTreeSet;
use std::fmt;

use serde_json::{Map, Value};

use super::mrkdwn;

/// The most blocks of a message.
const BLOCK_LIMIT: usize = 50;

/// What all texts of a message's blocks may count together. Slack does not document it; people measured 13,297 characters in one
/// block, and 125 less for every block more (<https://github.com/slackapi/bolt-js/issues/2509>).
const SUMMED_LIMIT: usize = 13_200;

/// What a block counts besides its texts.
const BLOCK_COUNTS: usize = 125;

/// Whether the texts fit together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Texts {
    Fit,
    TooLong,
}

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    what: String,
    /// A JSON pointer into the request.
    pointer: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} [json-pointer:{}]", self.what, self.pointer)
    }
}

/// Checks the blocks and the text of a message.
pub(super) fn check(blocks: &[Value], text: Option<&str>) -> Result<Texts, Vec<Problem>> {
    let mut check = Check::default();
    if let Some(Err(what)) = text.map(mrkdwn::check) {
        check.problem(&Place::root().at("text"), what);
    }
    let place = Place::root().at("blocks");
    if blocks.len() > BLOCK_LIMIT {
        check.problem(&place, format!("no more than {BLOCK_LIMIT} items allowed"));
    }
    for (index, block) in blocks.iter().enumerate() {
        block::check(&mut check, &place.at(index), block);
    }
    if !check.problems.is_empty() {
        return Err(check.problems);
    }
    let counted = check.characters + blocks.len() * BLOCK_COUNTS;
    Ok(if counted > SUMMED_LIMIT { Texts::TooLong } else { Texts::Fit })
}

/// What was found so far.
#[derive(Debug, Default)]
struct Check {
    problems: Vec<Problem>,
    /// Of all texts.
    characters: usize,
    block_ids: BTreeSet<String>,
}

/// A place in the request.
#[derive(Debug, Clone)]
struct Place(String);

impl Place {
    fn root() -> Self {
        Self(String::new())
    }

    fn at(&self, part: impl fmt::Display) -> Self {
        Self(format!("{}/{part}", self.0))
    }
}

impl Check {
    fn problem(&mut self, place: &Place, what: impl Into<String>) {
        self.problems.push(Problem { what: what.into(), pointer: place.0.clone() });
    }

    /// An object that has these members, `required` ones and others, and no more.
    fn object<'v>(
        &mut self,
        place: &Place,
        value: &'v Value,
        required: &[&str],
        others: &[&str],
    ) -> Option<&'v Map<String, Value>> {
        let Some(object) = value.as_object() else {
            self.problem(place, "must be an object");
            return None;
        };
        for name in required.iter().filter(|name| !object.contains_key(**name)) {
            self.problem(place, format!("missing required field: {name}"));
        }
        for name in object.keys().filter(|name| !required.contains(&name.as_str()) && !others.contains(&name.as_str()))
        {
            self.problem(place, format!("invalid additional property: {name}"));
        }
        Some(object)
    }

    /// A list with one item at least and `limit` at most; each with its place.
    fn list<'v>(&mut self, place: &Place, value: &'v Value, limit: usize) -> Vec<(Place, &'v Value)> {
        let Some(list) = value.as_array() else {
            self.problem(place, "must be an array");
            return Vec::new();
        };
        if list.is_empty() {
            self.problem(place, "no less than 1 items allowed");
        }
        if list.len() > limit {
            self.problem(place, format!("no more than {limit} items allowed"));
        }
        list.iter().enumerate().map(|(index, item)| (place.at(index), item)).collect()
    }

    /// A plain JSON text of limited length, when the object has it.
    fn limited(&mut self, place: &Place, object: &Map<String, Value>, name: &str, limit: usize) {
        let Some(value) = object.get(name) else { return };
        let place = place.at(name);
        match value.as_str() {
            None => self.problem(&place, "must be a string"),
            Some(text) => self.length(&place, text, limit),
        }
    }

    fn length(&mut self, place: &Place, text: &str, limit: usize) {
        if text.is_empty() {
            self.problem(place, "must be more than 0 characters");
        }
        if text.chars().count() > limit {
            self.problem(place, format!("must be less than {} characters", limit + 1));
        }
    }
}
