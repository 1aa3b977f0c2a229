//! JSON with templates in its texts.

use serde_json::{Map, Number, Value};

use crate::template::{Template, Values};

/// A JSON value whose texts and keys are templates. A text stays a text, also when it is only `{{name}}`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum JsonTemplate {
    Null,
    Bool(bool),
    Number(Number),
    Text(Template),
    Array(Vec<Self>),
    Object(Vec<(Template, Self)>),
}

impl JsonTemplate {
    pub(crate) fn render(&self, values: &Values) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            Self::Number(value) => Value::Number(value.clone()),
            Self::Text(template) => Value::String(template.render(values)),
            Self::Array(items) => items.iter().map(|item| item.render(values)).collect(),
            Self::Object(fields) => {
                let fields = fields.iter().map(|(key, value)| (key.render(values), value.render(values)));
                Value::Object(fields.collect::<Map<_, _>>())
            }
        }
    }

    /// A text that is put together from names.
    pub(crate) fn is_templated_text(&self) -> bool {
        matches!(self, Self::Text(template) if template.has_names())
    }
}
