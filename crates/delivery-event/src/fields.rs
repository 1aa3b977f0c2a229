//! Reading the fields of a JSON object that may be absent, null or of another type than documented.

use jiff::Timestamp;
use serde_json::Value;

use crate::time;

/// A JSON value whose fields are asked for by name. Asking a value that is no object finds nothing.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a>(&'a Value);

impl<'a> Fields<'a> {
    pub(crate) fn of(value: &'a Value) -> Self {
        Self(value)
    }

    /// The object behind `name`; one without fields when it is not there.
    pub(crate) fn object(self, name: &str) -> Self {
        Self(self.value(name).unwrap_or(&Value::Null))
    }

    /// What is behind `name`, unless it is null.
    pub(crate) fn value(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A text that says something. Numbers and booleans count as their text.
    pub(crate) fn text(self, name: &str) -> Option<String> {
        self.value(name).and_then(as_text)
    }

    /// A whole number, also when it is written as `4.0` or `"4"`. Negative numbers and fractions are none.
    pub(crate) fn count(self, name: &str) -> Option<u64> {
        match self.value(name)? {
            Value::Number(number) => number.as_u64().or_else(|| number.as_f64().and_then(whole)),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// A moment, in any notation that AWS uses in events.
    pub(crate) fn time(self, name: &str) -> Option<Timestamp> {
        time::read(self.value(name)?.as_str()?)
    }

    /// The elements of a list.
    pub(crate) fn list(self, name: &str) -> impl Iterator<Item = Fields<'a>> {
        self.value(name).and_then(Value::as_array).into_iter().flatten().map(Fields)
    }

    /// The texts of a list.
    pub(crate) fn texts(self, name: &str) -> Vec<String> {
        self.list(name).filter_map(|element| as_text(element.0)).collect()
    }

    /// The fields of an object that have a text.
    pub(crate) fn entries(self, name: &str) -> impl Iterator<Item = (String, String)> {
        let entries = self.value(name).and_then(Value::as_object).into_iter().flatten();
        entries.filter_map(|(key, value)| Some((key.clone(), as_text(value)?)))
    }
}

fn as_text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => return None,
    };
    Some(text).filter(|text| !text.is_empty())
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range is checked, and `as` saturates where a float cannot say exactly"
)]
fn whole(number: f64) -> Option<u64> {
    ((0.0..=9e15).contains(&number) && number.fract() == 0.0).then_some(number as u64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_whole_however_they_are_written() {
        for (value, expected) in [
            (json!(4), Some(4)),
            (json!(4.0), Some(4)),
            (json!(0.0), Some(0)),
            (json!("4"), Some(4)),
            (json!(4.5), None),
            (json!(-1), None),
            (json!(-1.0), None),
            (json!(1e300), None),
            (json!("four"), None),
            (json!(null), None),
            (json!([4]), None),
        ] {
            let event = json!({ "field": value });
            assert_eq!(Fields::of(&event).count("field"), expected, "{event}");
        }
    }

    #[test]
    fn texts_say_something_or_are_absent() {
        for (value, expected) in [
            (json!("Deploy"), Some("Deploy")),
            (json!(" Deploy\n"), Some("Deploy")),
            (json!(1), Some("1")),
            (json!(true), Some("true")),
            (json!(""), None),
            (json!("  "), None),
            (json!(null), None),
            (json!({}), None),
        ] {
            let event = json!({ "field": value });
            assert_eq!(Fields::of(&event).text("field").as_deref(), expected, "{event}");
        }
        assert_eq!(Fields::of(&json!("no object")).text("field"), None);
        assert_eq!(Fields::of(&json!([1])).object("field").text("field"), None);
    }
}
