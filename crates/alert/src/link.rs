//! Where to look.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::{Deserialize, Serialize};

/// What would end an address in Slack's markup or in a text, or call somebody there. What is not ASCII is encoded as well.
const ENCODED: &AsciiSet = &CONTROLS.add(b' ').add(b'<').add(b'>').add(b'|').add(b'"').add(b'`').add(b'\\').add(b'@');

/// A page to look at. Only `http` and `https` addresses are rendered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// What it leads to.
    pub kind: LinkKind,
    /// Its address.
    pub url: String,
}

/// What a link leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// The pipeline's execution.
    Execution,
    /// The log of a build or of a function.
    Log,
    /// The commit.
    Commit,
    /// The deployment.
    Deployment,
    /// The report of the smoke test.
    SmokeReport,
    /// The alarm.
    Alarm,
    /// Where to approve or reject.
    Approval,
    /// Something else, by its label.
    Other(String),
}

impl Link {
    /// A link.
    #[must_use]
    pub fn new(kind: LinkKind, url: impl Into<String>) -> Self {
        Self { kind, url: url.into() }
    }

    pub(crate) fn label(&self) -> &str {
        match &self.kind {
            LinkKind::Execution => "Execution",
            LinkKind::Log => "Log",
            LinkKind::Commit => "Commit",
            LinkKind::Deployment => "Deployment",
            LinkKind::SmokeReport => "Smoke report",
            LinkKind::Alarm => "Alarm",
            LinkKind::Approval => "Approve or reject",
            LinkKind::Other(label) => label,
        }
    }

    /// The address, when it is one that a person can follow: a web address, no longer than `limit` characters.
    pub(crate) fn address(&self, limit: usize) -> Option<String> {
        web_address(&self.url, limit)
    }
}

/// `url` in ASCII and with the characters encoded that mean something to Slack; nothing when it is no web address or too
/// long, because half an address leads nowhere.
pub(crate) fn web_address(url: &str, limit: usize) -> Option<String> {
    let url = url.trim();
    let is_web = ["https://", "http://"].iter().any(|scheme| url.starts_with(scheme));
    if !is_web || url.chars().any(char::is_control) {
        return None;
    }
    let encoded = utf8_percent_encode(url, ENCODED).to_string();
    (encoded.len() <= limit).then_some(encoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_web_addresses_are_links() {
        for (url, expected) in [
            ("https://example.com/a?b=1&c=2#d", Some("https://example.com/a?b=1&c=2#d")),
            (" http://example.com ", Some("http://example.com")),
            ("https://e.com/<ID>|x y", Some("https://e.com/%3CID%3E%7Cx%20y")),
            ("https://e.com/`\\\"", Some("https://e.com/%60%5C%22")),
            ("https://e.com/@here", Some("https://e.com/%40here")),
            ("https://e.com/ä", Some("https://e.com/%C3%A4")),
            ("https://e.com/a\nb", None),
            ("javascript:alert(1)", None),
            ("mailto:a@example.com", None),
            ("", None),
            ("https://example.com/this-is-longer-than-the-forty-allowed", None),
        ] {
            assert_eq!(web_address(url, 40).as_deref(), expected, "{url:?}");
        }
    }
}
