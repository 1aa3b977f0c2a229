//! Taking a value out of an answer for later steps.

use serde_json::Value;

use super::judge::Seen;
use super::unmet::Finding;
use crate::redaction::SHORTEST_SECRET;
use crate::suite::{Capture, CaptureFrom};

/// The value as text: a JSON text without its quotes, anything else as JSON writes it.
pub(super) fn value(capture: &Capture, seen: &Seen<'_>) -> Result<String, Finding> {
    let missing = |expected: String, actual: &str| Finding {
        position: capture.position,
        expectation: format!("capture {}", capture.name),
        expected,
        actual: actual.to_owned(),
    };
    let value = match &capture.from {
        CaptureFrom::Status => seen.answer.status.as_u16().to_string(),
        CaptureFrom::Header(name) => {
            seen.answer.header(name).ok_or_else(|| missing(format!("from the header {name}"), "no such header"))?
        }
        CaptureFrom::Body(regex) => {
            let text = seen.text();
            let group = regex.captures(&text).and_then(|captures| captures.get(1));
            let expected = || format!("from a body matching /{}/", regex.as_str());
            group.ok_or_else(|| missing(expected(), "no match"))?.as_str().to_owned()
        }
        CaptureFrom::Json(query) => match query.first(seen.json(capture.position)?) {
            Some(Value::String(text)) => text,
            Some(Value::Null) => return Err(missing(format!("from {}", query.text), "null")),
            Some(value) => value.to_string(),
            None => return Err(missing(format!("from {}", query.text), "nothing")),
        },
    };
    if capture.secret && value.chars().count() < SHORTEST_SECRET {
        let expected = format!("of at least {SHORTEST_SECRET} characters, to be kept out of reports");
        return Err(missing(expected, "a shorter one"));
    }
    Ok(value)
}
