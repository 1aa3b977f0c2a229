//! What Slack knows us by.

use std::fmt;

use http::{HeaderValue, Uri};
use serde::Deserialize;

/// A text that nobody gets to see.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Hidden(String);

impl Hidden {
    /// The text, for the wire only.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// What Slack knows us by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Credential {
    /// A bot's token, for the Web API.
    Bot(Hidden),
    /// The URL of an incoming webhook, which is the secret itself.
    Webhook(Hidden),
}

/// The secret's JSON. What else it holds is for others.
#[derive(Deserialize)]
struct Held {
    bot_token: Option<String>,
    webhook_url: Option<String>,
}

impl Credential {
    /// Reads the secret's text. The error says what is wrong, and quotes nothing.
    pub(crate) fn read(secret: &str) -> Result<Self, &'static str> {
        let held: Held = serde_json::from_str(secret)
            .map_err(|_| r#"is not a JSON object with "bot_token" or "webhook_url" and texts as their values"#)?;
        let given = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        match (given(held.bot_token), given(held.webhook_url)) {
            (Some(token), _) if HeaderValue::from_str(&token).is_err() || !token.is_ascii() => {
                Err(r#"has a "bot_token" that no header can carry; copy the Bot User OAuth Token, xoxb-..."#)
            }
            (Some(token), _) => Ok(Self::Bot(Hidden(token))),
            (None, Some(url)) if !is_private(&url) => {
                Err(r#"has a "webhook_url" that is no https URL; copy it from the app's page Incoming Webhooks"#)
            }
            (None, Some(url)) => Ok(Self::Webhook(Hidden(url))),
            (None, None) => Err(r#"holds neither a "bot_token" nor a "webhook_url""#),
        }
    }

    /// Whether Slack's word says that the credential is the matter: it was revoked, rotated or deleted.
    pub(crate) fn is_rejected_by(&self, word: &str) -> bool {
        match self {
            Self::Bot(_) => ["invalid_auth", "not_authed", "token_expired", "token_revoked"].contains(&word),
            Self::Webhook(_) => ["invalid_token", "no_active_hooks", "no_service"].contains(&word),
        }
    }
}

/// The URL is the secret: it may go over TLS, or stay on this machine.
fn is_private(url: &str) -> bool {
    let Ok(uri) = url.parse::<Uri>() else { return false };
    match (uri.scheme_str(), uri.host()) {
        (Some("https"), Some(_)) => true,
        (Some("http"), Some(host)) => host == "127.0.0.1",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_holds_a_token_or_a_webhook() {
        let bot = Ok(Credential::Bot(Hidden("xoxb-1".to_owned())));
        let webhook = |url: &str| Ok(Credential::Webhook(Hidden(url.to_owned())));
        for (secret, expected) in [
            (r#"{"bot_token":"xoxb-1"}"#, bot.clone()),
            (r#"{"bot_token":" xoxb-1\n","signing_secret":"s"}"#, bot.clone()),
            (r#"{"bot_token":"xoxb-1","webhook_url":"https://hooks.slack.com/services/T/B/x"}"#, bot),
            (
                r#"{"bot_token":"","webhook_url":"https://hooks.slack.com/services/T/B/x"}"#,
                webhook("https://hooks.slack.com/services/T/B/x"),
            ),
            (r#"{"webhook_url":"http://127.0.0.1:80/services/x"}"#, webhook("http://127.0.0.1:80/services/x")),
        ] {
            assert_eq!(Credential::read(secret), expected, "{secret}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_secret_is_said_without_quoting_it() {
        for (secret, expected) in [
            ("xoxb-hush", "is not a JSON object"),
            (r#"["xoxb-hush"]"#, "is not a JSON object"),
            (r#"{"bot_token":{"value":"xoxb-hush"}}"#, "is not a JSON object"),
            (r#"{"token":"xoxb-hush"}"#, "holds neither"),
            (r#"{"bot_token":"","webhook_url":" "}"#, "holds neither"),
            (r#"{"bot_token":"xoxb\nhush"}"#, "that no header can carry"),
            (r#"{"bot_token":"xoxb-hüsh"}"#, "that no header can carry"),
            (r#"{"webhook_url":"http://hooks.slack.com/hush"}"#, "is no https URL"),
            (r#"{"webhook_url":"hooks.slack.com/hush"}"#, "is no https URL"),
            (r#"{"webhook_url":"https://hush hush"}"#, "is no https URL"),
        ] {
            let error = Credential::read(secret).unwrap_err();
            assert!(error.contains(expected) && !error.contains("hush"), "{secret}: {error}");
        }
    }

    #[test]
    fn a_credential_prints_as_redacted() {
        let credential = Credential::read(r#"{"bot_token":"xoxb-hush"}"#).unwrap();
        assert_eq!(format!("{credential:?}"), "Bot([redacted])");
    }
}
