//! The protocols AWS JSON 1.0 and 1.1 and REST JSON, one operation at a time.

use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;

use crate::aws::Aws;
use crate::endpoints::Service;
use crate::error::CallError;
use crate::request::{Request, Response};

/// Longest answer that is read. A secret has at most 64 KiB, which JSON can write in six times as many bytes.
const SIZE_LIMIT: usize = 1024 * 1024;

/// AWS answers these calls in milliseconds; a second try later is worth more than a longer wait.
const TIME_LIMIT: Duration = Duration::from_secs(5);

impl Aws {
    /// Calls one operation with the function's own credentials. `target` is the whole `X-Amz-Target`, e.g.
    /// `secretsmanager.GetSecretValue`.
    pub async fn call_json(&self, service: Service, target: &str, input: &Value) -> Result<Value, CallError> {
        let headers =
            vec![("content-type", service.json_content_type().to_owned()), ("x-amz-target", target.to_owned())];
        self.json(service, http::Method::POST, "/", headers, Bytes::from(input.to_string())).await
    }

    /// Reads one resource of a service that speaks REST and JSON, with the function's own credentials. `path` is
    /// percent-encoded, begins with a slash and may have a query.
    pub async fn get_json(&self, service: Service, path: &str) -> Result<Value, CallError> {
        self.json(service, http::Method::GET, path, Vec::new(), Bytes::new()).await
    }

    async fn json(
        &self,
        service: Service,
        method: http::Method,
        path: &str,
        headers: Vec<(&'static str, String)>,
        body: Bytes,
    ) -> Result<Value, CallError> {
        let endpoint = self.endpoints.of(service, &self.region);
        let url = format!("{endpoint}{path}");
        let request = Request { service, method, url, headers, body, time_limit: TIME_LIMIT, size_limit: SIZE_LIMIT };
        let response = self.send(request, &self.credentials).await?;
        let body: Option<Value> = serde_json::from_slice(response.body()).ok();
        match body {
            Some(body) if response.status().is_success() => Ok(body),
            Some(body) if body.is_object() => Err(refusal(&response, &body)),
            _ => Err(CallError::Unreadable {
                host: endpoint.trim_start_matches("https://").trim_start_matches("http://").to_owned(),
                status: response.status().as_u16(),
            }),
        }
    }
}

/// The error's name stands in a header or in the body, with a namespace before `#` or a URL after `:`.
fn refusal(response: &Response, body: &Value) -> CallError {
    let header = response.headers().get("x-amzn-errortype").and_then(|value| value.to_str().ok());
    let name = header.or_else(|| body["__type"].as_str()).or_else(|| body["code"].as_str()).unwrap_or_default();
    let name = name.split(':').next().unwrap_or_default();
    let name = name.rsplit('#').next().unwrap_or_default();
    let message = body["message"].as_str().or_else(|| body["Message"].as_str()).unwrap_or("no message");
    let code = if name.is_empty() { format!("HTTP {}", response.status().as_u16()) } else { name.to_owned() };
    CallError::Refused { code, message: message.to_owned() }
}
