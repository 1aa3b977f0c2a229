//! Request bodies.

use serde_json::Value;

use super::place::{Context, Fields, Place};
use crate::suite::{Body, JsonTemplate};
use crate::template::Template;
use crate::yaml::Content;

/// The one of `json`, `form` and `text`, if there is one.
pub(super) fn read(context: &mut Context, fields: &Fields<'_>) -> Option<Body> {
    const KINDS: [&str; 3] = ["json", "form", "text"];
    if !KINDS.iter().any(|kind| fields.has(kind)) {
        return None;
    }
    let kind = fields.one_of(context, "a request", &KINDS)?;
    let place = fields.get(kind)?;
    match kind {
        "json" => json(context, &place).map(Body::Json),
        "form" => form(context, &place).map(Body::Form),
        _ => place.template(context, "text").map(Body::Text),
    }
}

/// A JSON value with templates in its texts.
pub(super) fn json(context: &mut Context, place: &Place<'_>) -> Option<JsonTemplate> {
    Some(match &place.node.content {
        Content::Scalar(scalar) => match scalar.value() {
            Value::Null => JsonTemplate::Null,
            Value::Bool(value) => JsonTemplate::Bool(value),
            Value::Number(value) => JsonTemplate::Number(value),
            _ => JsonTemplate::Text(place.template_of(context, &scalar.text)?),
        },
        Content::Sequence(_) => {
            let items = place.items(context, "json")?;
            JsonTemplate::Array(items.iter().filter_map(|item| json(context, item)).collect())
        }
        Content::Mapping(_) => {
            let mut object = Vec::new();
            for (key, value) in place.entries(context, "json")? {
                let key = value.template_of(context, &key.text);
                if let (Some(key), Some(value)) = (key, json(context, &value)) {
                    object.push((key, value));
                }
            }
            JsonTemplate::Object(object)
        }
    })
}

/// Fields in order; a list sends its field several times.
fn form(context: &mut Context, place: &Place<'_>) -> Option<Vec<(Template, Template)>> {
    let mut form = Vec::new();
    for (key, value) in place.entries(context, "form")? {
        let Some(key) = value.template_of(context, &key.text) else { continue };
        let values = match &value.node.content {
            Content::Sequence(_) => value.items(context, "a form field")?,
            _ => vec![value],
        };
        for value in values {
            if let Some(value) = value.template(context, "a form field") {
                form.push((key.clone(), value));
            }
        }
    }
    Some(form)
}
