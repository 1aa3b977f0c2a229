//! Time-outs, retries, and the suite's defaults.

use std::time::Duration;

use super::place::{Context, Fields, Place};
use super::{Defaults, headers, keys};
use crate::suite::{DEFAULT_TIMEOUT, Pace, Retry};

const DEFAULT_EVERY: Duration = Duration::from_secs(1);

/// Trying more often than this is a load test.
const SHORTEST_EVERY: Duration = Duration::from_millis(10);

const ONE_MILLISECOND: Duration = Duration::from_millis(1);

pub(super) fn defaults(context: &mut Context, place: Option<Place<'_>>) -> Defaults {
    let mut defaults = Defaults { pace: Pace { timeout: DEFAULT_TIMEOUT, retry: None }, headers: Vec::new() };
    let Some(fields) = place.and_then(|place| place.fields(context, "defaults", keys::DEFAULTS)) else {
        return defaults;
    };
    defaults.pace = pace(context, &fields, defaults.pace);
    if let Some(place) = fields.get("headers") {
        defaults.headers = headers::read(context, &place, true);
    }
    defaults
}

/// `timeout` and `retry`, where they are given.
pub(super) fn pace(context: &mut Context, fields: &Fields<'_>, defaults: Pace) -> Pace {
    let timeout = fields.get("timeout").and_then(|place| place.duration(context, "timeout", ONE_MILLISECOND));
    let retry = fields.get("retry").map(|place| retry(context, &place));
    Pace { timeout: timeout.unwrap_or(defaults.timeout), retry: retry.unwrap_or(defaults.retry) }
}

/// `for: 0s` turns a default off.
fn retry(context: &mut Context, place: &Place<'_>) -> Option<Retry> {
    let fields = place.fields(context, "retry", keys::RETRY)?;
    let within = fields.need(context, "retry", "for")?.duration(context, "for", Duration::ZERO)?;
    let every = match fields.get("every") {
        Some(place) => place.duration(context, "every", SHORTEST_EVERY)?,
        None => DEFAULT_EVERY,
    };
    (!within.is_zero()).then_some(Retry { within, every })
}
