//! Slack's two ways to send, and a secret, whose answers a test can word as it likes. What is not known is refused.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response};
use axum::routing::post;
use notify::Slack;
use serde_json::{Value, json};

use crate::account::caller;

/// What Slack does with a call instead of taking it.
#[derive(Clone)]
pub(crate) enum Fault {
    /// Answers with a status, a `Retry-After` and a body.
    Answer(u16, Option<&'static str>, &'static str),
    /// Never answers.
    Hang,
    /// Closes the connection in the middle of the answer.
    Break,
}

struct Records {
    token: String,
    webhook: String,
    secret: Value,
    secret_reads: usize,
    secret_faults: VecDeque<(u16, &'static str)>,
    faults: VecDeque<Fault>,
    calls: usize,
    messages: Vec<(String, Value)>,
}

type Shared = Arc<Mutex<Records>>;

/// Slack with the bot's token `xoxb-first` and the webhook `/services/T1/B1/first`, and a secret with both names.
#[derive(Clone)]
pub(crate) struct Standin {
    records: Shared,
    url: String,
}

impl Standin {
    /// With a secret that holds the bot's token.
    pub(crate) async fn with_bot() -> Self {
        let standin = Self::start().await;
        standin.set_secret(&json!({"bot_token": "xoxb-first"}));
        standin
    }

    /// With a secret that holds the webhook's URL.
    pub(crate) async fn with_webhook() -> Self {
        let standin = Self::start().await;
        standin.set_secret(&json!({"webhook_url": standin.webhook("first")}));
        standin
    }

    async fn start() -> Self {
        let records = Arc::new(Mutex::new(Records {
            token: "xoxb-first".to_owned(),
            webhook: "first".to_owned(),
            secret: Value::Null,
            secret_reads: 0,
            secret_faults: VecDeque::new(),
            faults: VecDeque::new(),
            calls: 0,
            messages: Vec::new(),
        }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let routes = Router::new()
            .route("/", post(secret))
            .route("/api/{method}", post(api))
            .route("/services/T1/B1/{key}", post(webhook))
            .with_state(Arc::clone(&records));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { records, url }
    }

    pub(crate) fn slack(&self) -> Slack {
        Slack::new(caller(&self.url), "launchway/slack", &format!("{}/api/", self.url))
    }

    pub(crate) fn webhook(&self, key: &str) -> String {
        format!("{}/services/T1/B1/{key}", self.url)
    }

    /// What Slack knows from now on: the bot's token and the webhook's key.
    pub(crate) fn rotate(&self, token: &str, webhook: &str) {
        let mut records = self.records.lock().unwrap();
        (records.token, records.webhook) = (token.to_owned(), webhook.to_owned());
    }

    pub(crate) fn set_secret(&self, secret: &Value) {
        self.records.lock().unwrap().secret = json!({ "SecretString": secret.to_string() });
    }

    /// The whole answer of Secrets Manager.
    pub(crate) fn set_secret_answer(&self, answer: Value) {
        self.records.lock().unwrap().secret = answer;
    }

    pub(crate) fn refuse_secret(&self, status: u16, body: &'static str) {
        self.records.lock().unwrap().secret_faults.push_back((status, body));
    }

    pub(crate) fn fail(&self, faults: impl IntoIterator<Item = Fault>) {
        self.records.lock().unwrap().faults.extend(faults);
    }

    /// Messages that Slack took: the method, or `webhook`, and the body.
    pub(crate) fn messages(&self) -> Vec<(String, Value)> {
        self.records.lock().unwrap().messages.clone()
    }

    /// How often Slack was called, and how often the secret was read.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let records = self.records.lock().unwrap();
        (records.calls, records.secret_reads)
    }
}

async fn secret(State(records): State<Shared>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let mut records = records.lock().unwrap();
    let input: Value = serde_json::from_slice(&body).unwrap();
    match headers["x-amz-target"].to_str().unwrap() {
        "secretsmanager.GetSecretValue" if input == json!({"SecretId": "launchway/slack"}) => {
            records.secret_reads += 1;
            match records.secret_faults.pop_front() {
                Some((status, body)) => answer(status, body),
                None => answer(200, records.secret.to_string()),
            }
        }
        other => answer(400, json!({"__type": "UnknownOperationException", "message": other}).to_string()),
    }
}

async fn api(
    State(records): State<Shared>,
    Path(method): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    if let Some(fault) = next_fault(&records) {
        return fault_answer(fault).await;
    }
    let mut records = records.lock().unwrap();
    let refuse = |word: &str| answer(200, json!({"ok": false, "error": word}).to_string());
    if headers["content-type"] != "application/json; charset=utf-8" {
        return refuse("invalid_post_type");
    }
    match headers.get("authorization").map(|value| value.to_str().unwrap()) {
        None => return refuse("not_authed"),
        Some(value) if value != format!("Bearer {}", records.token) => return refuse("invalid_auth"),
        Some(_) => {}
    }
    let body: Value = serde_json::from_slice(&body).unwrap();
    let (known, ts) = match method.as_str() {
        "chat.postMessage" => (
            &["channel", "text", "blocks", "thread_ts", "unfurl_links", "unfurl_media"][..],
            json!(format!("1764000000.{:06}", records.messages.len() + 1)),
        ),
        "chat.update" => (&["channel", "text", "blocks", "ts"][..], body["ts"].clone()),
        _ => return refuse("unknown_method"),
    };
    if body.as_object().unwrap().keys().any(|name| !known.contains(&name.as_str())) {
        return refuse("invalid_arg_name");
    }
    if body["channel"] != "C0123456789" {
        return refuse("channel_not_found");
    }
    if !body["blocks"].is_array() {
        return answer(
            200,
            r#"{"ok":false,"error":"invalid_blocks","response_metadata":{"messages":["[ERROR] must be an array\n"]}}"#,
        );
    }
    records.messages.push((method, body));
    answer(200, json!({"ok": true, "channel": "C0123456789", "ts": ts, "message": {}}).to_string())
}

async fn webhook(State(records): State<Shared>, Path(key): Path<String>, body: Bytes) -> Response<Body> {
    if let Some(fault) = next_fault(&records) {
        return fault_answer(fault).await;
    }
    let mut records = records.lock().unwrap();
    if key != records.webhook {
        return answer(404, "no_service");
    }
    let body: Value = serde_json::from_slice(&body).unwrap();
    let known = ["text", "blocks", "unfurl_links", "unfurl_media"];
    if body.as_object().unwrap().keys().any(|name| !known.contains(&name.as_str())) {
        return answer(400, "invalid_payload");
    }
    records.messages.push(("webhook".to_owned(), body));
    answer(200, "ok")
}

fn next_fault(records: &Shared) -> Option<Fault> {
    let mut records = records.lock().unwrap();
    records.calls += 1;
    records.faults.pop_front()
}

async fn fault_answer(fault: Fault) -> Response<Body> {
    match fault {
        Fault::Hang => std::future::pending().await,
        Fault::Break => {
            let mut broken = answer(200, r#"{"ok":"#);
            broken.headers_mut().insert("content-length", 100.into());
            broken
        }
        Fault::Answer(status, retry_after, body) => {
            let mut answer = answer(status, body);
            if let Some(seconds) = retry_after {
                answer.headers_mut().insert("retry-after", seconds.parse().unwrap());
            }
            answer
        }
    }
}

fn answer(status: u16, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status.try_into().unwrap();
    response
}
