//! Words with quotes, escapes and variables.

use std::collections::BTreeMap;

/// The words of a text with their variables replaced. `$NAME`, `${NAME}`, `${NAME:-otherwise}` and `${NAME:+instead}` are
/// what Docker replaces; a variable that is not set is empty, and nothing is replaced between single quotes.
pub(super) fn words(text: &str, variables: &BTreeMap<String, String>) -> Result<Vec<String>, String> {
    let mut reader = Reader { rest: text, variables };
    let mut words = Vec::new();
    loop {
        reader.rest = reader.rest.trim_start();
        if reader.rest.is_empty() {
            return Ok(words);
        }
        words.push(reader.word()?);
    }
}

struct Reader<'t> {
    rest: &'t str,
    variables: &'t BTreeMap<String, String>,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let next = self.rest.chars().next()?;
        self.rest = &self.rest[next.len_utf8()..];
        Some(next)
    }

    fn word(&mut self) -> Result<String, String> {
        let mut word = String::new();
        let mut quote = None;
        while let Some(next) = self.next() {
            match (next, quote) {
                (space, None) if space.is_whitespace() => return Ok(word),
                ('\'' | '"', None) => quote = Some(next),
                (end, Some(open)) if end == open => quote = None,
                // Between double quotes a backslash escapes what is special there, and stays otherwise.
                ('\\', Some('"')) if !self.rest.starts_with(['"', '$', '\\']) => word.push('\\'),
                ('\\', None | Some('"')) => word.extend(self.next()),
                ('$', None | Some('"')) => word.push_str(&self.variable()?),
                (other, _) => word.push(other),
            }
        }
        match quote {
            Some(open) => Err(format!("the quote {open} is not closed")),
            None => Ok(word),
        }
    }

    /// The value of the variable whose name follows the dollar sign.
    fn variable(&mut self) -> Result<String, String> {
        let value = |name: &str| self.variables.get(name).cloned().unwrap_or_default();
        let Some(braced) = self.rest.strip_prefix('{') else {
            let end = self.rest.find(|c: char| !is_name(c)).unwrap_or(self.rest.len());
            let (name, rest) = self.rest.split_at(end);
            let value = if name.is_empty() { "$".to_owned() } else { value(name) };
            self.rest = rest;
            return Ok(value);
        };
        let (inside, rest) = braced.split_once('}').ok_or_else(|| format!("${} is not closed", self.rest))?;
        let end = inside.find(|c: char| !is_name(c)).unwrap_or(inside.len());
        let (name, operation) = inside.split_at(end);
        let value = value(name);
        let result = match (operation.get(..2), operation.get(2..)) {
            _ if operation.is_empty() && !name.is_empty() => value,
            (Some(":-"), Some(otherwise)) if plain(otherwise) => {
                if value.is_empty() {
                    otherwise.to_owned()
                } else {
                    value
                }
            }
            (Some(":+"), Some(instead)) if plain(instead) => {
                if value.is_empty() {
                    value
                } else {
                    instead.to_owned()
                }
            }
            _ => return Err(format!("${{{inside}}}: write ${{NAME}}, ${{NAME:-word}} or ${{NAME:+word}}")),
        };
        self.rest = rest;
        Ok(result)
    }
}

fn is_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

/// Variables and quotes inside an operation's word are not taken apart.
fn plain(word: &str) -> bool {
    !word.contains(['$', '"', '\'', '\\', '{'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables() -> BTreeMap<String, String> {
        [("A", "1"), ("PATH_", "/bin"), ("EMPTY", ""), ("SPACE", "a b")]
            .map(|(n, v)| (n.to_owned(), v.to_owned()))
            .into()
    }

    #[test]
    fn words_are_split_and_filled_in() {
        for (text, expected) in [
            ("", &[][..]),
            ("  a  b\tc ", &["a", "b", "c"]),
            ("$A ${A} x${A}y $A/z", &["1", "1", "x1y", "1/z"]),
            ("$NONE- $ a$", &["-", "$", "a$"]),
            ("${NONE:-d} ${A:-d} ${EMPTY:-d} ${A:+d} ${NONE:+d}e", &["d", "1", "d", "d", "e"]),
            ("\"a $A\" 'a $A' \"\" b'c'\"d\"", &["a 1", "a $A", "", "bcd"]),
            ("\\$A a\\ b \"\\$A \\\" \\n\"", &["$A", "a b", "$A \" \\n"]),
            ("$SPACE", &["a b"]),
            ("$PATH_:x", &["/bin:x"]),
        ] {
            assert_eq!(words(text, &variables()).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for (text, expected) in [
            ("'a", "the quote ' is not closed"),
            ("a\"b", "the quote \" is not closed"),
            ("${A", "${A is not closed"),
            ("${}", "${}: write"),
            ("${A%x}", "${A%x}: write"),
            ("${A:?x}", "${A:?x}: write"),
            ("${A:-$B}", "${A:-$B}: write"),
        ] {
            assert_eq!(words(text, &variables()).map_err(|error| error.contains(expected)), Err(true), "{text}");
        }
    }
}
