//! Captures.

use super::place::{Context, Place};
use super::{headers, keys, matchers, name, query};
use crate::suite::{Capture, CaptureFrom};

pub(super) fn read(context: &mut Context, place: &Place<'_>) -> Vec<Capture> {
    let mut captures = Vec::new();
    for (key, value) in place.entries(context, "capture").unwrap_or_default() {
        name(context, key.position, &place.path, &key.text);
        let secret = context.secrets.contains(&key.text);
        if let Some(from) = from(context, &value) {
            captures.push(Capture { name: key.text.clone(), position: key.position, secret, from });
        }
    }
    captures
}

fn from(context: &mut Context, place: &Place<'_>) -> Option<CaptureFrom> {
    let fields = place.fields(context, "a capture", keys::CAPTURE)?;
    let kind = fields.one_of(context, "a capture", &["json", "header", "body", "status"])?;
    let place = fields.get(kind)?;
    match kind {
        "json" => {
            let text = place.text(context, kind)?;
            query::read(context, text, place.position(), &place.path).map(CaptureFrom::Json)
        }
        "header" => {
            let text = place.text(context, kind)?;
            headers::name(context, text, place.position(), &place.path).map(CaptureFrom::Header)
        }
        "body" => {
            let regex = matchers::regex(context, &place, kind)?;
            if regex.captures_len() != 2 {
                place.problem(
                    context,
                    "the expression needs exactly one group in parentheses, which is what is captured",
                );
            }
            Some(CaptureFrom::Body(regex))
        }
        _ => {
            if place.boolean(context, kind)? {
                return Some(CaptureFrom::Status);
            }
            place.problem(context, "write status: true to capture the status");
            None
        }
    }
}
