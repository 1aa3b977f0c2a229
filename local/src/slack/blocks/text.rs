//! Text objects (<https://docs.slack.dev/reference/block-kit/composition-objects/text-object>).

use serde_json::Value;

use super::{Check, Place};
use crate::slack::mrkdwn;

/// Which texts may stand somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Plain,
    Any,
}

/// Checks a text object with at most `limit` characters.
pub(super) fn check(check: &mut Check, place: &Place, value: &Value, kind: Kind, limit: usize) {
    let markup = value["type"] == "mrkdwn";
    let others: &[&str] = if markup { &["verbatim"] } else { &["emoji"] };
    let Some(object) = check.object(place, value, &["type", "text"], others) else { return };
    let known: &[&str] = if kind == Kind::Any { &["plain_text", "mrkdwn"] } else { &["plain_text"] };
    if let Some(other) = object.get("type").and_then(Value::as_str).filter(|name| !known.contains(name)) {
        check.problem(&place.at("type"), format!("unsupported type: {other}"));
    }
    for flag in others {
        if object.get(*flag).is_some_and(|flag| !flag.is_boolean()) {
            check.problem(&place.at(flag), "must be a boolean");
        }
    }
    check.limited(place, object, "text", limit);
    if let Some(text) = object.get("text").and_then(Value::as_str) {
        check.characters += text.chars().count();
        if let (true, Err(what)) = (markup, mrkdwn::check(text)) {
            check.problem(&place.at("text"), what);
        }
    }
}
