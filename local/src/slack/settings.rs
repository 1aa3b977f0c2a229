//! What a workspace is made with.

use std::collections::BTreeMap;
use std::time::Duration;

/// A workspace before it starts.
#[derive(Debug, Clone)]
pub struct SlackSettings {
    /// The token of the bot, e.g. `xoxb-...`. Every other one is `invalid_auth`.
    pub bot_token: String,
    /// The channels that the bot is in: id -> name without `#`.
    pub channels: BTreeMap<String, String>,
    /// The incoming webhook, when the workspace has one.
    pub webhook: Option<Webhook>,
    /// The shortest time between two messages of a channel; nothing for no limit. Slack takes "about one message a second
    /// a channel" (<https://docs.slack.dev/apis/web-api/rate-limits>).
    pub pace: Option<Duration>,
}

/// An incoming webhook.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// The path that nobody can guess, e.g. `/services/T0/B0/secret`.
    pub path: String,
    /// The id of the channel it posts to.
    pub channel: String,
}
