//! Answers as the services write them.

use bytes::Bytes;
use http::{Response, StatusCode, header};
use serde_json::{Value, json};

/// An error that a service answers with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ServiceError {
    pub(super) status: StatusCode,
    pub(super) code: String,
    pub(super) message: String,
}

impl ServiceError {
    /// An error of the JSON services, which answer 400 for all but their own failures.
    pub(super) fn client(code: &str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    pub(super) fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), message: message.into() }
    }

    /// The loud refusal of what the stand-in does not play.
    pub(super) fn unknown_operation(operation: &str) -> Self {
        let message = format!("the stand-in does not know the operation {operation:?}");
        Self::client("UnknownOperationException", message)
    }

    /// As JSON 1.1 says it.
    pub(super) fn to_json_response(&self) -> Response<Bytes> {
        json_response(self.status, &json!({ "__type": self.code, "message": self.message }))
    }

    /// As Lambda says it: the code is in a header.
    pub(super) fn to_rest_response(&self) -> Response<Bytes> {
        let fault = if self.status.is_server_error() { "Service" } else { "User" };
        let body = json!({ "Type": fault, "Message": self.message });
        let mut response = response(self.status, "application/json", Bytes::from(body.to_string()));
        if let Ok(code) = header::HeaderValue::from_str(&self.code) {
            response.headers_mut().insert("x-amzn-errortype", code);
        }
        response
    }

    /// As the query protocol says it.
    pub(super) fn to_query_response(&self) -> Response<Bytes> {
        let fault = if self.status.is_server_error() { "Receiver" } else { "Sender" };
        let body = format!(
            "<ErrorResponse><Error><Type>{fault}</Type><Code>{}</Code><Message>{}</Message></Error>\
             <RequestId>4442587F</RequestId></ErrorResponse>",
            escape(&self.code),
            escape(&self.message)
        );
        xml_response(self.status, &body)
    }

    /// As S3 says it. An answer to HEAD has no body, so that only the status tells.
    pub(super) fn to_xml_response(&self, with_body: bool) -> Response<Bytes> {
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{}</Code><Message>{}</Message>\
             <RequestId>4442587FB7D0A2F9</RequestId></Error>",
            escape(&self.code),
            escape(&self.message)
        );
        let body = if with_body { Bytes::from(body) } else { Bytes::new() };
        response(self.status, "application/xml", body)
    }
}

pub(super) fn json_response(status: StatusCode, body: &Value) -> Response<Bytes> {
    response(status, "application/x-amz-json-1.1", Bytes::from(body.to_string()))
}

fn response(status: StatusCode, content_type: &'static str, body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(content_type));
    response
}

/// An answer of the query protocol.
pub(super) fn xml_response(status: StatusCode, body: &str) -> Response<Bytes> {
    response(status, "text/xml", Bytes::from(body.to_owned()))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
