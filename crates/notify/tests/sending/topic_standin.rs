//! One SNS topic, in the protocol AWS Query.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use aws_sdk_sns::Client;
use aws_sdk_sns::config::retry::RetryConfig;
use aws_sdk_sns::config::{BehaviorVersion, Config, Credentials, Region, SharedAsyncSleep};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Form, Router};

/// The topic there is.
pub(crate) const TOPIC: &str = "arn:aws:sns:eu-central-1:111111111111:alerts";

type Parameters = BTreeMap<String, String>;

/// Refusals of the next calls, status and code; and the calls that were taken.
#[derive(Clone, Default)]
pub(crate) struct Topic {
    pub(crate) refusals: Arc<Mutex<VecDeque<(u16, &'static str)>>>,
    pub(crate) published: Arc<Mutex<Vec<Parameters>>>,
}

impl Topic {
    /// The topic, and a client for it.
    pub(crate) async fn start() -> (Self, Client) {
        let topic = Self::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let routes = Router::new().route("/", post(publish)).with_state(topic.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        (topic, client(&url))
    }
}

/// A client for whoever listens at `url`.
pub(crate) fn client(url: &str) -> Client {
    let http: aws_call::HttpClient = http_stack::client(&http_stack::client_config(None).unwrap());
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .credentials_provider(Credentials::new("ASIAFUNCTION", "secret-key", None, None, "test"))
        .http_client(http_client_fn(move |_, _| SharedHttpConnector::new(Connector(http.clone()))))
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .retry_config(RetryConfig::standard())
        .endpoint_url(url);
    Client::from_conf(config.build())
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

async fn publish(State(topic): State<Topic>, Form(parameters): Form<Parameters>) -> (StatusCode, String) {
    if let Some((status, code)) = topic.refusals.lock().unwrap().pop_front() {
        return refusal(status, code);
    }
    let known = |name: &str| {
        ["Action", "Version", "TopicArn", "Subject", "Message"].contains(&name)
            || name.starts_with("MessageAttributes.entry.")
    };
    let subject = &parameters["Subject"];
    if parameters["Action"] != "Publish" || !parameters.keys().all(|name| known(name)) {
        return refusal(400, "InvalidAction");
    }
    if parameters["TopicArn"] != TOPIC {
        return refusal(404, "NotFound");
    }
    let is_subject = !subject.is_empty() && subject.chars().count() < 100 && !subject.contains(char::is_control);
    if !is_subject || parameters["Message"].is_empty() || parameters.values().any(String::is_empty) {
        return refusal(400, "InvalidParameter");
    }
    topic.published.lock().unwrap().push(parameters);
    let answer = "<PublishResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishResult><MessageId>m-1\
                  </MessageId></PublishResult></PublishResponse>";
    (StatusCode::OK, answer.to_owned())
}

fn refusal(status: u16, code: &str) -> (StatusCode, String) {
    let body = format!(
        "<ErrorResponse><Error><Type>x</Type><Code>{code}</Code><Message>because</Message></Error></ErrorResponse>"
    );
    (StatusCode::from_u16(status).unwrap(), body)
}
