//! Steps.

use super::names::{CheckNames, StepNames};
use super::place::{Context, Fields};
use super::{Defaults, body, capture, expect, headers, pace, request};
use crate::exchange::Host;
use crate::suite::{FOLLOW_LIMIT, Header, Request, Step};

/// A step, from its own mapping or from that of a check with one request.
pub(super) fn step(
    context: &mut Context,
    fields: &Fields<'_>,
    names: &mut CheckNames,
    defaults: &Defaults,
    hosts: &[Host],
) -> Option<Step> {
    let line = fields.get("request").and_then(|place| request::line(context, &place, hosts));
    let own = fields.get("headers").map(|place| headers::read(context, &place, false)).unwrap_or_default();
    let body = body::read(context, fields);
    let follow = fields.get("follow").map_or(Some(0), |place| place.integer(context, "follow", (0, FOLLOW_LIMIT)));
    let pace = pace::pace(context, fields, defaults.pace);
    let expect = expect::expect(context, fields);
    // Captures come after everything that may use them in later steps only.
    let uses = std::mem::take(&mut context.uses);
    let captures = fields.get("capture").map(|place| capture::read(context, &place)).unwrap_or_default();
    let names_after = captures.iter().map(|capture| (capture.name.clone(), capture.position)).collect();
    names.steps.push(StepNames { uses, captured: names_after });
    let (method, target, label) = line?;
    Some(Step {
        position: fields.place.position(),
        request: Request { method, target, headers: merged(&defaults.headers, own), body, label },
        follow: follow?,
        pace,
        expect: expect?,
        captures,
    })
}

fn merged(defaults: &[Header], own: Vec<Header>) -> Vec<Header> {
    let kept = defaults.iter().filter(|default| own.iter().all(|header| header.name != default.name));
    let mut merged: Vec<Header> = kept.cloned().collect();
    merged.extend(own);
    merged
}
