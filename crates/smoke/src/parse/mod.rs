//! From a file to a suite, with every problem at once.

mod body;
mod capture;
mod check;
mod expect;
mod headers;
pub(crate) mod keys;
mod matchers;
mod names;
mod pace;
mod place;
mod query;
mod request;
mod step;
mod suggest;

use std::collections::BTreeMap;

use names::Declared;
use place::{Context, Fields, Place};

use crate::exchange::Host;
use crate::problem::SuiteErrors;
use crate::suite::{DEFAULT_PARALLEL, Header, PARALLEL_LIMIT, Pace, SUITE_SIZE_LIMIT, Suite};
use crate::template::{BUILT_IN, Template, is_name};
use crate::yaml::{Position, load};

/// The version of the format.
const VERSION: u64 = 1;

const START: Position = Position { line: 1, column: 1 };

/// What steps have unless they say otherwise.
struct Defaults {
    pace: Pace,
    headers: Vec<Header>,
}

/// Reads a suite.
pub(crate) fn suite(text: &str, file_name: &str) -> Result<Suite, SuiteErrors> {
    let mut context = Context::default();
    let suite = if text.len() > SUITE_SIZE_LIMIT {
        let message = format!("the suite has {} bytes; it may have {SUITE_SIZE_LIMIT}", text.len());
        context.problems.add(START, "", message);
        None
    } else {
        read(&mut context, text, file_name)
    };
    match suite {
        Some(suite) if context.problems.is_empty() => Ok(suite),
        _ => Err(context.problems.into_errors(file_name)),
    }
}

fn read(context: &mut Context, text: &str, file_name: &str) -> Option<Suite> {
    let Some(root) = load(text, &mut context.problems) else {
        if context.problems.is_empty() {
            context.problems.add(START, "", "the suite is empty; it needs \"version: 1\" and \"checks\"");
        }
        return None;
    };
    let place = Place { node: &root, path: String::new() };
    let fields = place.fields(context, "the suite", keys::SUITE)?;
    version(context, &fields);
    let variables = fields.get("variables").map(|place| variables(context, &place)).unwrap_or_default();
    let secrets = fields.get("secrets").map(|place| secrets(context, &place, &variables)).unwrap_or_default();
    context.secrets = secrets.iter().cloned().collect();
    let allow_hosts = fields.get("allow_hosts").map(|place| hosts(context, &place)).unwrap_or_default();
    let parallel = fields
        .get("parallel")
        .map_or(Some(DEFAULT_PARALLEL), |place| place.integer(context, "parallel", (1, PARALLEL_LIMIT)));
    let defaults = pace::defaults(context, fields.get("defaults"));
    let declared = Declared::new(&variables, &secrets);
    let shared = std::mem::take(&mut context.uses);
    let checks = fields.need(context, "the suite", "checks");
    let read = checks.and_then(|place| check::all(context, &place, &defaults, &allow_hosts))?;
    let captured = names::check(context, &declared, &shared, &read.names);
    let secrets = secrets.into_iter().filter(|name| !captured.contains(name)).collect();
    Some(Suite {
        file_name: file_name.to_owned(),
        parallel: parallel?,
        variables,
        secrets,
        allow_hosts,
        checks: read.checks,
    })
}

fn version(context: &mut Context, fields: &Fields<'_>) {
    let Some(place) = fields.need(context, "the suite", "version") else { return };
    let version = place.scalar(context, "version").map(crate::yaml::Scalar::value);
    if version.is_some_and(|version| version.as_u64() != Some(VERSION)) {
        place.problem(context, "this version of the format is not known; write version: 1");
    }
}

fn variables(context: &mut Context, place: &Place<'_>) -> BTreeMap<String, String> {
    let mut variables = BTreeMap::new();
    for (key, value) in place.entries(context, "variables").unwrap_or_default() {
        name(context, key.position, &place.path, &key.text);
        let Some(text) = value.text(context, "a variable") else { continue };
        if Template::parse(text).is_ok_and(|template| template.has_names()) {
            value.problem(context, "a variable is a plain text; templates in it are not filled in");
        }
        variables.insert(key.text.clone(), text.to_owned());
    }
    variables
}

fn secrets(context: &mut Context, place: &Place<'_>, variables: &BTreeMap<String, String>) -> Vec<String> {
    let mut secrets: Vec<String> = Vec::new();
    for item in place.items(context, "secrets").unwrap_or_default() {
        let Some(text) = item.text(context, "a secret's name") else { continue };
        name(context, item.position(), &item.path, text);
        if variables.contains_key(text) {
            item.problem(context, format!("{text:?} is a variable; a name is either a variable or a secret"));
        }
        if secrets.iter().any(|secret| secret == text) {
            item.problem(context, format!("the secret {text:?} stands here a second time"));
        } else {
            secrets.push(text.to_owned());
        }
    }
    secrets
}

fn hosts(context: &mut Context, place: &Place<'_>) -> Vec<Host> {
    let mut hosts = Vec::new();
    for item in place.items(context, "allow_hosts").unwrap_or_default() {
        let Some(text) = item.text(context, "a host") else { continue };
        match text.parse::<Host>() {
            Ok(host) => hosts.push(host),
            Err(error) => item.problem(context, error.to_string()),
        }
    }
    hosts
}

/// Reports a name that cannot stand in a template.
fn name(context: &mut Context, position: Position, path: &str, name: &str) {
    if BUILT_IN.contains(&name) {
        context.problems.add(position, path, format!("the name {name:?} is built in; choose another one"));
    } else if !is_name(name) {
        let message = format!("{name:?} is not a name: use letters, digits, \"_\" and \"-\", beginning with a letter");
        context.problems.add(position, path, message);
    }
}

#[cfg(test)]
mod tests;
