//! Buttons (<https://docs.slack.dev/reference/block-kit/block-elements/button-element>).

use std::collections::BTreeSet;

use serde_json::Value;

use super::text::{self, Kind};
use super::{Check, Place};

const TEXT: usize = 75;
const ACTION_ID: usize = 255;
const URL: usize = 3000;
const VALUE: usize = 2000;
const LABEL: usize = 75;
/// Of a dialog that asks again: its title, its text, and its two buttons.
const CONFIRM: [(&str, usize); 4] = [("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)];

pub(super) fn check(check: &mut Check, place: &Place, element: &Value) {
    if let Some(other) = element["type"].as_str().filter(|kind| *kind != "button") {
        return check.problem(&place.at("type"), format!("unsupported type: {other}"));
    }
    let others = ["action_id", "url", "value", "style", "confirm", "accessibility_label"];
    let Some(object) = check.object(place, element, &["type", "text"], &others) else { return };
    if let Some(text) = object.get("text") {
        text::check(check, &place.at("text"), text, Kind::Plain, TEXT);
    }
    for (name, limit) in [("action_id", ACTION_ID), ("url", URL), ("value", VALUE), ("accessibility_label", LABEL)] {
        check.limited(place, object, name, limit);
    }
    let url = object.get("url").and_then(Value::as_str);
    if url.is_some_and(|url| !url.starts_with("https://") && !url.starts_with("http://")) {
        check.problem(&place.at("url"), "must be a valid url");
    }
    if object.get("style").is_some_and(|style| style != "primary" && style != "danger") {
        check.problem(&place.at("style"), "must be a valid enum value");
    }
    if let Some(confirm) = object.get("confirm") {
        let place = place.at("confirm");
        let Some(dialog) = check.object(&place, confirm, &CONFIRM.map(|(name, _)| name), &["style"]) else { return };
        for (name, limit) in CONFIRM {
            if let Some(text) = dialog.get(name) {
                text::check(check, &place.at(name), text, Kind::Any, limit);
            }
        }
    }
}

/// Two buttons of a block cannot have one id: nobody would know which was pressed.
pub(super) fn check_ids(check: &mut Check, elements: &[(Place, &Value)]) {
    let mut known = BTreeSet::new();
    for (place, element) in elements {
        if let Some(id) = element["action_id"].as_str().filter(|id| !known.insert(*id)) {
            check.problem(&place.at("action_id"), format!("`action_id` already exists: {id}"));
        }
    }
}
