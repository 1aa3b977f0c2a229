//! Names of resources whose template gives none.

use serde_json::Value;

use super::Asked;
use crate::engine::random;

/// The name that the property `key` gives; else the one the resource has already; else a new one as CloudFormation
/// makes it: stack, logical id and twelve random characters.
pub(super) fn name_of(asked: &Asked, key: &str) -> Result<String, String> {
    match &asked.properties[key] {
        Value::Null => {}
        Value::String(name) => return Ok(name.clone()),
        other => return Err(format!("{key} is {other}: expected a text")),
    }
    if let Some(id) = &asked.physical_id {
        return Ok(id.clone());
    }
    let part = |text: &Option<String>| text.clone().unwrap_or_default();
    let mut name = format!("{}-{}", part(&asked.stack), part(&asked.logical_id));
    name.retain(|character| character.is_ascii_alphanumeric() || character == '-');
    name.truncate(80);
    Ok(format!("{name}-{}", random::characters(12, random::UPPER_CASE)))
}
