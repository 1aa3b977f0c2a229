//! A topic and a queue in the stand-in for AWS, and clients for it.

use aws_call::{Endpoints, Service};
use aws_credential_types::Credentials;
use aws_sdk_sns::Client;
use aws_sdk_sns::config::retry::RetryConfig;
use aws_sdk_sns::config::{BehaviorVersion, Config, Region, SharedAsyncSleep};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use launchway::standin;
use launchway::standin::aws::{Aws, AwsSettings};

/// The topic there is.
pub(crate) const TOPIC: &str = "arn:aws:sns:eu-central-1:111111111111:alerts";

/// The queue there is.
pub(crate) const QUEUE: &str = "https://sqs.eu-central-1.amazonaws.com/111111111111/undelivered";

const REGION: &str = "eu-central-1";
const KEYS: [&str; 3] = ["ASIAFUNCTION", "secret-key", "session"];

/// AWS with the topic and the queue.
pub(crate) async fn aws() -> Aws {
    let [id, secret, token] = KEYS;
    let credentials = standin::Credentials::session(id, secret, token);
    let settings = AwsSettings {
        region: REGION.to_owned(),
        function_credentials: credentials.clone(),
        job_credentials: credentials,
    };
    let aws = Aws::start(settings, None).await.unwrap();
    aws.add_topic(TOPIC);
    aws.add_queue(QUEUE);
    aws
}

/// Calls of Secrets Manager and SQS, for whoever listens at `url`.
pub(crate) fn caller(url: &str) -> aws_call::Aws {
    let mut endpoints = Endpoints::default();
    for service in [Service::SecretsManager, Service::Sqs] {
        endpoints.set(service, url).unwrap();
    }
    aws_call::Aws { region: REGION.to_owned(), credentials: credentials(), endpoints, http: http() }
}

/// A client of SNS, for whoever listens at `url`.
pub(crate) fn sns(url: &str) -> Client {
    let http = http();
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .credentials_provider(credentials())
        .http_client(http_client_fn(move |_, _| SharedHttpConnector::new(Connector(http.clone()))))
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .retry_config(RetryConfig::standard())
        .endpoint_url(url);
    Client::from_conf(config.build())
}

fn credentials() -> Credentials {
    let [id, secret, token] = KEYS;
    Credentials::new(id, secret, Some(token.to_owned()), None, "test")
}

fn http() -> aws_call::HttpClient {
    http_stack::client(&http_stack::client_config(None).unwrap())
}

#[derive(Debug)]
struct Connector(aws_call::HttpClient);

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let http = self.0.clone();
        HttpConnectorFuture::new(async move {
            let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
            let answer = http.request(request).await.map_err(|error| ConnectorError::io(error.into()))?;
            HttpResponse::try_from(answer.map(SdkBody::from_body_1_x))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}
