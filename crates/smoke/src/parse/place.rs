//! A value in the file and the way to it, and reading it as what it has to be.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::time::Duration;

use crate::duration::parse_duration;
use crate::problem::Problems;
use crate::template::Template;
use crate::yaml::{Content, Key, Node, Position, Scalar};

/// What is gathered while a suite is read.
#[derive(Default)]
pub(crate) struct Context {
    pub(crate) problems: Problems,
    /// Names used in templates since the last step.
    pub(crate) uses: Vec<Use>,
    /// The names that the suite declares as secrets.
    pub(crate) secrets: BTreeSet<String>,
}

/// A name in a template.
#[derive(Debug)]
pub(crate) struct Use {
    pub(crate) name: String,
    pub(crate) position: Position,
    pub(crate) path: String,
}

/// A value and the way to it.
#[derive(Clone, Debug)]
pub(crate) struct Place<'n> {
    pub(crate) node: &'n Node,
    pub(crate) path: String,
}

/// A mapping with known keys.
pub(crate) struct Fields<'n> {
    pub(crate) place: Place<'n>,
    entries: &'n [(Key, std::rc::Rc<Node>)],
}

impl<'n> Place<'n> {
    pub(crate) fn position(&self) -> Position {
        self.node.position
    }

    pub(crate) fn problem(&self, context: &mut Context, message: impl Into<String>) {
        context.problems.add(self.node.position, &self.path, message);
    }

    /// Reports that `what` has to be `wanted`.
    pub(crate) fn wrong(&self, context: &mut Context, what: &str, wanted: impl Display) {
        self.problem(context, format!("{what} has to be {wanted}, and this is {}", self.node.kind()));
    }

    /// A mapping, whatever its keys.
    pub(crate) fn entries(&self, context: &mut Context, what: &str) -> Option<Vec<(&'n Key, Place<'n>)>> {
        let Content::Mapping(entries) = &self.node.content else {
            self.wrong(context, what, "a mapping");
            return None;
        };
        Some(entries.iter().map(|(key, node)| (key, self.child(&key.text, node))).collect())
    }

    /// A mapping whose keys are known. Unknown ones are reported.
    pub(crate) fn fields(&self, context: &mut Context, what: &str, keys: &[&str]) -> Option<Fields<'n>> {
        let fields = self.open_fields(context, what)?;
        fields.refuse_others(context, what, keys);
        Some(fields)
    }

    /// The same, before it is clear which keys are known.
    pub(crate) fn open_fields(&self, context: &mut Context, what: &str) -> Option<Fields<'n>> {
        let Content::Mapping(entries) = &self.node.content else {
            self.wrong(context, what, "a mapping");
            return None;
        };
        Some(Fields { place: self.clone(), entries })
    }

    pub(crate) fn items(&self, context: &mut Context, what: &str) -> Option<Vec<Place<'n>>> {
        let Content::Sequence(nodes) = &self.node.content else {
            self.wrong(context, what, "a list");
            return None;
        };
        let place =
            |(index, node): (usize, &'n std::rc::Rc<Node>)| Place { node, path: format!("{}[{index}]", self.path) };
        Some(nodes.iter().enumerate().map(place).collect())
    }

    /// A text, number or boolean.
    pub(crate) fn scalar(&self, context: &mut Context, what: &str) -> Option<&'n Scalar> {
        match &self.node.content {
            Content::Scalar(scalar) if !scalar.is_null() => Some(scalar),
            _ => {
                self.wrong(context, what, "a text");
                None
            }
        }
    }

    /// A scalar as it is written.
    pub(crate) fn text(&self, context: &mut Context, what: &str) -> Option<&'n str> {
        self.scalar(context, what).map(|scalar| scalar.text.as_str())
    }

    /// A text with names in it, which are noted.
    pub(crate) fn template(&self, context: &mut Context, what: &str) -> Option<Template> {
        let text = self.text(context, what)?;
        self.template_of(context, text)
    }

    /// The same of a text that stands here.
    pub(crate) fn template_of(&self, context: &mut Context, text: &str) -> Option<Template> {
        match Template::parse(text) {
            Ok(template) => {
                let used =
                    |name: &str| Use { name: name.to_owned(), position: self.node.position, path: self.path.clone() };
                context.uses.extend(template.names().map(used));
                Some(template)
            }
            Err(error) => {
                self.problem(context, error.to_string());
                None
            }
        }
    }

    pub(crate) fn duration(&self, context: &mut Context, what: &str, at_least: Duration) -> Option<Duration> {
        let text = self.text(context, what)?;
        match parse_duration(text) {
            Ok(duration) if duration >= at_least => Some(duration),
            Ok(_) => {
                self.problem(context, format!("{what} has to be at least {}ms", at_least.as_millis()));
                None
            }
            Err(error) => {
                self.problem(context, format!("{what}: {error}"));
                None
            }
        }
    }

    /// A whole number from `least` to `most`.
    pub(crate) fn integer(&self, context: &mut Context, what: &str, (least, most): (usize, usize)) -> Option<usize> {
        let number = match &self.node.content {
            Content::Scalar(scalar) => scalar.value().as_u64().and_then(|number| usize::try_from(number).ok()),
            _ => None,
        };
        let number = number.filter(|number| (least..=most).contains(number));
        if number.is_none() {
            self.problem(context, format!("{what} has to be a whole number from {least} to {most}"));
        }
        number
    }

    pub(crate) fn boolean(&self, context: &mut Context, what: &str) -> Option<bool> {
        let value = match &self.node.content {
            Content::Scalar(scalar) => scalar.value().as_bool(),
            _ => None,
        };
        if value.is_none() {
            self.wrong(context, what, "true or false");
        }
        value
    }

    fn child(&self, key: &str, node: &'n Node) -> Self {
        let path = if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        Self { node, path }
    }
}

impl<'n> Fields<'n> {
    pub(crate) fn get(&self, key: &str) -> Option<Place<'n>> {
        let (key, node) = self.entries.iter().find(|(found, _)| found.text == key)?;
        Some(self.place.child(&key.text, node))
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|(found, _)| found.text == key)
    }

    /// A field that must be there.
    pub(crate) fn need(&self, context: &mut Context, what: &str, key: &str) -> Option<Place<'n>> {
        let field = self.get(key);
        if field.is_none() {
            self.place.problem(context, format!("{what} needs {key:?}"));
        }
        field
    }

    /// The one of `keys` that is there; anything but one is reported.
    pub(crate) fn one_of(&self, context: &mut Context, what: &str, keys: &[&'static str]) -> Option<&'static str> {
        let mut found =
            self.entries.iter().filter_map(|(key, _)| Some((key, *keys.iter().find(|wanted| **wanted == key.text)?)));
        let Some((_, first)) = found.next() else {
            self.place.problem(context, format!("{what} needs one of {}", keys.join(", ")));
            return None;
        };
        for (key, _) in found {
            let message = format!("{what} has both {first:?} and {:?}; one of them is allowed", key.text);
            context.problems.add(key.position, &self.place.path, message);
        }
        Some(first)
    }

    /// Reports the keys that are not in `keys`.
    pub(crate) fn refuse_others(&self, context: &mut Context, what: &str, keys: &[&str]) {
        for (key, _) in self.entries.iter().filter(|(key, _)| !keys.contains(&key.text.as_str())) {
            let hint = super::suggest::hint(&key.text, keys.iter().copied());
            context.problems.add(
                key.position,
                &self.place.path,
                format!("unknown key {:?} in {what}; {hint}", key.text),
            );
        }
    }
}
