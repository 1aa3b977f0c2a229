//! What people get: the messages in Slack, and the notifications of topics.

mod notifications;
mod received;

use std::time::Duration;

use tokio::time::Instant;

pub use notifications::{Notification, Notifications};
pub use received::Received;

use crate::emulator::client::{Caller, ClientError, EmulatorClient};
use crate::slack::Slack;

/// When nothing has changed for so long, the queues are looked at again.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Everything that people get in a run.
#[derive(Debug)]
pub struct Inbox {
    slack: Slack,
    notifications: Notifications,
}

impl Inbox {
    /// An inbox of this workspace, without topics.
    #[must_use]
    pub fn new(slack: Slack) -> Self {
        Self { slack, notifications: Notifications::new() }
    }

    /// The workspace.
    #[must_use]
    pub fn slack(&self) -> &Slack {
        &self.slack
    }

    /// Gets the notifications of this topic from now on.
    pub async fn subscribe(&mut self, client: &EmulatorClient, root: &Caller, topic: &str) -> Result<(), ClientError> {
        self.notifications.subscribe(client, root, topic).await
    }

    /// What came until now, in the order it came.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        let messages = self.slack.messages().into_iter().map(Received::Slack);
        let notifications = self.notifications.received().into_iter().map(Received::Sns);
        let mut received: Vec<Received> = messages.chain(notifications).collect();
        received.sort_by_key(Received::at);
        received
    }

    /// Waits until every notification that was published before was received, and says whether all were `within` this time.
    pub async fn emptied(&self, client: &EmulatorClient, root: &Caller, within: Duration) -> Result<bool, ClientError> {
        let deadline = Instant::now() + within;
        let mut changes = self.notifications.changes();
        loop {
            changes.mark_unchanged();
            if self.notifications.are_empty(client, root).await? {
                return Ok(true);
            }
            if Instant::now() >= deadline {
                return Ok(false);
            }
            // A message is taken out of the queue a moment after it was received.
            let _ = tokio::time::timeout(LOOK_AGAIN, changes.changed()).await;
        }
    }

    /// Waits until what came satisfies `enough`, and says whether it did `within` this time. Functions work on an event by
    /// themselves, so that nobody else knows when their messages come.
    pub async fn wait_until(&self, within: Duration, enough: impl Fn(&[Received]) -> bool) -> bool {
        let deadline = Instant::now() + within;
        let (mut messages, mut notifications) = (self.slack.changes(), self.notifications.changes());
        loop {
            // Whatever changes after this look is seen by the next one.
            messages.mark_unchanged();
            notifications.mark_unchanged();
            if enough(&self.received()) {
                return true;
            }
            let changed = async {
                tokio::select! {
                    changed = messages.changed() => changed.is_ok(),
                    changed = notifications.changed() => changed.is_ok(),
                }
            };
            if !matches!(tokio::time::timeout_at(deadline, changed).await, Ok(true)) {
                return enough(&self.received());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::Full;
    use serde_json::json;

    use super::*;
    use crate::slack::SlackSettings;

    async fn inbox() -> Inbox {
        let channels = [("C1".to_owned(), "deploys".to_owned())].into();
        let settings = SlackSettings { bot_token: "xoxb-1".into(), channels, webhook: None, pace: None };
        Inbox::new(Slack::start(settings).await.unwrap())
    }

    #[tokio::test]
    async fn a_message_is_waited_for() {
        let inbox = inbox().await;
        let url = format!("{}/chat.postMessage", inbox.slack().url());
        let post = tokio::spawn(async move {
            let tls = http_stack::client_config(None).unwrap();
            let body = json!({ "channel": "C1", "text": "*x*" }).to_string();
            let request = http::Request::post(url)
                .header("content-type", "application/json")
                .header("authorization", "Bearer xoxb-1")
                .body(Full::new(bytes::Bytes::from(body)));
            http_stack::client(&tls).request(request.unwrap()).await.unwrap().status()
        });
        assert!(inbox.wait_until(Duration::from_mins(1), |received| received.len() == 1).await);
        assert_eq!(post.await.unwrap(), 200);
        let received = serde_json::to_value(inbox.received()).unwrap();
        let ts = &received[0]["ts"];
        assert_eq!(
            received,
            json!([{ "to": "slack", "channel": "deploys", "text": "x", "thread": ts, "ts": ts, "edits": 0, "at": received[0]["at"] }])
        );
    }

    #[tokio::test]
    async fn what_does_not_come_is_not_waited_for_beyond_the_limit() {
        assert!(!inbox().await.wait_until(Duration::ZERO, |received| !received.is_empty()).await);
        assert!(inbox().await.wait_until(Duration::ZERO, <[_]>::is_empty).await);
    }
}
