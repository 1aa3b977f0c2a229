//! A Slack workspace on this machine: what an app meets that posts alerts, and what a person then sees.
//!
//! It serves `chat.postMessage`, `chat.update` and one incoming webhook, and refuses with Slack's own words whatever Slack
//! would refuse: a wrong token, an unknown channel, texts and blocks beyond the limits, messages that come too fast. What
//! Slack would take and this workspace does not show is refused as well, so that nothing that was sent goes unseen.
//! Methods and arguments: <https://docs.slack.dev/reference/methods>.

mod answer;
mod asked;
mod blocks;
mod fault;
mod message;
mod method;
mod mrkdwn;
mod plain;
mod rate;
mod server;
#[cfg(test)]
mod server_tests;
mod settings;
mod show;
mod webhook;
mod workspace;

pub use fault::Fault;
pub use message::{Edit, Message};
pub use server::{Call, Slack};
pub use settings::{SlackSettings, Webhook};
pub use show::show;
