//! The SDK's idea of an HTTP client, on our own.

use std::time::Duration;

use aws_call::{HttpClient, causes};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;

/// Sends the SDK's requests over the shared connections.
#[derive(Clone, Debug)]
pub(crate) struct Connector {
    http: HttpClient,
    time_limit: Option<Duration>,
}

impl Connector {
    /// The client to configure the SDK with.
    pub(crate) fn client(http: HttpClient) -> SharedHttpClient {
        http_client_fn(move |settings, _| {
            // The pool does not tell connecting from waiting, so both of the SDK's limits together bound the time to
            // the head of the answer. The stack itself gives up connecting after a few seconds.
            let time_limit = settings.read_timeout().map(|read| read + settings.connect_timeout().unwrap_or_default());
            SharedHttpConnector::new(Self { http: http.clone(), time_limit })
        })
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let Self { http, time_limit } = self.clone();
        HttpConnectorFuture::new(async move {
            let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
            let answer = http.request(request);
            let answer = match time_limit {
                Some(limit) => tokio::time::timeout(limit, answer)
                    .await
                    .map_err(|_| ConnectorError::timeout(format!("no answer within {} s", limit.as_secs()).into()))?,
                None => answer.await,
            };
            let answer = answer.map_err(|error| ConnectorError::io(causes(&error).into()))?;
            HttpResponse::try_from(answer.map(SdkBody::from_body_1_x))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}
