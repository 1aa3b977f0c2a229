//! Services that take and answer JSON.

use bytes::Bytes;
use http::{Method, Response};
use serde_json::Value;

use super::signed::Call;
use super::{Caller, ClientError, EmulatorClient};

impl EmulatorClient {
    /// Calls `target`, e.g. `AmazonEC2ContainerServiceV20141113.DescribeTaskDefinition`, of a JSON service.
    pub(super) async fn json(
        &self,
        operation: &'static str,
        service: &'static str,
        target: &str,
        body: &Value,
        caller: &Caller,
    ) -> Result<Value, ClientError> {
        let version = if service == "sqs" { "1.0" } else { "1.1" };
        let call = Call {
            operation,
            service,
            method: Method::POST,
            target: "/".to_owned(),
            headers: vec![
                ("content-type", format!("application/x-amz-json-{version}")),
                ("x-amz-target", target.to_owned()),
            ],
            body: Bytes::from(body.to_string()),
            caller,
        };
        read(operation, &self.send(call).await?)
    }
}

/// The text of a member that the service documents as always there.
pub(super) fn member(operation: &'static str, answer: &Value, name: &str) -> Result<String, ClientError> {
    let missing = || ClientError::Unreadable { operation, status: 200, reason: format!("{name} is missing") };
    answer[name].as_str().map(str::to_owned).ok_or_else(missing)
}

/// The answer of a JSON service, or what it refuses with.
pub(super) fn read(operation: &'static str, answer: &Response<Bytes>) -> Result<Value, ClientError> {
    let status = answer.status().as_u16();
    // Operations without a result answer with nothing.
    let nothing = answer.status().is_success() && answer.body().is_empty();
    let body: Result<Value, _> = if nothing { Ok(Value::Null) } else { serde_json::from_slice(answer.body()) };
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
            (200, "", "", "null"),
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
