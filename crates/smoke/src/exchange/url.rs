//! Where one request goes.

use std::borrow::Cow;
use std::fmt;

use http::Uri;
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_encode, utf8_percent_encode};

use super::{BaseUrl, Origin};

/// Everything that has a meaning in a path or a query: a value must stay inside the segment it was put into.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What must not stand in a request line as it is.
const LITERAL: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'{').add(b'}').add(b'\\').add(b'^').add(b'|');

/// A full URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Url {
    pub(crate) origin: Origin,
    /// Path and query, beginning with a slash.
    pub(crate) target: String,
}

/// A value for a path or a query.
pub(crate) fn encode_value(value: &str) -> Cow<'_, str> {
    utf8_percent_encode(value, VALUE).into()
}

/// A path or query as a person wrote it: what is encoded stays, and what has to be is encoded.
pub(crate) fn encode_literal(text: &str) -> Cow<'_, str> {
    utf8_percent_encode(text, LITERAL).into()
}

impl Url {
    /// A path, beginning with a slash, joined to the base URL.
    pub(crate) fn under(base: &BaseUrl, target: &str) -> Self {
        Self { origin: base.origin.clone(), target: format!("{}{target}", base.path) }
    }

    /// Reads a full URL.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.split('#').next().unwrap_or_default();
        let uri: Uri = encode_literal(text).parse().map_err(|_| "is not a URL")?;
        let origin = Origin::of(&uri)?;
        let target = uri.path_and_query().map_or("/", |target| target.as_str());
        let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
        Ok(Self { origin, target })
    }

    /// The URL that a `location` header means, seen from here (RFC 3986, section 5.2).
    pub(crate) fn join(&self, location: &[u8]) -> Result<Self, &'static str> {
        let encoded = percent_encode(location, LITERAL).to_string();
        let reference = encoded.split('#').next().unwrap_or_default().trim();
        let scheme = reference.find(':').filter(|end| !reference[..*end].contains(['/', '?']));
        if scheme.is_some() {
            return Self::parse(reference);
        }
        if reference.starts_with("//") {
            let scheme = if self.origin.https { "https:" } else { "http:" };
            return Self::parse(&format!("{scheme}{reference}"));
        }
        let (own_path, _) = split_query(&self.target);
        let target = match reference.chars().next() {
            None => self.target.clone(),
            Some('?') => format!("{own_path}{reference}"),
            Some('/') => without_dots(reference),
            Some(_) => {
                let folder = own_path.rfind('/').map_or("/", |end| &own_path[..=end]);
                without_dots(&format!("{folder}{reference}"))
            }
        };
        Ok(Self { origin: self.origin.clone(), target })
    }

    /// The path without the query.
    pub(crate) fn path(&self) -> &str {
        split_query(&self.target).0
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.target)
    }
}

fn split_query(target: &str) -> (&str, &str) {
    target.find('?').map_or((target, ""), |at| target.split_at(at))
}

fn without_dots(target: &str) -> String {
    let (path, query) = split_query(target);
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            "." if !last => {}
            "." => kept.push(""),
            ".." => {
                kept.pop();
                if last {
                    kept.push("");
                }
            }
            segment => kept.push(segment),
        }
    }
    format!("/{}{query}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_to_the_base() {
        for (base, path, expected) in [
            ("https://x.example", "/", "https://x.example/"),
            ("https://x.example/stage/", "/api?a=1", "https://x.example/stage/api?a=1"),
        ] {
            assert_eq!(Url::under(&base.parse().unwrap(), path).to_string(), expected);
        }
    }

    #[test]
    fn locations_are_resolved() {
        let here = Url::parse("http://x.example:8080/a/b/c?q=1").unwrap();
        for (location, expected) in [
            ("/cart", Ok("http://x.example:8080/cart")),
            ("/a/../b/./c/..", Ok("http://x.example:8080/b/")),
            ("d", Ok("http://x.example:8080/a/b/d")),
            ("../d?e=/../f", Ok("http://x.example:8080/a/d?e=/../f")),
            ("../../../../d", Ok("http://x.example:8080/d")),
            ("?p=2", Ok("http://x.example:8080/a/b/c?p=2")),
            ("", Ok("http://x.example:8080/a/b/c?q=1")),
            ("#top", Ok("http://x.example:8080/a/b/c?q=1")),
            ("//y.example/z", Ok("http://y.example/z")),
            ("https://Y.example", Ok("https://y.example/")),
            ("https://y.example?q", Ok("https://y.example/?q")),
            ("/suche?q=schöner tag", Ok("http://x.example:8080/suche?q=sch%C3%B6ner%20tag")),
            ("https://user:p@y.example/", Err("has credentials")),
            ("javascript:alert(1)", Err("")),
            ("http://", Err("is not a URL")),
        ] {
            let joined = here.join(location.as_bytes()).map(|url| url.to_string());
            match (joined, expected) {
                (Ok(joined), Ok(expected)) => assert_eq!(joined, expected, "{location}"),
                (Err(error), Err(expected)) => assert!(error.contains(expected), "{location}: {error}"),
                (joined, _) => panic!("{location}: {joined:?}"),
            }
        }
    }

    #[test]
    fn a_value_stays_in_its_segment() {
        for (value, expected) in
            [("SKU-1001", "SKU-1001"), ("../x?y=1&z", "..%2Fx%3Fy%3D1%26z"), ("ü\r\n", "%C3%BC%0D%0A")]
        {
            assert_eq!(encode_value(value), expected);
        }
        assert_eq!(encode_literal("/a%20b/ü?x=[1]&y=a b"), "/a%20b/%C3%BC?x=[1]&y=a%20b");
    }
}
