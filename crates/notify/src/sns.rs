//! Messages to an SNS topic.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_sns::Client;
use aws_sdk_sns::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sns::operation::publish::PublishError;
use aws_sdk_sns::types::MessageAttributeValue;
use tokio::time::Instant;

use crate::publication::Publication;

/// A message to a topic, within the limits of SNS: less than 100 characters of subject in one line, 256 KiB in all.
#[derive(Clone, Debug, Default)]
pub struct SnsMessage {
    /// The subject of an e-mail.
    pub subject: String,
    /// The text.
    pub body: String,
    /// For the filter policies of subscriptions, all of type `String`. SNS takes no empty value: those are left out.
    pub attributes: BTreeMap<String, String>,
}

/// Waits after SNS, or KMS behind it, has said that it is called too often. The SDK does not know all the words for it:
/// neither `Throttled` nor `KMSThrottling`.
const WAITS: [Duration; 3] = [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2)];

/// Publishes `message` to `topic`, an ARN. The tries and waits of the client, and those of this function, end at
/// `deadline` too.
pub async fn publish(client: &Client, topic: &str, message: &SnsMessage, deadline: Instant) -> Publication {
    let mut call = client.publish().topic_arn(topic).subject(&message.subject).message(&message.body);
    for (name, value) in message.attributes.iter().filter(|(_, value)| !value.is_empty()) {
        match MessageAttributeValue::builder().data_type("String").string_value(value).build() {
            Ok(attribute) => call = call.message_attributes(name, attribute),
            // The builder wants a data type, and has one.
            Err(error) => {
                return Publication::Refused { word: "InvalidRequest".to_owned(), detail: error.to_string() };
            }
        }
    }
    let mut waits = WAITS.into_iter();
    let tries = async {
        loop {
            match call.clone().send().await {
                Ok(answer) => return Publication::Sent { id: answer.message_id().unwrap_or_default().to_owned() },
                Err(error) if is_throttled(&error) => match waits.next() {
                    Some(wait) if Instant::now() + wait < deadline => tokio::time::sleep(wait).await,
                    _ => return Publication::of(&error),
                },
                Err(error) => return Publication::of(&error),
            }
        }
    };
    tokio::time::timeout_at(deadline, tries)
        .await
        .unwrap_or_else(|_| Publication::Unreachable { reason: "SNS gave no answer in the time there was".to_owned() })
}

fn is_throttled(error: &SdkError<PublishError>) -> bool {
    let code = error.as_service_error().and_then(ProvideErrorMetadata::code).unwrap_or_default();
    code.starts_with("Throttl") || code.starts_with("KMSThrottl")
}
