//! Who may invoke a function.

use bytes::Bytes;
use http::Method;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::signed::Call;
use super::{Caller, ClientError, EmulatorClient};

impl EmulatorClient {
    /// `GetPolicy`: the function's resource policy, as JSON text; nothing when it has none. `function` is a name or an ARN.
    pub async fn function_policy(&self, caller: &Caller, function: &str) -> Result<Option<String>, ClientError> {
        let operation = "lambda:GetPolicy";
        let name = utf8_percent_encode(function, NON_ALPHANUMERIC);
        let call = Call {
            operation,
            service: "lambda",
            method: Method::GET,
            target: format!("/2015-03-31/functions/{name}/policy"),
            headers: Vec::new(),
            body: Bytes::new(),
            caller,
        };
        let answer = self.send(call).await?;
        let status = answer.status().as_u16();
        if status == 404 {
            return Ok(None);
        }
        let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
        if answer.status().is_success() {
            return Ok(body["Policy"].as_str().map(str::to_owned));
        }
        let code = body["__type"].as_str().unwrap_or("no error type").to_owned();
        let message = body["Message"].as_str().or_else(|| body["message"].as_str()).unwrap_or_default().to_owned();
        Err(ClientError::Refused { operation, status, code, message })
    }
}
