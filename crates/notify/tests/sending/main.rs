//! Messages sent over the wire, to stand-ins for Slack, SNS, SQS and Secrets Manager on this machine.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod account;
mod api;
mod credentials;
mod queue;
mod standin;
mod topic;
mod webhook;

use std::time::Duration;

use notify::{SlackDelivery, SlackMessage};
use serde_json::json;
use tokio::time::Instant;

fn message(text: &str) -> SlackMessage {
    SlackMessage {
        channel: "C0123456789".to_owned(),
        text: text.to_owned(),
        blocks: json!([{"type": "section", "text": {"type": "mrkdwn", "text": text}}]),
        thread: None,
    }
}

fn within(seconds: u64) -> Instant {
    Instant::now() + Duration::from_secs(seconds)
}

/// A delivery in short.
fn short(delivery: &SlackDelivery) -> String {
    match delivery {
        SlackDelivery::Sent { posted: Some(posted) } => format!("sent to {} at {}", posted.channel, posted.ts),
        SlackDelivery::Sent { posted: None } => "sent".to_owned(),
        SlackDelivery::Retry { after } => format!("retry after {} s", after.as_secs()),
        SlackDelivery::Refused { word, detail: None } => format!("refused: {word}"),
        SlackDelivery::Refused { word, detail: Some(detail) } => format!("refused: {word}: {detail}"),
        SlackDelivery::Unreachable { reason } => format!("unreachable: {reason}"),
    }
}
