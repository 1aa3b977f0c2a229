//! Services that take and answer JSON.

use bytes::Bytes;
use http::{Method, Response};
use serde_json::Value;

use super::signed::Call;
use super::{Caller, ClientError, EmulatorClient};

impl EmulatorClient {
    /// Calls `target`, e.g. `AmazonEC2ContainerServiceV20141113.DescribeTaskDefinition`, of a JSON 1.1 service.
    pub(super) async fn json(
        &self,
        operation: &'static str,
        service: &'static str,
        target: &str,
        body: &Value,
        caller: &Caller,
    ) -> Result<Value, ClientError> {
        let call = Call {
            operation,
            service,
            method: Method::POST,
            target: "/".to_owned(),
            headers: vec![
                ("content-type", "application/x-amz-json-1.1".to_owned()),
                ("x-amz-target", target.to_owned()),
            ],
            body: Bytes::from(body.to_string()),
            caller,
        };
        read(operation, &self.send(call).await?)
    }
}

/// The answer of a JSON service, or what it refuses with.
pub(super) fn read(operation: &'static str, answer: &Response<Bytes>) -> Result<Value, ClientError> {
    let status = answer.status().as_u16();
    let body: Result<Value, _> = serde_json::from_slice(answer.body());
    if answer.status().is_success() {
        return body.map_err(|error| ClientError::Unreadable { operation, status, reason: error.to_string() });
    }
    let body = body.unwrap_or_default();
    let header = answer.headers().get("x-amzn-errortype").and_then(|value| value.to_str().ok());
    let code = header.or_else(|| body["__type"].as_str()).unwrap_or_default();
    // The name stands after a namespace and a number sign, or before a colon with a URL after it.
    let code = code.rsplit('#').next().and_then(|code| code.split(':').next()).filter(|code| !code.is_empty());
    let message = body["message"].as_str().or_else(|| body["Message"].as_str()).unwrap_or_default().to_owned();
    match code {
        Some(code) => Err(ClientError::Refused { operation, status, code: code.to_owned(), message }),
        None => Err(ClientError::Unreadable { operation, status, reason: "no error type in it".to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_and_refusals() {
        for (status, kind, body, expected) in [
            (200, "", r#"{"a":1}"#, "{\"a\":1}"),
            (200, "", "<html>", "operation: the answer with status 200 cannot be read"),
            (400, "", r#"{"__type":"a.b#NotThere","message":"m"}"#, "operation: NotThere (status 400): m"),
            (404, "NotThere:http://x/", r#"{"Message":"m"}"#, "operation: NotThere (status 404): m"),
            (500, "", "", "no error type in it"),
        ] {
            let mut answer = Response::builder().status(status);
            if !kind.is_empty() {
                answer = answer.header("x-amzn-errortype", kind);
            }
            let answer = answer.body(Bytes::from_static(body.as_bytes())).unwrap();
            let found = match read("operation", &answer) {
                Ok(value) => value.to_string(),
                Err(error) => error.to_string(),
            };
            assert!(found.contains(expected), "{found}");
        }
    }
}
