//! One value of a YAML file.

use std::rc::Rc;

use serde_json::Value;

/// A place in the file, both counted from one, columns in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// A value and where it begins.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) position: Position,
    pub(crate) content: Content,
    /// Values in this subtree, an alias counted with all that it stands for.
    pub(crate) size: usize,
    /// Collections from here down to the deepest value.
    pub(crate) height: usize,
}

/// What a value is. Collections are shared, so that an alias costs nothing.
#[derive(Debug)]
pub(crate) enum Content {
    Scalar(Scalar),
    Sequence(Vec<Rc<Node>>),
    Mapping(Vec<(Key, Rc<Node>)>),
}

/// A key of a mapping.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) position: Position,
    pub(crate) text: String,
}

/// A text as written, without its quotes.
#[derive(Clone, Debug)]
pub(crate) struct Scalar {
    pub(crate) text: String,
    /// Neither quoted nor a block: it may be a number, a boolean or null.
    pub(crate) plain: bool,
}

impl Node {
    /// The kind in words, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.content {
            Content::Scalar(scalar) => match scalar.value() {
                Value::Null => "nothing",
                Value::Bool(_) => "a boolean",
                Value::Number(_) => "a number",
                _ => "a text",
            },
            Content::Sequence(_) => "a list",
            Content::Mapping(_) => "a mapping",
        }
    }
}

impl Scalar {
    /// The value by YAML 1.2's core schema. Infinities and not-a-number stay texts, because JSON has none.
    pub(crate) fn value(&self) -> Value {
        if !self.plain {
            return Value::String(self.text.clone());
        }
        match self.text.as_str() {
            "" | "~" | "null" | "Null" | "NULL" => Value::Null,
            "true" | "True" | "TRUE" => Value::Bool(true),
            "false" | "False" | "FALSE" => Value::Bool(false),
            text => number(text).unwrap_or_else(|| Value::String(text.to_owned())),
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        self.value().is_null()
    }
}

fn number(text: &str) -> Option<Value> {
    let radix = |digits: &str, radix| u64::from_str_radix(digits, radix).ok().map(Value::from);
    if let Some(digits) = text.strip_prefix("0x") {
        return digits.starts_with(|c: char| c.is_ascii_hexdigit()).then(|| radix(digits, 16))?;
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return digits.starts_with(|c: char| c.is_digit(8)).then(|| radix(digits, 8))?;
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let first = unsigned.strip_prefix('.').unwrap_or(unsigned);
    let written = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-');
    if !first.starts_with(|c: char| c.is_ascii_digit()) || !unsigned.chars().all(written) {
        return None;
    }
    let text = text.strip_prefix('+').unwrap_or(text);
    let whole = text.parse::<i64>().map(Value::from).or_else(|_| text.parse::<u64>().map(Value::from));
    whole.ok().or_else(|| serde_json::Number::from_f64(text.parse().ok()?).map(Value::Number))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn plain_texts_have_the_types_of_the_core_schema() {
        for (text, expected) in [
            ("", json!(null)),
            ("~", json!(null)),
            ("true", json!(true)),
            ("FALSE", json!(false)),
            ("yes", json!("yes")),
            ("12", json!(12)),
            ("+12", json!(12)),
            ("-12", json!(-12)),
            ("0x1F", json!(31)),
            ("0x+1", json!("0x+1")),
            ("0o17", json!(15)),
            ("18446744073709551615", json!(u64::MAX)),
            ("1.5", json!(1.5)),
            (".5", json!(0.5)),
            ("1e3", json!(1000.0)),
            ("1.2.3", json!("1.2.3")),
            ("1-2", json!("1-2")),
            ("-", json!("-")),
            (".inf", json!(".inf")),
            ("infinity", json!("infinity")),
            ("2xx", json!("2xx")),
            ("5s", json!("5s")),
        ] {
            assert_eq!(Scalar { text: text.into(), plain: true }.value(), expected, "{text:?}");
            assert_eq!(Scalar { text: text.into(), plain: false }.value(), json!(text), "{text:?}");
        }
    }
}
