//! Services that take JSON, name the operation in a header and answer with JSON.

use bytes::Bytes;
use http::Method;
use serde_json::Value;

use super::signed::Call;
use super::{Caller, ClientError, EmulatorClient};

/// How a JSON service is spoken to.
#[derive(Debug, Clone, Copy)]
pub(super) struct JsonService {
    /// The name that requests are signed for.
    pub(super) name: &'static str,
    /// What stands before the operation in `x-amz-target`.
    pub(super) target: &'static str,
    /// The protocol's content type.
    pub(super) content_type: &'static str,
}

impl EmulatorClient {
    /// Sends `request` and reads the answer. `operation` is written as IAM does, e.g. `events:ListRules`.
    pub(super) async fn json(
        &self,
        operation: &'static str,
        service: JsonService,
        request: &Value,
        caller: &Caller,
    ) -> Result<Value, ClientError> {
        let name = operation.split_once(':').map_or(operation, |(_, name)| name);
        let call = Call {
            operation,
            service: service.name,
            method: Method::POST,
            target: "/".to_owned(),
            headers: vec![
                ("content-type", service.content_type.to_owned()),
                ("x-amz-target", format!("{}.{name}", service.target)),
            ],
            body: Bytes::from(request.to_string()),
            caller,
        };
        let answer = self.send(call).await?;
        let status = answer.status().as_u16();
        let unreadable = |reason: String| ClientError::Unreadable { operation, status, reason };
        // Operations without a result answer with nothing.
        let body = if answer.body().is_empty() { Ok(Value::Null) } else { serde_json::from_slice(answer.body()) };
        let body: Value = body.map_err(|error| unreadable(error.to_string()))?;
        if answer.status().is_success() {
            return Ok(body);
        }
        let code = body["__type"].as_str().ok_or_else(|| unreadable("no error type in it".to_owned()))?;
        // A name space may stand before the name.
        let code = code.rsplit('#').next().unwrap_or(code).to_owned();
        let message = body["message"].as_str().or_else(|| body["Message"].as_str()).unwrap_or_default().to_owned();
        Err(ClientError::Refused { operation, status, code, message })
    }
}

/// The text of a member that the service documents as always there.
pub(super) fn member(operation: &'static str, answer: &Value, name: &str) -> Result<String, ClientError> {
    let missing = || ClientError::Unreadable { operation, status: 200, reason: format!("{name} is missing") };
    answer[name].as_str().map(str::to_owned).ok_or_else(missing)
}
