//! A request, signed, sent and read to its end.

use std::error::Error;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings, UriPathNormalizationMode,
    sign,
};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http::StatusCode;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::aws::Aws;
use crate::endpoints::Service;
use crate::error::{CallError, THROTTLED, causes};

/// Tries of one request before its last answer is the answer.
const TRIES: u32 = 4;

/// The wait after the first try; it doubles with every one.
const FIRST_WAIT: Duration = Duration::from_millis(100);

/// A whole answer.
pub type Response = http::Response<Bytes>;

/// One request before it is signed.
#[derive(Clone, Debug)]
pub struct Request {
    /// The service whose name the signature carries.
    pub service: Service,
    /// The method.
    pub method: http::Method,
    /// The whole URL, percent-encoded.
    pub url: String,
    /// Headers besides those of the signature; all of them are signed.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Bytes,
    /// The time of one try, from connecting to the answer's last byte.
    pub time_limit: Duration,
    /// The most bytes of the answer's body.
    pub size_limit: usize,
}

impl Aws {
    /// Signs `request` as `credentials`, sends it and reads the answer whole, whatever its status. What a moment later
    /// may go well (no connection, an error of the server, throttling) is tried up to four times.
    pub async fn send(&self, request: Request, credentials: &Credentials) -> Result<Response, CallError> {
        let mut wait = FIRST_WAIT;
        for _ in 1..TRIES {
            match self.send_once(request.clone(), credentials).await {
                Ok(response) if may_pass(&response) => {}
                Err(error) if error.is_transient() => {}
                answer => return answer,
            }
            tokio::time::sleep(wait).await;
            wait *= 2;
        }
        self.send_once(request, credentials).await
    }

    async fn send_once(&self, request: Request, credentials: &Credentials) -> Result<Response, CallError> {
        let Request { time_limit, size_limit, .. } = request;
        let host = host_of(&request.url);
        let signed = self.signed(request, credentials).map_err(|reason| CallError::Request {
            host: host.clone(),
            // Signing errors name the malformed part; they hold no credential.
            reason: causes(&*reason),
        })?;
        let unreachable = |reason| CallError::Unreachable { host: host.clone(), reason };
        let exchange = async {
            let answer = self.http.request(signed).await.map_err(|error| unreachable(causes(&error)))?;
            let (head, body) = answer.into_parts();
            match Limited::new(body, size_limit).collect().await {
                Ok(body) => Ok(http::Response::from_parts(head, body.to_bytes())),
                Err(error) if error.is::<LengthLimitError>() => {
                    Err(CallError::TooLarge { host: host.clone(), limit: size_limit })
                }
                Err(error) => Err(unreachable(causes(&*error))),
            }
        };
        match tokio::time::timeout(time_limit, exchange).await {
            Ok(answer) => answer,
            Err(_) => Err(CallError::TimedOut { host: host.clone(), limit: time_limit }),
        }
    }

    fn signed(
        &self,
        request: Request,
        credentials: &Credentials,
    ) -> Result<http::Request<SdkBody>, Box<dyn Error + Send + Sync>> {
        let identity: Identity = credentials.clone().into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(request.service.signing_name())
            .time(SystemTime::now())
            .settings(settings(request.service))
            .build()?
            .into();
        let headers = request.headers.iter().map(|(name, value)| (*name, value.as_str()));
        let signable = SignableRequest::new(
            request.method.as_str(),
            request.url.as_str(),
            headers,
            SignableBody::Bytes(&request.body),
        )?;
        let (instructions, _) = sign(signable, &params)?.into_parts();
        let mut signed = http::Request::builder().method(request.method).uri(&request.url);
        for (name, value) in &request.headers {
            signed = signed.header(*name, value);
        }
        let mut signed = signed.body(SdkBody::from(request.body))?;
        instructions.apply_to_request_http1x(&mut signed);
        Ok(signed)
    }
}

/// S3 says by its status that it is busy, the JSON services by the name of the error.
fn may_pass(response: &Response) -> bool {
    let status = response.status();
    let says = |name: &&str| response.body().windows(name.len()).any(|window| window == name.as_bytes());
    let throttled = || THROTTLED.iter().any(says);
    status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS || (status.is_client_error() && throttled())
}

/// S3 takes the path as it was sent and wants the body's checksum in a header; the other services do neither
/// (AWS IAM User Guide, "Create a signed AWS API request").
fn settings(service: Service) -> SigningSettings {
    let mut settings = SigningSettings::default();
    if service == Service::S3 {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    settings
}

fn host_of(url: &str) -> String {
    url.parse::<http::Uri>()
        .ok()
        .and_then(|uri| uri.authority().map(ToString::to_string))
        .unwrap_or_else(|| "the service".to_owned())
}
