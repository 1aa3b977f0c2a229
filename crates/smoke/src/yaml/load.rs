//! From text to nodes, within limits that no file can talk its way around.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};

use super::{Content, Key, Node, Position, Scalar};
use crate::problem::Problems;

/// Collections within collections. The format itself needs seven; JSON bodies may go deeper.
const DEPTH_LIMIT: usize = 64;

/// Values of one file, aliases counted with all that they stand for.
const SIZE_LIMIT: usize = 100_000;

/// Reads the one document of `text`. What cannot be read is added to `problems`; with nothing to go on, the result is
/// `None`.
pub(crate) fn load(text: &str, problems: &mut Problems) -> Option<Rc<Node>> {
    // Editors on Windows put a byte order mark first, which would otherwise shift the first line's columns.
    let mut parser = Parser::new_from_str(text.strip_prefix('\u{feff}').unwrap_or(text));
    let mut loader = Loader::default();
    while let Some(event) = parser.next_event() {
        let read = match event {
            Ok((event, span)) => loader.take(event, span, problems),
            Err(error) => Err((position(*error.marker()), format!("this is not YAML: {}", error.info()))),
        };
        if let Err((position, message)) = read {
            problems.add(position, "", message);
            return None;
        }
    }
    loader.root
}

#[derive(Default)]
struct Loader {
    open: Vec<Open>,
    anchors: HashMap<usize, Rc<Node>>,
    documents: usize,
    size: usize,
    root: Option<Rc<Node>>,
}

/// A collection that is not at its end yet.
struct Open {
    position: Position,
    anchor: usize,
    items: Items,
}

enum Items {
    Sequence(Vec<Rc<Node>>),
    Mapping { entries: Vec<(Key, Rc<Node>)>, seen: HashSet<String>, key: Waiting },
}

/// What a mapping waits for.
enum Waiting {
    Key,
    Value(Key),
    /// The value of a key that is wrong and was reported.
    NoValue,
}

type Step = Result<(), (Position, String)>;

impl Loader {
    fn take(&mut self, event: Event<'_>, span: Span, problems: &mut Problems) -> Step {
        let at = position(span.start);
        match event {
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err((at, "a second document begins here; a suite is one document".to_owned()));
                }
                Ok(())
            }
            Event::Scalar(text, style, anchor, tag) => {
                let plain = match tag.as_deref() {
                    None => style == ScalarStyle::Plain,
                    Some(tag) => plain_by_tag(tag, style).map_err(|message| (at, message))?,
                };
                let scalar = Scalar { text: text.into_owned(), plain };
                self.place(
                    Node { position: at, content: Content::Scalar(scalar), size: 1, height: 0 },
                    anchor,
                    problems,
                )
            }
            Event::SequenceStart(anchor, tag) => self.begin(at, anchor, tag.as_deref(), Items::Sequence(Vec::new())),
            Event::MappingStart(anchor, tag) => {
                let items = Items::Mapping { entries: Vec::new(), seen: HashSet::new(), key: Waiting::Key };
                self.begin(at, anchor, tag.as_deref(), items)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(problems),
            Event::Alias(anchor) => match self.anchors.get(&anchor).cloned() {
                Some(node) => self.attach(at, node, problems),
                None => Err((at, "an alias stands for a value that contains it".to_owned())),
            },
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
        }
    }

    fn begin(&mut self, position: Position, anchor: usize, tag: Option<&Tag>, items: Items) -> Step {
        if let Some(tag) = tag
            && !(tag.is_yaml_core_schema() && matches!(tag.suffix.as_str(), "map" | "seq"))
        {
            return Err((position, unknown_tag(tag)));
        }
        self.open.push(Open { position, anchor, items });
        self.check_depth(position, 0)
    }

    fn end(&mut self, problems: &mut Problems) -> Step {
        let Some(Open { position, anchor, items }) = self.open.pop() else {
            return Ok(());
        };
        let (content, size, height) = match items {
            Items::Sequence(nodes) => {
                let (size, height) = measure(nodes.iter());
                (Content::Sequence(nodes), size, height)
            }
            Items::Mapping { entries, .. } => {
                let (size, height) = measure(entries.iter().map(|(_, node)| node));
                (Content::Mapping(entries), size, height)
            }
        };
        self.place(Node { position, content, size, height }, anchor, problems)
    }

    fn place(&mut self, node: Node, anchor: usize, problems: &mut Problems) -> Step {
        let node = Rc::new(node);
        if anchor > 0 {
            self.anchors.insert(anchor, Rc::clone(&node));
        }
        self.attach(node.position, node, problems)
    }

    fn attach(&mut self, at: Position, node: Rc<Node>, problems: &mut Problems) -> Step {
        self.check_depth(at, node.height)?;
        // A collection's own values were counted when they were attached; only an alias brings them again.
        self.size += if at == node.position { 1 } else { node.size };
        if self.size > SIZE_LIMIT {
            return Err((at, format!("the suite has more than {SIZE_LIMIT} values, what aliases stand for counted")));
        }
        match self.open.last_mut().map(|open| &mut open.items) {
            None => self.root = Some(node),
            Some(Items::Sequence(nodes)) => nodes.push(node),
            Some(Items::Mapping { entries, seen, key }) => match std::mem::replace(key, Waiting::Key) {
                Waiting::Key => *key = self::key(at, &node, seen, problems),
                Waiting::Value(name) => entries.push((name, node)),
                Waiting::NoValue => {}
            },
        }
        Ok(())
    }

    fn check_depth(&self, at: Position, more: usize) -> Step {
        if self.open.len() + more > DEPTH_LIMIT {
            return Err((at, format!("lists and mappings are nested more than {DEPTH_LIMIT} deep")));
        }
        Ok(())
    }
}

fn key(at: Position, node: &Node, seen: &mut HashSet<String>, problems: &mut Problems) -> Waiting {
    let Content::Scalar(scalar) = &node.content else {
        problems.add(at, "", format!("a key has to be a text, and this is {}", node.kind()));
        return Waiting::NoValue;
    };
    if scalar.plain && scalar.text == "<<" {
        problems.add(at, "", "merge keys (\"<<\") are not part of YAML 1.2; write the keys out or use defaults");
        return Waiting::NoValue;
    }
    if !seen.insert(scalar.text.clone()) {
        problems.add(at, "", format!("the key {:?} stands here a second time", scalar.text));
        return Waiting::NoValue;
    }
    Waiting::Value(Key { position: at, text: scalar.text.clone() })
}

fn measure<'a>(nodes: impl Iterator<Item = &'a Rc<Node>>) -> (usize, usize) {
    let (size, height) =
        nodes.fold((1_usize, 0), |(size, height), node| (size.saturating_add(node.size), height.max(node.height)));
    (size, height + 1)
}

/// `!!str` makes a text of what looks like something else; every other type is written as it is.
fn plain_by_tag(tag: &Tag, style: ScalarStyle) -> Result<bool, String> {
    match tag.suffix.as_str() {
        "str" if tag.is_yaml_core_schema() => Ok(false),
        "int" | "float" | "bool" | "null" if tag.is_yaml_core_schema() && style == ScalarStyle::Plain => Ok(true),
        _ => Err(unknown_tag(tag)),
    }
}

fn unknown_tag(tag: &Tag) -> String {
    format!("the tag {:?} has no meaning in a suite; remove it", format!("{}{}", tag.handle, tag.suffix))
}

fn position(marker: saphyr_parser::Marker) -> Position {
    Position { line: marker.line().max(1), column: marker.col() + 1 }
}

#[cfg(test)]
#[path = "load_tests.rs"]
mod tests;
