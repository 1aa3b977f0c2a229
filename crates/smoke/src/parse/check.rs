//! Checks.

use std::collections::HashSet;
use std::time::Duration;

use super::names::CheckNames;
use super::place::{Context, Fields, Place};
use super::{Defaults, keys, pace, step};
use crate::exchange::Host;
use crate::suite::{CHECK_LIMIT, Check, STEP_LIMIT, TlsStep, Work};

/// All checks, and the names that their steps use and capture.
pub(super) struct Checks {
    pub(super) checks: Vec<Check>,
    pub(super) names: Vec<CheckNames>,
}

pub(super) fn all(context: &mut Context, place: &Place<'_>, defaults: &Defaults, hosts: &[Host]) -> Option<Checks> {
    let items = place.items(context, "checks")?;
    if items.is_empty() {
        place.problem(context, "the suite has no checks; it needs at least one");
    }
    if items.len() > CHECK_LIMIT {
        place.problem(context, format!("the suite has {} checks; it may have {CHECK_LIMIT}", items.len()));
        return None;
    }
    let mut read = Checks { checks: Vec::new(), names: Vec::new() };
    let mut seen = HashSet::new();
    for item in items {
        let mut names = CheckNames::default();
        let check = check(context, &item, &mut names, defaults, hosts);
        read.names.push(names);
        let Some(check) = check else { continue };
        if !seen.insert(check.name.clone()) {
            item.problem(
                context,
                format!("another check is called {:?} too; a report could not tell them apart", check.name),
            );
        }
        read.checks.push(check);
    }
    Some(read)
}

fn check(
    context: &mut Context,
    place: &Place<'_>,
    names: &mut CheckNames,
    defaults: &Defaults,
    hosts: &[Host],
) -> Option<Check> {
    let fields = place.open_fields(context, "a check")?;
    let name = fields.need(context, "a check", "name").and_then(|place| name(context, &place));
    let tags = fields.get("tags").map(|place| tags(context, &place)).unwrap_or_default();
    let Some(kind) = fields.one_of(context, "a check", &["request", "steps", "tls"]) else {
        let allowed: Vec<&str> = keys::CHECK.iter().chain(keys::STEP).copied().collect();
        fields.refuse_others(context, "a check", &allowed);
        return None;
    };
    let work = match kind {
        "steps" => steps(context, &fields, names, defaults, hosts),
        "tls" => tls(context, &fields, defaults),
        _ => {
            fields.refuse_others(context, "a check", &with_kinds(&keys::check_with_request()));
            let step = step::step(context, &fields, names, defaults, hosts);
            step.map(|step| Work::Steps(vec![step]))
        }
    };
    Some(Check { name: name?, tags, work: work? })
}

fn steps(
    context: &mut Context,
    fields: &Fields<'_>,
    names: &mut CheckNames,
    defaults: &Defaults,
    hosts: &[Host],
) -> Option<Work> {
    fields.refuse_others(context, "a check with steps", &with_kinds(keys::CHECK_WITH_STEPS));
    let place = fields.get("steps")?;
    let items = place.items(context, "steps")?;
    if items.is_empty() {
        place.problem(context, "the check has no steps; it needs at least one");
    }
    if items.len() > STEP_LIMIT {
        place.problem(context, format!("the check has {} steps; it may have {STEP_LIMIT}", items.len()));
        return None;
    }
    // Every step is read, whether or not one before it is wrong.
    let steps: Vec<_> = items
        .iter()
        .map(|item| {
            let fields = item.fields(context, "a step", keys::STEP)?;
            fields.need(context, "a step", "request")?;
            step::step(context, &fields, names, defaults, hosts)
        })
        .collect();
    steps.into_iter().collect::<Option<_>>().map(Work::Steps)
}

fn tls(context: &mut Context, fields: &Fields<'_>, defaults: &Defaults) -> Option<Work> {
    fields.refuse_others(context, "a check of the certificate", &with_kinds(keys::CHECK_OF_TLS));
    let pace = pace::pace(context, fields, defaults.pace);
    let tls = fields.get("tls")?;
    let valid_for = tls.fields(context, "tls", keys::TLS)?.need(context, "tls", "valid_for")?;
    let valid_for = valid_for.duration(context, "valid_for", Duration::ZERO)?;
    Some(Work::Tls(TlsStep { position: tls.position(), valid_for, pace }))
}

/// A second kind of work in one check was reported as that, and not as an unknown key.
fn with_kinds<'k>(keys: &[&'k str]) -> Vec<&'k str> {
    keys.iter().copied().chain(["request", "steps", "tls"]).collect()
}

fn name(context: &mut Context, place: &Place<'_>) -> Option<String> {
    let name = place.text(context, "a check's name")?.trim();
    if name.is_empty() || name.chars().any(char::is_control) {
        place.problem(context, "a check's name has to be one line of text");
        return None;
    }
    Some(name.to_owned())
}

fn tags(context: &mut Context, place: &Place<'_>) -> Vec<String> {
    let items = place.items(context, "tags").unwrap_or_default();
    items.iter().filter_map(|item| item.text(context, "a tag").map(str::to_owned)).collect()
}
