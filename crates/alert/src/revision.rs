//! Whose change it is.

use serde::{Deserialize, Serialize};

/// A version of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Revision {
    /// A commit's id, an object's version, an image's digest.
    pub id: String,
    /// The commit's message; its first line is shown.
    pub message: Option<String>,
    /// Who made it.
    pub author: Option<String>,
    /// Where it can be seen.
    pub url: Option<String>,
    /// The branch or tag.
    pub branch: Option<String>,
}

impl Revision {
    /// The id as people say it: seven digits of a commit, the beginning of anything else that is long.
    pub(crate) fn short(&self) -> String {
        let id = crate::clean::one_line(&self.id);
        let bare = id.strip_prefix("sha256:").unwrap_or(&id);
        if bare.len() >= 40 && bare.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return bare.chars().take(7).collect();
        }
        crate::clean::within(bare, 12)
    }

    /// The first line of the message.
    pub(crate) fn title(&self) -> Option<String> {
        let message = self.message.as_deref()?;
        let first = message.lines().map(crate::clean::one_line).find(|line| !line.is_empty())?;
        Some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_as_short_as_people_say_it() {
        for (id, expected) in [
            ("8cf40f2f5f0d4d7b9c8d1a2b3c4d5e6f708192a3", "8cf40f2"),
            ("sha256:8cf40f2f5f0d4d7b9c8d1a2b3c4d5e6f708192a38cf40f2f5f0d4d7b9c8d1a2b", "8cf40f2"),
            ("8cf40fEXAMPLE", "8cf40fEXAMP…"),
            ("L4kqtJlcpXroDTDmpUMLUo", "L4kqtJlcpXr…"),
            ("v1.2", "v1.2"),
            ("", ""),
        ] {
            assert_eq!(Revision { id: id.to_owned(), ..Revision::default() }.short(), expected);
        }
    }

    #[test]
    fn the_first_line_with_words_is_the_title() {
        for (message, expected) in
            [("Fix it\n\nLong story", Some("Fix it")), ("\n  Fix\tit  \n", Some("Fix it")), ("\n \n", None), ("", None)]
        {
            let revision = Revision { message: Some(message.to_owned()), ..Revision::default() };
            assert_eq!(revision.title().as_deref(), expected);
        }
    }
}
