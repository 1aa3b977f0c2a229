//! Whether every name in a template has a value by the time it is used.

use std::collections::{BTreeMap, BTreeSet};

use super::place::{Context, Use};
use crate::template::BUILT_IN;
use crate::yaml::Position;

/// The names of one check's steps, in order.
#[derive(Default)]
pub(super) struct CheckNames {
    pub(super) steps: Vec<StepNames>,
}

/// What a step uses, and what it captures when it has passed.
pub(super) struct StepNames {
    pub(super) uses: Vec<Use>,
    pub(super) captured: Vec<(String, Position)>,
}

/// What the suite declares for all checks.
pub(super) struct Declared<'s> {
    variables: BTreeSet<&'s str>,
    secrets: BTreeSet<&'s str>,
}

impl<'s> Declared<'s> {
    pub(super) fn new(variables: &'s BTreeMap<String, String>, secrets: &'s [String]) -> Self {
        let variables = variables.keys().map(String::as_str).collect();
        Self { variables, secrets: secrets.iter().map(String::as_str).collect() }
    }

    fn has(&self, name: &str) -> bool {
        BUILT_IN.contains(&name) || self.variables.contains(name) || self.secrets.contains(name)
    }
}

/// Reports the names without a value: of the defaults in `shared`, which come before any capture, and of each check.
/// Gives every name that is captured somewhere.
pub(super) fn check(
    context: &mut Context,
    declared: &Declared<'_>,
    shared: &[Use],
    checks: &[CheckNames],
) -> BTreeSet<String> {
    let all_steps = checks.iter().flat_map(|check| &check.steps);
    let captured_anywhere: BTreeSet<String> =
        all_steps.flat_map(|step| &step.captured).map(|(name, _)| name.clone()).collect();
    // A secret that is captured has no value before that.
    let has_value = |used: &Use, captured: &BTreeSet<&str>| {
        let name = used.name.as_str();
        let from_outside = !declared.secrets.contains(name) || !captured_anywhere.contains(name);
        captured.contains(name) || (declared.has(name) && from_outside)
    };
    for used in shared.iter().filter(|used| !has_value(used, &BTreeSet::new())) {
        unknown(context, used, declared, &BTreeSet::new());
    }
    for check in checks {
        let mut captured = BTreeSet::new();
        for step in &check.steps {
            for used in step.uses.iter().filter(|used| !has_value(used, &captured)) {
                unknown(context, used, declared, &captured);
            }
            for (name, position) in &step.captured {
                if declared.variables.contains(name.as_str()) {
                    let message = format!("{name:?} is a variable; a capture needs a name of its own");
                    context.problems.add(*position, "", message);
                }
                captured.insert(name.as_str());
            }
        }
    }
    captured_anywhere
}

fn unknown(context: &mut Context, used: &Use, declared: &Declared<'_>, captured: &BTreeSet<&str>) {
    let known = declared.variables.iter().chain(&declared.secrets).chain(captured).chain(&BUILT_IN).copied();
    let known = known.filter(|name| *name != used.name);
    let hint = super::suggest::hint(&used.name, known);
    let message =
        format!("unknown name \"{{{{{}}}}}\" in a template: no variable, secret or earlier capture; {hint}", used.name);
    context.problems.add(used.position, &used.path, message);
}
