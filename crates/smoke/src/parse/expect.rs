//! Expectations.

use std::time::Duration;

use serde_json::Value;

use super::matchers::{self, Of};
use super::place::{Context, Fields, Place};
use super::{headers, keys, query};
use crate::suite::{BodyExpectation, Expect, HeaderExpectation, JsonExpectation, Latency, StatusSet};
use crate::yaml::{Content, Position};

/// The expectations of a step; without a status, any 2xx is expected.
pub(super) fn expect(context: &mut Context, step: &Fields<'_>) -> Option<Expect> {
    let position = step.place.position();
    let Some(place) = step.get("expect") else {
        return Some(Expect {
            status: any_2xx(position),
            headers: Vec::new(),
            body: None,
            json: Vec::new(),
            latency: None,
        });
    };
    let fields = place.fields(context, "expect", keys::EXPECT)?;
    let status = match fields.get("status") {
        Some(place) => status(context, &place),
        None => Some(any_2xx(place.position())),
    };
    let headers = fields.get("headers").map(|place| headers(context, &place)).unwrap_or_default();
    let body = fields.get("body").and_then(|place| {
        let matchers = matchers::read(context, &place, Of::Text)?;
        Some(BodyExpectation { position: place.position(), matchers })
    });
    let json = fields.get("json").map(|place| json(context, &place)).unwrap_or_default();
    let latency = fields.get("latency").and_then(|place| latency(context, &place));
    Some(Expect { status: status?, headers, body, json, latency })
}

fn any_2xx(position: Position) -> StatusSet {
    StatusSet { position, ranges: vec![(200, 299, "2xx".to_owned())] }
}

fn status(context: &mut Context, place: &Place<'_>) -> Option<StatusSet> {
    let items = match &place.node.content {
        Content::Sequence(_) => place.items(context, "status")?,
        _ => vec![place.clone()],
    };
    if items.is_empty() {
        place.problem(context, "status has no code; write one, such as 200, or a class, such as 2xx");
    }
    let ranges: Vec<_> = items
        .iter()
        .filter_map(|item| {
            let text = item.text(context, "status")?;
            let range = range(text);
            if range.is_none() {
                let message =
                    format!("{text:?} is no status; write a code from 100 to 599, a class such as 2xx, or a list");
                item.problem(context, message);
            }
            range
        })
        .collect();
    Some(StatusSet { position: place.position(), ranges })
}

fn range(text: &str) -> Option<(u16, u16, String)> {
    let (first, last) = if let Some(class) = text.strip_suffix("xx") {
        let class: u16 = class.parse().ok().filter(|class| (1..=5).contains(class))?;
        (class * 100, class * 100 + 99)
    } else {
        let code = text.parse().ok().filter(|code| (100..=599).contains(code))?;
        (code, code)
    };
    Some((first, last, text.to_owned()))
}

fn headers(context: &mut Context, place: &Place<'_>) -> Vec<HeaderExpectation> {
    let mut expectations = Vec::new();
    for (key, value) in place.entries(context, "headers").unwrap_or_default() {
        let name = headers::name(context, &key.text, key.position, &value.path);
        if let (Some(name), Some(matchers)) = (name, matchers::read(context, &value, Of::Text)) {
            expectations.push(HeaderExpectation { position: key.position, name, matchers });
        }
    }
    expectations
}

fn json(context: &mut Context, place: &Place<'_>) -> Vec<JsonExpectation> {
    let mut expectations = Vec::new();
    for (key, value) in place.entries(context, "json").unwrap_or_default() {
        let query = query::read(context, &key.text, key.position, &value.path);
        if let (Some(query), Some(matchers)) = (query, matchers::read(context, &value, Of::Json)) {
            expectations.push(JsonExpectation { position: key.position, query, matchers });
        }
    }
    expectations
}

fn latency(context: &mut Context, place: &Place<'_>) -> Option<Latency> {
    if let Content::Scalar(scalar) = &place.node.content
        && let Value::String(text) = scalar.value()
    {
        place.problem(context, format!("a latency has a bound, such as {{ below: {text} }}"));
        return None;
    }
    let fields = place.fields(context, "latency", keys::LATENCY)?;
    if !keys::LATENCY.iter().any(|key| fields.has(key)) {
        place.problem(context, format!("latency needs one of {}", keys::LATENCY.join(", ")));
    }
    let mut bound = |key| fields.get(key)?.duration(context, key, Duration::from_millis(1));
    Some(Latency { position: place.position(), below: bound("below"), at_most: bound("at_most") })
}
