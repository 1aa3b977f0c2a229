//! The blocks that alerts are made of.

use serde_json::Value;

use super::text::{self, Kind};
use super::{Check, Place, button};

const HEADER: usize = 150;
const SECTION: usize = 3000;
const FIELDS: usize = 10;
const FIELD: usize = 2000;
const CONTEXT_ELEMENTS: usize = 10;
/// Of a text in a context. Slack documents no other limit for it than a text object's.
const CONTEXT_TEXT: usize = 3000;
const ACTIONS: usize = 25;
const BLOCK_ID: usize = 255;

pub(super) fn check(check: &mut Check, place: &Place, block: &Value) {
    let (required, others): (&[&str], &[&str]) = match block["type"].as_str() {
        Some("header") => (&["type", "text"], &["block_id"]),
        Some("section") => (&["type"], &["text", "fields", "accessory", "block_id", "expand"]),
        Some("context" | "actions") => (&["type", "elements"], &["block_id"]),
        Some("divider") => (&["type"], &["block_id"]),
        // Slack has more than these; a message with one would be shown without it.
        Some(other) => return check.problem(&place.at("type"), format!("unsupported type: {other}")),
        None => (&["type"], &[]),
    };
    let Some(object) = check.object(place, block, required, others) else { return };
    check.limited(place, object, "block_id", BLOCK_ID);
    if let Some(id) = object.get("block_id").and_then(Value::as_str)
        && !check.block_ids.insert(id.to_owned())
    {
        check.problem(&place.at("block_id"), format!("`block_id` already exists: {id}"));
    }
    match object.get("type").and_then(Value::as_str) {
        Some("header") => text::check(check, &place.at("text"), &block["text"], Kind::Plain, HEADER),
        Some("section") => section(check, place, block),
        Some("context") => {
            for (place, element) in check.list(&place.at("elements"), &block["elements"], CONTEXT_ELEMENTS) {
                text::check(check, &place, element, Kind::Any, CONTEXT_TEXT);
            }
        }
        Some("actions") => {
            let place = place.at("elements");
            let elements = check.list(&place, &block["elements"], ACTIONS);
            for (place, element) in &elements {
                button::check(check, place, element);
            }
            button::check_ids(check, &elements);
        }
        _ => {}
    }
}

fn section(check: &mut Check, place: &Place, block: &Value) {
    if block.get("text").is_none() && block.get("fields").is_none() {
        check.problem(place, "missing required field: text");
    }
    if let Some(text) = block.get("text") {
        text::check(check, &place.at("text"), text, Kind::Any, SECTION);
    }
    if let Some(fields) = block.get("fields") {
        for (place, field) in check.list(&place.at("fields"), fields, FIELDS) {
            text::check(check, &place, field, Kind::Any, FIELD);
        }
    }
    if let Some(accessory) = block.get("accessory") {
        button::check(check, &place.at("accessory"), accessory);
    }
    if block.get("expand").is_some_and(|expand| !expand.is_boolean()) {
        check.problem(&place.at("expand"), "must be a boolean");
    }
}
