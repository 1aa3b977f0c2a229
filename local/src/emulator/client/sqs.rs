//! Queues: what was parked in them, and what topics put there.

use serde_json::{Value, json};

use super::json::member;
use super::{Caller, ClientError, EmulatorClient};

/// A message of a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueMessage {
    /// Its body.
    pub body: String,
    /// What deletes it.
    pub receipt: String,
}

impl EmulatorClient {
    /// `CreateQueue` with these attributes, e.g. `Policy`. Returns the queue's URL.
    pub async fn create_queue(&self, caller: &Caller, name: &str, attributes: &Value) -> Result<String, ClientError> {
        let operation = "sqs:CreateQueue";
        let request = json!({ "QueueName": name, "Attributes": attributes });
        member(operation, &self.json(operation, "sqs", "AmazonSQS.CreateQueue", &request, caller).await?, "QueueUrl")
    }

    /// `GetQueueUrl` of a queue of the caller's account.
    pub async fn queue_url(&self, caller: &Caller, name: &str) -> Result<String, ClientError> {
        let operation = "sqs:GetQueueUrl";
        member(
            operation,
            &self.json(operation, "sqs", "AmazonSQS.GetQueueUrl", &json!({ "QueueName": name }), caller).await?,
            "QueueUrl",
        )
    }

    /// `GetQueueAttributes`: one attribute, when the queue has it.
    pub async fn queue_attribute(
        &self,
        caller: &Caller,
        url: &str,
        attribute: &str,
    ) -> Result<Option<String>, ClientError> {
        let request = json!({ "QueueUrl": url, "AttributeNames": [attribute] });
        let answer =
            self.json("sqs:GetQueueAttributes", "sqs", "AmazonSQS.GetQueueAttributes", &request, caller).await?;
        Ok(answer["Attributes"][attribute].as_str().map(str::to_owned))
    }

    /// `SendMessage` with message attributes, each a name and a text.
    pub async fn send_message(
        &self,
        caller: &Caller,
        url: &str,
        body: &str,
        attributes: &[(&str, &str)],
    ) -> Result<(), ClientError> {
        let attributes: serde_json::Map<String, Value> = attributes
            .iter()
            .map(|(name, value)| ((*name).to_owned(), json!({ "DataType": "String", "StringValue": value })))
            .collect();
        let request = json!({ "QueueUrl": url, "MessageBody": body, "MessageAttributes": attributes });
        self.json("sqs:SendMessage", "sqs", "AmazonSQS.SendMessage", &request, caller).await.map(drop)
    }

    /// `ReceiveMessage`: up to ten messages, as soon as there is one, or none after `seconds`.
    pub async fn receive_messages(
        &self,
        caller: &Caller,
        url: &str,
        seconds: u32,
    ) -> Result<Vec<QueueMessage>, ClientError> {
        let operation = "sqs:ReceiveMessage";
        let request = json!({ "QueueUrl": url, "MaxNumberOfMessages": 10, "WaitTimeSeconds": seconds });
        let answer = self.json(operation, "sqs", "AmazonSQS.ReceiveMessage", &request, caller).await?;
        let messages = answer["Messages"].as_array().into_iter().flatten();
        messages
            .map(|message| {
                let (body, receipt) =
                    (member(operation, message, "Body")?, member(operation, message, "ReceiptHandle")?);
                Ok(QueueMessage { body, receipt })
            })
            .collect()
    }

    /// `DeleteMessage` of a message that was received.
    pub async fn delete_message(&self, caller: &Caller, url: &str, receipt: &str) -> Result<(), ClientError> {
        let request = json!({ "QueueUrl": url, "ReceiptHandle": receipt });
        self.json("sqs:DeleteMessage", "sqs", "AmazonSQS.DeleteMessage", &request, caller).await.map(drop)
    }
}
