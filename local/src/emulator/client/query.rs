//! Services that take a form and answer with XML.

use bytes::Bytes;
use http::Method;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::s3::text_of;
use super::signed::Call;
use super::{Caller, ClientError, EmulatorClient};

impl EmulatorClient {
    /// Sends a form to `service` and returns the document that it answers with.
    pub(super) async fn query(
        &self,
        operation: &'static str,
        service: &'static str,
        form: &[(&str, &str)],
        caller: &Caller,
    ) -> Result<Bytes, ClientError> {
        let encoded = |(name, value): &(&str, &str)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC));
        let body: Vec<String> = form.iter().map(encoded).collect();
        let call = Call {
            operation,
            service,
            method: Method::POST,
            target: "/".to_owned(),
            headers: vec![("content-type", "application/x-www-form-urlencoded".to_owned())],
            body: Bytes::from(body.join("&")),
            caller,
        };
        let answer = self.send(call).await?;
        let status = answer.status().as_u16();
        if answer.status().is_success() {
            return Ok(answer.into_body());
        }
        match text_of(answer.body(), b"Code") {
            Some(code) => {
                let message = text_of(answer.body(), b"Message").unwrap_or_default();
                Err(ClientError::Refused { operation, status, code, message })
            }
            None => Err(ClientError::Unreadable { operation, status, reason: "no error code in it".to_owned() }),
        }
    }
}
