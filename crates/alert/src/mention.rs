//! Whom Slack should call.

use serde::{Deserialize, Serialize};

/// Whom a Slack message calls. Written as `@here`, `@channel`, a user's id (`U012AB3CD`) or a user group's (`S012AB3CD`);
/// names do not work in Slack's API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Mention {
    /// Those in the channel who are there.
    Here,
    /// Everybody in the channel.
    Channel,
    /// A user, by id.
    User(UserId),
    /// A user group, by id.
    Group(GroupId),
}

/// The id of a user: checked, so that it cannot carry markup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserId(String);

/// The id of a user group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupId(String);

/// A text that names nobody whom Slack could call.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is nobody whom Slack can call: write @here, @channel, the id of a user (U012AB3CD) or of a user group (S012AB3CD)"
)]
pub struct MentionError(String);

impl Mention {
    /// As Slack's markup has it.
    pub(crate) fn markup(&self) -> String {
        match self {
            Self::Here => "<!here>".to_owned(),
            Self::Channel => "<!channel>".to_owned(),
            Self::User(UserId(id)) => format!("<@{id}>"),
            Self::Group(GroupId(id)) => format!("<!subteam^{id}>"),
        }
    }
}

impl std::str::FromStr for Mention {
    type Err = MentionError;

    fn from_str(text: &str) -> Result<Self, MentionError> {
        let text = text.trim();
        let id = text.to_owned();
        let is_id =
            (3..=30).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        match text {
            "@here" => Ok(Self::Here),
            "@channel" => Ok(Self::Channel),
            user if is_id && user.starts_with(['U', 'W']) => Ok(Self::User(UserId(id))),
            group if is_id && group.starts_with('S') => Ok(Self::Group(GroupId(id))),
            _ => Err(MentionError(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Mention {
    type Error = MentionError;

    fn try_from(text: String) -> Result<Self, MentionError> {
        text.parse()
    }
}

impl From<Mention> for String {
    fn from(mention: Mention) -> Self {
        match mention {
            Mention::Here => "@here".to_owned(),
            Mention::Channel => "@channel".to_owned(),
            Mention::User(UserId(id)) | Mention::Group(GroupId(id)) => id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whom_slack_can_call_is_taken() {
        for (text, expected) in [
            ("@here", "<!here>"),
            (" @channel ", "<!channel>"),
            ("U012AB3CD", "<@U012AB3CD>"),
            ("W012AB3CD", "<@W012AB3CD>"),
            ("S012AB3CD", "<!subteam^S012AB3CD>"),
        ] {
            let mention: Mention = text.parse().unwrap();
            assert_eq!(mention.markup(), expected);
            assert_eq!(String::from(mention), text.trim());
        }
    }

    #[test]
    fn everything_else_is_quoted_back() {
        for text in ["", "@jane", "jane", "C012AB3CD", "U012>|AB", "u012ab3cd", "<!channel>", "@everyone", "U"] {
            let error = text.parse::<Mention>().unwrap_err().to_string();
            assert!(error.starts_with(&format!("{text:?} is nobody whom Slack can call")), "{error}");
        }
    }
}
