//! Keeping secrets out of whatever is said about a run.
//!
//! A site may answer with a secret as it is, percent-encoded, escaped for JSON or HTML, or in base64. A text is searched
//! for all of them.

mod notation;

use std::borrow::Cow;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use notation::Notation;

/// What stands in a secret's place.
const REDACTED: &str = "[redacted]";

/// Shorter texts cannot be hidden: taking them out would garble every report.
pub(crate) const SHORTEST_SECRET: usize = 4;

/// Base64 of a part of a secret that is shorter than this could be any word.
const SHORTEST_PART: usize = 8;

/// The secrets of a run; captured ones come while it runs.
#[derive(Default)]
pub(crate) struct Redactor {
    /// Longest first, so that no end of a longer secret stays.
    needles: Mutex<Vec<Needle>>,
}

#[derive(PartialEq)]
struct Needle {
    bytes: Vec<u8>,
    base64: bool,
}

impl Redactor {
    pub(crate) fn hide(&self, secret: &str) {
        let mut needles = self.needles.lock().unwrap_or_else(PoisonError::into_inner);
        // A line break at the end of a secret is often there by accident, and lost on the way.
        for secret in [secret, secret.trim()].into_iter().filter(|secret| secret.chars().count() >= SHORTEST_SECRET) {
            let plain = Needle { bytes: secret.as_bytes().to_owned(), base64: false };
            let encoded = base64_forms(secret).map(|form| Needle { bytes: form.into_bytes(), base64: true });
            for needle in std::iter::once(plain).chain(encoded) {
                if !needles.contains(&needle) {
                    needles.push(needle);
                }
            }
        }
        needles.sort_by_key(|needle| std::cmp::Reverse(needle.bytes.len()));
    }

    /// The text without secrets.
    pub(crate) fn apply(&self, text: &str) -> String {
        self.apply_to_start(text, usize::MAX)
    }

    /// The text without secrets, in at most `limit` characters. Control characters but line breaks become spaces.
    pub(crate) fn excerpt(&self, text: &str, limit: usize) -> String {
        // One character more shows that there is more. Only as much is searched as will be seen: a body may be large.
        let text = self.apply_to_start(text.trim(), limit.saturating_add(1));
        let text: String = text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect();
        shorten(&text, limit).into_owned()
    }

    /// The text without secrets, up to the one or the other with which it has at least `limit` characters.
    fn apply_to_start(&self, text: &str, limit: usize) -> String {
        let needles = self.needles.lock().unwrap_or_else(PoisonError::into_inner);
        let mut kept = String::new();
        let mut count = 0;
        let mut rest = text;
        while let Some(next) = rest.chars().next().filter(|_| count < limit) {
            let found = needles.iter().find_map(|needle| needle.length_in(rest.as_bytes()));
            // A secret ends with a whole character or an escape of ASCII, so that the rest is a text again.
            if let Some(after) = found.and_then(|length| rest.get(length..)) {
                kept.push_str(REDACTED);
                count += REDACTED.len();
                rest = after;
            } else {
                kept.push(next);
                count += 1;
                rest = &rest[next.len_utf8()..];
            }
        }
        kept
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// At most `limit` characters; what is cut ends with `…`.
pub(crate) fn shorten(text: &str, limit: usize) -> Cow<'_, str> {
    if text.chars().nth(limit).is_none() {
        return Cow::Borrowed(text);
    }
    let kept: String = text.chars().take(limit.saturating_sub(1)).collect();
    Cow::Owned(if limit == 0 { kept } else { kept + "…" })
}

impl Needle {
    /// Bytes that the secret takes at the beginning of `text`, if it stands there.
    fn length_in(&self, text: &[u8]) -> Option<usize> {
        let mut length = Notation::ALL.iter().find_map(|notation| self.length_as(*notation, text))?;
        if self.base64 {
            while let Some(unit) = Notation::Percent.first(&text[length..])
                && unit.bytes() == b"="
            {
                length += unit.length;
            }
        }
        Some(length)
    }

    fn length_as(&self, notation: Notation, text: &[u8]) -> Option<usize> {
        let mut length = 0;
        let mut rest = self.bytes.as_slice();
        while !rest.is_empty() {
            let unit = notation.first(&text[length..])?;
            rest = rest.strip_prefix(unit.bytes())?;
            length += unit.length;
        }
        Some(length)
    }
}

/// A secret alone, and as a part of a longer text (`user:secret`), which shifts it by up to two bytes.
fn base64_forms(secret: &str) -> impl Iterator<Item = String> {
    [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD].into_iter().flat_map(move |engine| {
        let parts = [0, 1, 2].map(|shift| {
            let bytes = [&[0; 2][..shift], secret.as_bytes()].concat();
            let text = engine.encode(&bytes);
            // Without the characters that also carry bits of what stands before or behind.
            text.get((shift * 8).div_ceil(6)..bytes.len() * 8 / 6).unwrap_or_default().to_owned()
        });
        let parts = parts.into_iter().filter(|part| part.len() >= SHORTEST_PART);
        std::iter::once(engine.encode(secret)).chain(parts)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn redactor(secrets: &[&str]) -> Redactor {
        let redactor = Redactor::default();
        for secret in secrets {
            redactor.hide(secret);
        }
        redactor
    }

    #[test]
    fn every_notation_is_found() {
        let redactor =
            redactor(&["c0rrect/horse+battery=staple", "a\"b\\ü &<", "pass", "passphrase", "abc", "multiline\n"]);
        for (text, expected) in [
            ("", ""),
            ("nothing here", "nothing here"),
            ("x c0rrect/horse+battery=staple y", "x [redacted] y"),
            ("c0rrect%2Fhorse%2Bbattery%3Dstaple", "[redacted]"),
            ("c0rrect%2fhorse%2bbattery=staple", "[redacted]"),
            ("YzBycmVjdC9ob3JzZStiYXR0ZXJ5PXN0YXBsZQ==.", "[redacted]."),
            ("YzBycmVjdC9ob3JzZStiYXR0ZXJ5PXN0YXBsZQ%3D%3D", "[redacted]"),
            (r#""c0rrect\/horse+battery=staple""#, r#""[redacted]""#),
            (r#"{"k":"a\"b\\ü &<"}"#, r#"{"k":"[redacted]"}"#),
            (r#"{"k":"a\"b\\\u00fc \u0026\u003c"}"#, r#"{"k":"[redacted]"}"#),
            ("a%22b%5C%C3%BC+%26%3C", "[redacted]"),
            ("a&quot;b\\ü &amp;&lt;", "[redacted]"),
            ("a&#34;b&#x5C;&#252; &#38;&lt;", "[redacted]"),
            ("passphrase passion", "[redacted] [redacted]ion"),
            ("multiline", "[redacted]"),
            ("abc is too short to be hidden", "abc is too short to be hidden"),
        ] {
            assert_eq!(redactor.apply(text), expected, "{text}");
        }
    }

    #[test]
    fn a_secret_inside_base64_is_found() {
        let redactor = redactor(&["correct horse"]);
        for before in ["", "a:", "ab:", "abc:"] {
            let encoded = STANDARD_NO_PAD.encode(format!("{before}correct horse!"));
            assert!(redactor.apply(&encoded).contains(REDACTED), "{before}: {encoded}");
        }
    }

    #[test]
    fn an_excerpt_is_cut_after_it_is_redacted() {
        let redactor = redactor(&["secret-token"]);
        for (text, limit, expected) in [
            ("  äöü\t1 ", 10, "äöü 1"),
            ("äöüß", 4, "äöüß"),
            ("äöüßx", 4, "äöü…"),
            ("secret-token and more", 10, "[redacted…"),
            ("1234567 secret-token", 12, "1234567 [re…"),
            ("x", 0, ""),
        ] {
            assert_eq!(redactor.excerpt(text, limit), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_secret_is_never_left_over(secret in "\\PC{4,12}", before in "\\PC{0,20}", after in "\\PC{0,20}") {
            let redactor = redactor(&[&secret]);
            let text = redactor.apply(&format!("{before}{secret}{after}"));
            prop_assert!(!text.replace(REDACTED, "\u{0}").contains(&secret), "{}", text);
        }

        #[test]
        fn any_text_is_searched(text in "[%&#\\\\;ux0-9a-fq=+ü]{0,60}") {
            redactor(&["%\\&#;u00fc", "0000"]).apply(&text);
        }
    }
}
