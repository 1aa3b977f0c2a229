//! Texts with `{{name}}` in them.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// The values that names stand for.
pub(crate) type Values = BTreeMap<String, String>;

/// Names that every suite has: a fresh identifier, the same within a check, and the time of the request.
pub(crate) const BUILT_IN: [&str; 2] = ["uuid", "now"];

/// A text with names in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Name(String),
}

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TemplateError {
    #[error("\"{{{{\" begins a template that has no \"}}}}\"; for the braces themselves write \"\\{{{{\"")]
    Unfinished,
    #[error("{0:?} is not a name for a template: use letters, digits, \"_\" and \"-\", beginning with a letter")]
    NotAName(String),
}

impl Template {
    /// Reads a text. `\{{` stands for two braces.
    pub(crate) fn parse(text: &str) -> Result<Self, TemplateError> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find("{{") {
            let (before, after) = (&rest[..at], &rest[at + 2..]);
            if let Some(before) = before.strip_suffix('\\') {
                literal.push_str(before);
                literal.push_str("{{");
                rest = after;
                continue;
            }
            literal.push_str(before);
            let end = after.find("}}").ok_or(TemplateError::Unfinished)?;
            let name = after[..end].trim();
            if !is_name(name) {
                return Err(TemplateError::NotAName(name.to_owned()));
            }
            if !literal.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut literal)));
            }
            parts.push(Part::Name(name.to_owned()));
            rest = &after[end + 2..];
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            parts.push(Part::Text(literal));
        }
        Ok(Self { parts })
    }

    /// The names in it.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Name(name) => Some(name.as_str()),
            Part::Text(_) => None,
        })
    }

    pub(crate) fn has_names(&self) -> bool {
        self.names().next().is_some()
    }

    /// The text with every name replaced. The suite's parser has seen to it that each name has a value.
    pub(crate) fn render(&self, values: &Values) -> String {
        self.render_encoded(values, |value| Cow::Borrowed(value))
    }

    /// The same, with each value, and not the text around it, passed through `encode`.
    pub(crate) fn render_encoded(&self, values: &Values, encode: impl Fn(&str) -> Cow<'_, str>) -> String {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(literal) => text.push_str(literal),
                Part::Name(name) => text.push_str(&encode(values.get(name).map_or("", String::as_str))),
            }
        }
        text
    }

    /// The text as it was written, less escapes.
    pub(crate) fn source(&self) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Text(literal) => literal.clone(),
                Part::Name(name) => format!("{{{{{name}}}}}"),
            })
            .collect()
    }

    /// The text before the first name.
    pub(crate) fn literal_start(&self) -> &str {
        match self.parts.first() {
            Some(Part::Text(literal)) => literal,
            _ => "",
        }
    }

    /// The template without the first `length` bytes of its literal start.
    pub(crate) fn without_start(mut self, length: usize) -> Self {
        if let Some(Part::Text(literal)) = self.parts.first_mut() {
            *literal = literal.get(length..).unwrap_or_default().to_owned();
        }
        self
    }
}

/// Whether variables, secrets and captures may be called so.
pub(crate) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn render(text: &str) -> Result<String, TemplateError> {
        let values = [("a", "1"), ("b_2", "x/y")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        Ok(Template::parse(text)?.render(&values.into()))
    }

    #[test]
    fn names_become_values() {
        for (text, expected) in [
            ("", ""),
            ("plain", "plain"),
            ("{{a}}", "1"),
            ("{{ a }}{{b_2}}!", "1x/y!"),
            ("{a} } }}", "{a} } }}"),
            (r"\{{a}}", "{{a}}"),
            (r"\{{{{a}}", "{{1"),
            ("{\"k\":{\"a\":\"{{a}}\"}}", "{\"k\":{\"a\":\"1\"}}"),
        ] {
            assert_eq!(render(text), Ok(expected.to_owned()), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_template_is_told() {
        let name = |text: &str| TemplateError::NotAName(text.to_owned());
        for (text, expected) in [
            ("{{", TemplateError::Unfinished),
            ("{{a}", TemplateError::Unfinished),
            ("{{}}", name("")),
            ("{{a b}}", name("a b")),
            ("{{1a}}", name("1a")),
            ("{{{a}}}", name("{a")),
            ("{{ä}}", name("ä")),
        ] {
            assert_eq!(render(text), Err(expected), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[{}\\\\a-c é]{0,40}") {
            if let Ok(template) = Template::parse(&text) {
                prop_assert_eq!(text.replace(r"\{{", "{{").replace("{{ ", "{{").replace(' ', ""), template.source().replace(' ', ""));
            }
        }

        #[test]
        fn text_without_braces_stays(text in "[^{}]*") {
            prop_assert_eq!(render(&text), Ok(text));
        }
    }
}
