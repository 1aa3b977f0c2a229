//! The reports that a function stored, by their plain fields.

use std::io::{self, Write};

use serde_json::Value;

use super::bytes;
use crate::standin::aws::Object;

/// Each upload: where it lies, and what it says at the top if it is JSON. The rest is in the object.
pub(super) fn write(out: &mut impl Write, uploads: &[(String, Object)]) -> io::Result<()> {
    if uploads.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nStored")?;
    for (name, object) in uploads {
        writeln!(out, "  {name}, {}", bytes(object.length()))?;
        let report: Value = serde_json::from_slice(&object.read_all()?).unwrap_or_default();
        for (name, value) in report.as_object().into_iter().flatten() {
            match value {
                Value::Object(_) | Value::Array(_) | Value::Null => {}
                Value::String(text) => writeln!(out, "    {name} = {}", text.lines().next().unwrap_or_default())?,
                plain => writeln!(out, "    {name} = {plain}")?,
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_shows_its_plain_fields_and_an_archive_its_size() {
        let uploads = [
            ("b/report.json".to_owned(), Object::bytes(r#"{"passed":true,"summary":"one\ntwo","checks":[1]}"#)),
            ("b/report.zip".to_owned(), Object::bytes("PK")),
        ];
        let mut out = Vec::new();
        write(&mut out, &uploads).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(
            text,
            "\nStored\n  b/report.json, 49 B\n    passed = true\n    summary = one\n  b/report.zip, 2 B\n"
        );
    }
}
