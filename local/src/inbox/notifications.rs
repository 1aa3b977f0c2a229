//! The notifications of topics, read through a queue that is subscribed to them.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::emulator::client::{Caller, ClientError, EmulatorClient};

/// How long one look at the queue waits for a message, in seconds; 20 is the most that SQS takes.
const LOOK: u32 = 10;

/// After a look that failed. The emulator may be busy, or gone.
const AFTER_AN_ERROR: Duration = Duration::from_secs(1);

/// What a topic told its subscribers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// The topic's name.
    pub topic: String,
    /// The subject, when it has one.
    pub subject: Option<String>,
    /// The message.
    pub body: String,
    /// The message attributes: name -> value.
    pub attributes: BTreeMap<String, String>,
    /// When it came.
    pub at: Timestamp,
}

/// The subscriptions of a run. They end with the value.
#[derive(Debug)]
pub struct Notifications {
    received: watch::Sender<Vec<Notification>>,
    readers: Vec<JoinHandle<()>>,
    /// The URLs of the queues.
    queues: Vec<String>,
}

impl Notifications {
    pub(super) fn new() -> Self {
        Self { received: watch::Sender::default(), readers: Vec::new(), queues: Vec::new() }
    }

    /// Subscribes a new queue to the topic with this ARN, and reads it.
    pub(super) async fn subscribe(
        &mut self,
        client: &EmulatorClient,
        root: &Caller,
        topic: &str,
    ) -> Result<(), ClientError> {
        let name = topic.rsplit(':').next().unwrap_or(topic);
        let queue = format!("inbox-of-{}", name.trim_end_matches(".fifo"));
        let queue_arn = topic.replacen(":sns:", ":sqs:", 1).replace(name, &queue);
        let policy = json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Principal": { "Service": "sns.amazonaws.com" },
                "Action": "sqs:SendMessage",
                "Resource": queue_arn,
                "Condition": { "ArnEquals": { "aws:SourceArn": topic } },
            }],
        });
        let url = client.create_queue(root, &queue, &json!({ "Policy": policy.to_string() })).await?;
        client.subscribe_queue(root, topic, &queue_arn).await?;
        self.queues.push(url.clone());
        let reader = read(client.clone(), root.clone(), url, self.received.clone());
        self.readers.push(tokio::spawn(reader));
        Ok(())
    }

    /// Whether nothing is in the queues, neither waiting nor being read.
    pub(super) async fn are_empty(&self, client: &EmulatorClient, root: &Caller) -> Result<bool, ClientError> {
        for url in &self.queues {
            for attribute in ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] {
                let count = client.queue_attribute(root, url, attribute).await?;
                if count.is_none_or(|count| count != "0") {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// What came until now.
    #[must_use]
    pub fn received(&self) -> Vec<Notification> {
        self.received.borrow().clone()
    }

    pub(super) fn changes(&self) -> watch::Receiver<Vec<Notification>> {
        self.received.subscribe()
    }
}

impl Drop for Notifications {
    fn drop(&mut self) {
        for reader in &self.readers {
            reader.abort();
        }
    }
}

async fn read(client: EmulatorClient, root: Caller, url: String, received: watch::Sender<Vec<Notification>>) {
    loop {
        let messages = match client.receive_messages(&root, &url, LOOK).await {
            Ok(messages) => messages,
            Err(error) => {
                tracing::warn!(%error, "the inbox could not be looked into");
                tokio::time::sleep(AFTER_AN_ERROR).await;
                continue;
            }
        };
        for message in messages {
            match notification(&message.body, Timestamp::now()) {
                Ok(notification) => received.send_modify(|all| all.push(notification)),
                Err(error) => tracing::error!(%error, "a notification could not be read"),
            }
            if let Err(error) = client.delete_message(&root, &url, &message.receipt).await {
                tracing::warn!(%error, "a notification will come again");
            }
        }
    }
}

/// What SNS puts into a queue
/// (<https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html>).
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Envelope {
    topic_arn: String,
    subject: Option<String>,
    message: String,
    #[serde(default)]
    message_attributes: BTreeMap<String, Attribute>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute {
    value: String,
}

fn notification(body: &str, at: Timestamp) -> Result<Notification, serde_json::Error> {
    let Envelope { topic_arn, subject, message, message_attributes } = serde_json::from_str(body)?;
    let attributes = message_attributes.into_iter().map(|(name, attribute)| (name, attribute.value)).collect();
    let topic = topic_arn.rsplit(':').next().unwrap_or(&topic_arn).to_owned();
    Ok(Notification { topic, subject, body: message, attributes, at })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn envelopes() {
        let whole = json!({
            "Type": "Notification", "MessageId": "1", "TopicArn": "arn:aws:sns:us-east-1:1:alerts", "Subject": "s",
            "Message": "m", "Timestamp": "2026-01-01T00:00:00.000Z",
            "MessageAttributes": { "stage": { "Type": "String", "Value": "Staging" } },
        });
        let read = notification(&whole.to_string(), Timestamp::UNIX_EPOCH).unwrap();
        let expected = Notification {
            topic: "alerts".into(),
            subject: Some("s".into()),
            body: "m".into(),
            attributes: [("stage".to_owned(), "Staging".to_owned())].into(),
            at: Timestamp::UNIX_EPOCH,
        };
        assert_eq!(read, expected);
        let bare = json!({ "TopicArn": "alerts", "Subject": null, "Message": "m" });
        let read = notification(&bare.to_string(), Timestamp::UNIX_EPOCH).unwrap();
        assert!(read.subject.is_none() && read.attributes.is_empty() && read.topic == "alerts");
        for body in ["", "{}", "raw", r#"{"TopicArn":"a","Message":1}"#] {
            assert!(notification(body, Timestamp::UNIX_EPOCH).is_err(), "{body}");
        }
    }
}
