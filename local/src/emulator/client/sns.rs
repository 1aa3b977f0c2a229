//! Topics.

use super::s3::text_of;
use super::{Caller, ClientError, EmulatorClient};

const VERSION: (&str, &str) = ("Version", "2010-03-31");

impl EmulatorClient {
    /// `Subscribe` of a queue. Messages come in SNS's envelope, which has the subject and the attributes.
    pub async fn subscribe_queue(&self, caller: &Caller, topic: &str, queue_arn: &str) -> Result<(), ClientError> {
        let form =
            [("Action", "Subscribe"), VERSION, ("TopicArn", topic), ("Protocol", "sqs"), ("Endpoint", queue_arn)];
        self.query("sns:Subscribe", "sns", &form, caller).await.map(drop)
    }

    /// `Publish` of a text.
    pub async fn publish(&self, caller: &Caller, topic: &str, message: &str) -> Result<(), ClientError> {
        let form = [("Action", "Publish"), VERSION, ("TopicArn", topic), ("Message", message)];
        self.query("sns:Publish", "sns", &form, caller).await.map(drop)
    }

    /// `GetTopicAttributes`: the topic's policy, as JSON text.
    pub async fn topic_policy(&self, caller: &Caller, topic: &str) -> Result<Option<String>, ClientError> {
        let form = [("Action", "GetTopicAttributes"), VERSION, ("TopicArn", topic)];
        let document = self.query("sns:GetTopicAttributes", "sns", &form, caller).await?;
        Ok(entry(&document, "Policy"))
    }
}

/// The value of an `entry` in a map of attributes.
fn entry(document: &[u8], key: &str) -> Option<String> {
    let text = std::str::from_utf8(document).ok()?;
    text.split("<entry>").find(|part| text_of(part.as_bytes(), b"key").as_deref() == Some(key)).and_then(|part| {
        // What follows this entry is not a document of its own, and is not looked at.
        text_of(part.as_bytes(), b"value")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_by_their_keys() {
        let document = b"<R><Attributes><entry><key>Owner</key><value>1</value></entry>
            <entry><key>Policy</key><value>{&quot;a&quot;:1}</value></entry></Attributes></R>";
        for (key, expected) in [("Owner", Some("1")), ("Policy", Some("{\"a\":1}")), ("Other", None)] {
            assert_eq!(entry(document, key).as_deref(), expected, "{key}");
        }
        assert_eq!(entry(b"not xml", "Policy"), None);
    }
}
