//! The Slack workspace of a run.

use std::time::Duration;

use serde_json::json;
use uuid::Uuid;

use crate::slack::{Slack, SlackSettings};
use crate::standin::StandinError;

/// The channel of alerts: its id and its name.
const ALERTS: (&str, &str) = ("C0DEPLOYMENTS", "deployments");

/// The channel of alerts about production.
const PRODUCTION: (&str, &str) = ("C0PRODUCTION", "production");

/// Slack takes "about one message a second a channel".
const PACE: Duration = Duration::from_secs(1);

/// A workspace with a bot in two channels, and the text of the secret that has the bot's token.
pub(super) async fn start() -> Result<(Slack, String), StandinError> {
    let bot_token = format!("xoxb-{}", Uuid::new_v4().simple());
    let secret = json!({ "bot_token": bot_token }).to_string();
    let channels = [ALERTS, PRODUCTION].map(|(id, name)| (id.to_owned(), name.to_owned())).into();
    let slack = Slack::start(SlackSettings { bot_token, channels, webhook: None, pace: Some(PACE) }).await?;
    Ok((slack, secret))
}

/// The template's parameters for it; `secret` is the ARN of the secret.
pub(super) fn parameters(secret: &str) -> [(&'static str, String); 3] {
    [
        ("SlackSecretArn", secret.to_owned()),
        ("SlackChannel", ALERTS.0.to_owned()),
        ("ProductionSlackChannel", PRODUCTION.0.to_owned()),
    ]
}
