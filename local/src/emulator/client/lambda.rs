//! Invocation of a Lambda function.

use bytes::Bytes;
use http::{Method, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::signed::Call;
use super::{Caller, ClientError, EmulatorClient};

impl EmulatorClient {
    /// `Invoke` with the invocation type `Event`: the function runs later and its answer is nobody's business.
    pub async fn invoke_event(&self, caller: &Caller, function: &str, event: &Value) -> Result<(), ClientError> {
        let operation = "lambda:InvokeFunction";
        let name = utf8_percent_encode(function, NON_ALPHANUMERIC);
        let call = Call {
            operation,
            service: "lambda",
            method: Method::POST,
            target: format!("/2015-03-31/functions/{name}/invocations"),
            headers: vec![
                ("content-type", "application/json".to_owned()),
                ("x-amz-invocation-type", "Event".to_owned()),
            ],
            body: Bytes::from(event.to_string()),
            caller,
        };
        let answer = self.send(call).await?;
        if answer.status() == StatusCode::ACCEPTED {
            return Ok(());
        }
        let status = answer.status().as_u16();
        let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
        let header = answer.headers().get("x-amzn-errortype").and_then(|value| value.to_str().ok());
        let code = header.or_else(|| body["__type"].as_str()).unwrap_or_default();
        let message = body["Message"].as_str().or_else(|| body["message"].as_str()).unwrap_or_default().to_owned();
        // The name stands before a colon with a URL after it.
        match code.split(':').next().filter(|code| !code.is_empty()) {
            Some(code) => Err(ClientError::Refused { operation, status, code: code.to_owned(), message }),
            None => Err(ClientError::Unreadable { operation, status, reason: "no error type in it".to_owned() }),
        }
    }
}
