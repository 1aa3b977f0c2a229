//! Messages to a Slack channel.

mod answer;
mod credential;
mod exchange;
mod message;
mod secret;

use std::time::Duration;

use aws_call::{Aws, HttpClient};
use tokio::time::Instant;

use credential::Credential;
use exchange::Call;
pub use message::{Posted, SlackDelivery, SlackMessage};
use secret::Secret;

/// Calls that fail on Slack's side or on the way, before the last failure is the answer.
const TRIES: u32 = 3;

/// The wait after the first of them; it doubles.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// A wait is worth it only when this is left after it.
const ROOM_FOR_A_CALL: Duration = Duration::from_secs(1);

/// Slack, as the holder of one secret. Its credential is read before the first message, and again when Slack does not
/// know it any more.
#[derive(Debug)]
pub struct Slack {
    http: HttpClient,
    api_url: String,
    secret: Secret,
}

impl Slack {
    /// Slack's Web API at `api_url`, which is `https://slack.com/api` but for stand-ins, with the credential in the
    /// secret `secret_id` of Secrets Manager: `{"bot_token":"xoxb-..."}` or
    /// `{"webhook_url":"https://hooks.slack.com/services/..."}`. The bot's token is used when there are both.
    #[must_use]
    pub fn new(aws: Aws, secret_id: impl Into<String>, api_url: &str) -> Self {
        let http = aws.http.clone();
        Self { http, api_url: api_url.trim_end_matches('/').to_owned(), secret: Secret::new(aws, secret_id.into()) }
    }

    /// Posts `message`. A webhook has its own channel and posts neither to another nor into a thread.
    pub async fn post(&self, message: &SlackMessage, deadline: Instant) -> SlackDelivery {
        match self.secret.credential(deadline).await {
            Ok(credential) => self.send(credential, Intent::Post(message), deadline).await,
            Err(delivery) => delivery,
        }
    }

    /// Replaces the message that stands at `posted`. Nothing, when the credential is a webhook: it cannot edit.
    pub async fn update(&self, posted: &Posted, message: &SlackMessage, deadline: Instant) -> Option<SlackDelivery> {
        match self.secret.credential(deadline).await {
            Ok(Credential::Webhook(_)) => None,
            Ok(credential) => Some(self.send(credential, Intent::Update(posted, message), deadline).await),
            Err(delivery) => Some(delivery),
        }
    }

    async fn send(&self, mut credential: Credential, intent: Intent<'_>, deadline: Instant) -> SlackDelivery {
        let (mut wait, mut failures, mut read_again) = (FIRST_WAIT, 0, false);
        loop {
            let call = match (intent, &credential) {
                (Intent::Post(message), Credential::Bot(token)) => Call::post(&self.api_url, token, message),
                (Intent::Post(message), Credential::Webhook(url)) => Call::webhook(url, message),
                (Intent::Update(posted, message), Credential::Bot(token)) => {
                    Call::update(&self.api_url, token, posted, message)
                }
                (Intent::Update(..), Credential::Webhook(_)) => return SlackDelivery::refused("webhook_cannot_update"),
            };
            let delivery = call.make(&self.http, deadline).await;
            let pause = match &delivery {
                SlackDelivery::Refused { word, .. } if credential.is_rejected_by(word) && !read_again => {
                    read_again = true;
                    match self.secret.newer_than(&credential, deadline).await {
                        Ok(Some(newer)) => {
                            credential = newer;
                            continue;
                        }
                        Ok(None) => return delivery,
                        Err(unread) => return unread,
                    }
                }
                SlackDelivery::Retry { after } => *after,
                SlackDelivery::Unreachable { .. } => {
                    failures += 1;
                    if failures == TRIES {
                        return delivery;
                    }
                    wait *= 2;
                    wait / 2
                }
                SlackDelivery::Sent { .. } | SlackDelivery::Refused { .. } => return delivery,
            };
            if Instant::now() + pause + ROOM_FOR_A_CALL > deadline {
                return delivery;
            }
            tokio::time::sleep(pause).await;
        }
    }
}

#[derive(Clone, Copy)]
enum Intent<'a> {
    Post(&'a SlackMessage),
    Update(&'a Posted, &'a SlackMessage),
}
