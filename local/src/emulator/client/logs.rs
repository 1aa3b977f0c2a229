//! Log groups of CloudWatch Logs.

use serde_json::json;

use super::{Caller, ClientError, EmulatorClient};

impl EmulatorClient {
    /// Makes the stream, and the group when it is not there yet. A stream that is there is used.
    pub async fn create_log_stream(&self, caller: &Caller, group: &str, stream: &str) -> Result<(), ClientError> {
        let request = json!({ "logGroupName": group });
        unless_there(
            self.json("logs:CreateLogGroup", "logs", "Logs_20140328.CreateLogGroup", &request, caller).await.map(drop),
        )?;
        let request = json!({ "logGroupName": group, "logStreamName": stream });
        unless_there(
            self.json("logs:CreateLogStream", "logs", "Logs_20140328.CreateLogStream", &request, caller)
                .await
                .map(drop),
        )
    }

    /// `PutLogEvents` of lines that were written at `milliseconds` since 1970. Its limits are the caller's business.
    pub async fn put_log_lines(
        &self,
        caller: &Caller,
        (group, stream): (&str, &str),
        milliseconds: i64,
        lines: &[String],
    ) -> Result<(), ClientError> {
        let events: Vec<_> = lines.iter().map(|line| json!({ "timestamp": milliseconds, "message": line })).collect();
        let request = json!({ "logGroupName": group, "logStreamName": stream, "logEvents": events });
        self.json("logs:PutLogEvents", "logs", "Logs_20140328.PutLogEvents", &request, caller).await.map(drop)
    }
}

fn unless_there(result: Result<(), ClientError>) -> Result<(), ClientError> {
    match result {
        Err(ClientError::Refused { code, .. }) if code == "ResourceAlreadyExistsException" => Ok(()),
        other => other,
    }
}
