//! The queue for messages that were refused, so that a person can see what was not said.

use aws_call::{Aws, CallError, Service};
use serde_json::{Value, json};

/// The queue of undelivered messages.
#[derive(Clone, Debug)]
pub struct Undelivered {
    aws: Aws,
    queue_url: String,
}

impl Undelivered {
    /// The standard queue at `queue_url`, e.g. `https://sqs.eu-central-1.amazonaws.com/111111111111/undelivered`.
    #[must_use]
    pub fn new(aws: Aws, queue_url: impl Into<String>) -> Self {
        Self { aws, queue_url: queue_url.into() }
    }

    /// Parks `message` with the word it was refused by, which is the message attribute `reason`. Gives SQS's id.
    pub async fn park(&self, message: &Value, reason: &str) -> Result<String, CallError> {
        // SQS takes no empty value.
        let reason = if reason.is_empty() { "unknown" } else { reason };
        let input = json!({
            "QueueUrl": self.queue_url,
            "MessageBody": message.to_string(),
            "MessageAttributes": {"reason": {"DataType": "String", "StringValue": reason}},
        });
        let answer = self.aws.call_json(Service::Sqs, "AmazonSQS.SendMessage", &input).await?;
        Ok(answer["MessageId"].as_str().unwrap_or_default().to_owned())
    }
}
