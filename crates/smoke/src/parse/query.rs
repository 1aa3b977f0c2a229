//! JSONPath (RFC 9535).

use serde_json_path::JsonPath;

use super::place::Context;
use crate::suite::Query;
use crate::template::Template;
use crate::yaml::Position;

/// Characters of one path.
const LENGTH_LIMIT: usize = 500;

/// Brackets within brackets: the library's parser calls itself for each, and tries several readings.
const DEPTH_LIMIT: usize = 6;

/// A path that stands at `position`.
pub(super) fn read(context: &mut Context, text: &str, position: Position, place: &str) -> Option<Query> {
    let mut problem = |message: String| context.problems.add(position, place, message);
    if Template::parse(text).is_ok_and(|template| template.has_names()) {
        problem("templates are not filled in in a JSONPath; compare with a matcher instead".to_owned());
        return None;
    }
    let shape = Shape::of(text);
    if text.chars().count() > LENGTH_LIMIT || shape.depth > DEPTH_LIMIT {
        problem(format!(
            "the JSONPath has more than {LENGTH_LIMIT} characters or {DEPTH_LIMIT} brackets within brackets"
        ));
        return None;
    }
    match JsonPath::parse(text) {
        Ok(path) => Some(Query { text: text.to_owned(), path, singular: shape.singular }),
        Err(error) => {
            let hint = if text.starts_with('$') { "" } else { "; it begins with \"$\", such as $.items[0].id" };
            problem(format!("{text:?} is not a JSONPath (character {}){hint}", error.position() + 1));
            None
        }
    }
}

/// What can be seen of a path without parsing it.
struct Shape {
    depth: usize,
    singular: bool,
}

impl Shape {
    fn of(text: &str) -> Self {
        let (mut depth, mut deepest, mut singular) = (0_usize, 0, true);
        let mut quote = None;
        let mut characters = text.chars().peekable();
        while let Some(c) = characters.next() {
            match (quote, c) {
                (Some(_), '\\') => drop(characters.next()),
                (Some(open), c) if c == open => quote = None,
                (None, '\'' | '"') => quote = Some(c),
                (None, '[' | '(') => {
                    depth += 1;
                    deepest = deepest.max(depth);
                }
                (None, ']' | ')') => depth = depth.saturating_sub(1),
                (None, '*' | '?' | ':' | ',') => singular = false,
                (None, '.') if characters.peek() == Some(&'.') => singular = false,
                _ => {}
            }
        }
        Self { depth: deepest, singular }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Result<bool, String> {
        let mut context = Context::default();
        let query = read(&mut context, text, Position { line: 3, column: 4 }, "p");
        query.map(|query| query.singular).ok_or_else(|| context.problems.into_errors("f").to_string())
    }

    #[test]
    fn paths_to_one_value_are_told_from_paths_to_many() {
        for (text, singular) in [
            ("$", true),
            ("$.a.b", true),
            ("$['a, *']['b\\'?'][0][-1]", true),
            ("$.items[*].id", false),
            ("$.*", false),
            ("$..id", false),
            ("$[0,1]", false),
            ("$[1:3]", false),
            ("$[?@.sku == 'x'].n", false),
            ("$[?match(@.a, 'x.*')]", false),
        ] {
            assert_eq!(parse(text), Ok(singular), "{text}");
        }
    }

    #[test]
    fn what_is_no_path_is_told() {
        let nested = format!("$[?{}@.a{}]", "(".repeat(30), ")".repeat(30));
        for (text, expected) in [
            ("items", "f:3:4: \"items\" is not a JSONPath (character 1); it begins with \"$\""),
            ("$.items[", "is not a JSONPath (character"),
            ("$.a.{{b}}", "templates are not filled in in a JSONPath"),
            ("$[?match(@.a)]", "is not a JSONPath"),
            ("", "is not a JSONPath"),
            (&nested, "brackets within brackets"),
            (&format!("$.{}", "a".repeat(500)), "more than 500 characters"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    proptest! {
        #[test]
        fn any_path_is_read_or_refused(text in "\\PC{0,60}") {
            let _: Result<bool, String> = parse(&text);
        }

        #[test]
        fn any_mixture_of_its_signs_is_read_or_refused(text in "\\$[\\[\\]().?@!&|=<>*:,'\"\\\\a0-9 -]{0,40}") {
            let _: Result<bool, String> = parse(&text);
        }
    }
}
