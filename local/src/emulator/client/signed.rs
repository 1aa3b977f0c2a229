//! One request, signed, sent and read to its end.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings, UriPathNormalizationMode,
    sign,
};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use http::Response;
use http_body_util::{BodyExt, Full};

use super::ClientError;

/// The time from connecting to the answer's last byte. An artifact of some hundred megabytes fits.
const TIME_LIMIT: Duration = Duration::from_mins(1);

/// Who calls: credentials, and the region that the signature names.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The keys, and the token of a session. Their `Debug` form hides the secrets.
    pub credentials: Credentials,
    /// The region, e.g. `us-east-1`.
    pub region: String,
}

/// A client of one emulator. Cloning it shares its connections.
#[derive(Clone, Debug)]
pub struct EmulatorClient {
    endpoint: String,
    http: http_stack::Client<Full<Bytes>>,
}

/// A request before it is signed.
pub(super) struct Call<'c> {
    pub(super) operation: &'static str,
    pub(super) service: &'static str,
    pub(super) method: http::Method,
    /// Path and query, percent-encoded.
    pub(super) target: String,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Bytes,
    pub(super) caller: &'c Caller,
}

impl EmulatorClient {
    /// A client of the emulator at `endpoint`, e.g. `http://127.0.0.1:4566`.
    pub fn new(endpoint: &str) -> Result<Self, ClientError> {
        let tls = http_stack::client_config(None)
            .map_err(|error| ClientError::Request { operation: "connect", reason: error.to_string() })?;
        Ok(Self { endpoint: endpoint.trim_end_matches('/').to_owned(), http: http_stack::client(&tls) })
    }

    /// The emulator's endpoint, without a slash at the end.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The URL of a path and query of this emulator.
    pub(super) fn url(&self, target: &str) -> String {
        format!("{}{target}", self.endpoint)
    }

    /// Signs `call`, sends it once and reads the answer, whatever its status.
    pub(super) async fn send(&self, call: Call<'_>) -> Result<Response<Bytes>, ClientError> {
        let operation = call.operation;
        let request =
            self.signed(call).map_err(|error| ClientError::Request { operation, reason: error.to_string() })?;
        self.exchange(operation, request).await
    }

    /// Sends a request as it is and reads the answer, whatever its status.
    pub(super) async fn exchange(
        &self,
        operation: &'static str,
        request: http::Request<Full<Bytes>>,
    ) -> Result<Response<Bytes>, ClientError> {
        let unreachable = |reason: String| ClientError::Unreachable { operation, reason };
        let exchange = async {
            let answer = self.http.request(request).await.map_err(|error| unreachable(with_causes(&error)))?;
            let (head, body) = answer.into_parts();
            let body = body.collect().await.map_err(|error| unreachable(with_causes(&error)))?;
            Ok(Response::from_parts(head, body.to_bytes()))
        };
        match tokio::time::timeout(TIME_LIMIT, exchange).await {
            Ok(answer) => answer,
            Err(_) => Err(ClientError::TimedOut { operation, seconds: TIME_LIMIT.as_secs() }),
        }
    }

    fn signed(&self, call: Call<'_>) -> Result<http::Request<Full<Bytes>>, Box<dyn std::error::Error + Send + Sync>> {
        let url = self.url(&call.target);
        let identity = call.caller.credentials.clone().into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&call.caller.region)
            .name(call.service)
            .time(SystemTime::now())
            .settings(settings(call.service))
            .build()?
            .into();
        let headers = call.headers.iter().map(|(name, value)| (*name, value.as_str()));
        let signable =
            SignableRequest::new(call.method.as_str(), url.as_str(), headers, SignableBody::Bytes(&call.body))?;
        let (instructions, _) = sign(signable, &params)?.into_parts();
        let mut request = http::Request::builder().method(call.method).uri(&url);
        for (name, value) in &call.headers {
            request = request.header(*name, value);
        }
        let mut request = request.body(Full::new(call.body))?;
        instructions.apply_to_request_http1x(&mut request);
        Ok(request)
    }
}

/// S3 takes the path as it was sent and wants the body's checksum in a header; the other services do neither
/// (AWS IAM User Guide, "Create a signed AWS API request").
fn settings(service: &str) -> SigningSettings {
    let mut settings = SigningSettings::default();
    if service == "s3" {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    settings
}

/// The HTTP client says "client error" alone and leaves the reason to its sources.
fn with_causes(error: &dyn std::error::Error) -> String {
    std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
