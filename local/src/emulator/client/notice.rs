//! Messages to people, by topics of SNS.

use super::s3::text_of;
use super::{Caller, ClientError, EmulatorClient};

impl EmulatorClient {
    /// `Publish` of a text with a subject; returns the message's id.
    pub async fn publish_notice(
        &self,
        caller: &Caller,
        topic: &str,
        subject: &str,
        message: &str,
    ) -> Result<String, ClientError> {
        let operation = "sns:Publish";
        let form = [
            ("Action", "Publish"),
            ("Version", "2010-03-31"),
            ("TopicArn", topic),
            ("Subject", subject),
            ("Message", message),
        ];
        let document = self.query(operation, "sns", &form, caller).await?;
        let reason = || "no message id in it".to_owned();
        let id = text_of(&document, b"MessageId");
        id.ok_or_else(|| ClientError::Unreadable { operation, status: 200, reason: reason() })
    }
}
