//! Keeping secrets out of whatever is said about the work.

use std::fmt;
use std::sync::{Mutex, PoisonError};

const REDACTED: &str = "[redacted]";

/// Shorter texts are no secrets, and taking them out would garble every message.
const SHORTEST_SECRET: usize = 4;

/// The values that must not appear in an answer, a report or a log line.
#[derive(Default)]
pub struct Redaction {
    secrets: Mutex<Vec<String>>,
}

impl Redaction {
    /// Takes `secret` out of every text from now on, unless it is too short to be one.
    pub fn hide(&self, secret: &str) {
        if secret.len() < SHORTEST_SECRET {
            return;
        }
        let mut secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        secrets.push(secret.to_owned());
        // A secret that contains another goes first, so that no end of it stays.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    }

    /// `text` without the secrets.
    #[must_use]
    pub fn apply(&self, text: &str) -> String {
        let secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), REDACTED))
    }
}

impl fmt::Debug for Redaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_does_not_appear() {
        let redaction = Redaction::default();
        for secret in ["pass", "password", "", "a"] {
            redaction.hide(secret);
        }
        for (text, expected) in [
            ("the password is a pass", "the [redacted] is a [redacted]"),
            ("nothing to hide", "nothing to hide"),
            ("", ""),
        ] {
            assert_eq!(redaction.apply(text), expected);
        }
        assert_eq!(format!("{redaction:?}"), "[redacted]");
    }
}
