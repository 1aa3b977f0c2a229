//! CodePipeline's result calls and one bucket of S3, by path.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, StatusCode};
use axum::routing::{get, post};
use function_setup::{AwsSetup, Environment};
use pipeline_job::Jobs;
use serde_json::Value;

/// What is answered to the next call instead of the usual.
pub(crate) type Refusal = (u16, String);

#[derive(Default)]
struct Records {
    results: Vec<(String, Value)>,
    result_refusals: VecDeque<Refusal>,
    object: Bytes,
    object_refusals: VecDeque<Refusal>,
    ignores_ranges: bool,
    ranges: Vec<String>,
    sent: u64,
    stored: Vec<(String, HeaderMap, Bytes)>,
    authorizations: Vec<String>,
}

#[derive(Clone)]
pub(crate) struct Standin {
    records: Arc<Mutex<Records>>,
    setup: AwsSetup,
}

impl Standin {
    /// A stand-in whose bucket holds `object` under every key.
    pub(crate) async fn start(object: impl Into<Bytes>) -> Self {
        let records = Arc::new(Mutex::new(Records { object: object.into(), ..Records::default() }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let routes = Router::new()
            .route("/", post(result))
            .route("/{bucket}/{*key}", get(read).put(store))
            .with_state(Arc::clone(&records));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { records, setup: setup(&url) }
    }

    /// One that nobody listens behind: at a port that no system gives to whoever asks for a free one.
    pub(crate) fn unreachable() -> Self {
        Self { records: Arc::default(), setup: setup("http://127.0.0.1:1") }
    }

    pub(crate) fn jobs(&self) -> Jobs {
        Jobs::new(self.setup.aws.clone(), &self.setup.codepipeline())
    }

    /// Refuses the next result calls.
    pub(crate) fn refuse_results(&self, refusals: impl IntoIterator<Item = Refusal>) {
        self.records.lock().unwrap().result_refusals.extend(refusals);
    }

    /// Refuses the next calls for objects.
    pub(crate) fn refuse_objects(&self, refusals: impl IntoIterator<Item = Refusal>) {
        self.records.lock().unwrap().object_refusals.extend(refusals);
    }

    /// Answers every read with the whole object.
    pub(crate) fn ignore_ranges(&self) {
        self.records.lock().unwrap().ignores_ranges = true;
    }

    /// The results that were accepted: operation and input.
    pub(crate) fn results(&self) -> Vec<(String, Value)> {
        self.records.lock().unwrap().results.clone()
    }

    /// The ranges read, and the bytes sent for them.
    pub(crate) fn transfer(&self) -> (Vec<String>, u64) {
        let records = self.records.lock().unwrap();
        (records.ranges.clone(), records.sent)
    }

    /// The objects stored: path, headers and content.
    pub(crate) fn stored(&self) -> Vec<(String, HeaderMap, Bytes)> {
        self.records.lock().unwrap().stored.clone()
    }

    /// The access keys that signed the calls for objects.
    pub(crate) fn authorizations(&self) -> Vec<String> {
        self.records.lock().unwrap().authorizations.clone()
    }
}

/// A document as S3 refuses with.
pub(crate) fn s3_refusal(status: u16, code: &str) -> Refusal {
    (status, format!("<Error><Code>{code}</Code><Message>because</Message></Error>"))
}

/// A document as CodePipeline refuses with.
pub(crate) fn json_refusal(status: u16, code: &str) -> Refusal {
    (status, format!(r#"{{"__type":"{code}","message":"because"}}"#))
}

fn setup(url: &str) -> AwsSetup {
    let environment: Environment = [
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "ASIAFUNCTION"),
        ("AWS_SECRET_ACCESS_KEY", "functions-secret-key"),
        ("AWS_SESSION_TOKEN", "functions-session-token"),
        ("AWS_ENDPOINT_URL", url),
    ]
    .into_iter()
    .collect();
    AwsSetup::from_environment(&environment).unwrap()
}

type Shared = State<Arc<Mutex<Records>>>;

async fn result(State(records): Shared, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let mut records = records.lock().unwrap();
    assert!(headers["authorization"].to_str().unwrap().contains("Credential=ASIAFUNCTION/"));
    // Tries that the SDK adds would keep the last refusal to themselves when the time is over.
    assert_eq!(headers["amz-sdk-request"], "attempt=1; max=1");
    if let Some((status, text)) = records.result_refusals.pop_front() {
        return answer(status, text);
    }
    let target = headers["x-amz-target"].to_str().unwrap();
    let operation = target.rsplit('.').next().unwrap().to_owned();
    records.results.push((operation, serde_json::from_slice(&body).unwrap()));
    answer(200, "{}")
}

async fn read(State(records): Shared, headers: HeaderMap) -> Response<Body> {
    let mut records = records.lock().unwrap();
    records.note_signer(&headers);
    if let Some((status, text)) = records.object_refusals.pop_front() {
        return answer(status, text);
    }
    let range = headers["range"].to_str().unwrap().to_owned();
    records.ranges.push(range.clone());
    let length = records.object.len();
    if length == 0 {
        return answer(416, "<Error><Code>InvalidRange</Code></Error>");
    }
    let (start, end) = match range.strip_prefix("bytes=").unwrap().split_once('-').unwrap() {
        ("", count) => (length.saturating_sub(count.parse().unwrap()), length),
        (start, last) => (start.parse().unwrap(), last.parse::<usize>().unwrap() + 1),
    };
    if headers.get("if-match").is_some_and(|etag| etag != "\"v1\"") {
        return answer(412, "<Error><Code>PreconditionFailed</Code></Error>");
    }
    if records.ignores_ranges {
        return answer(200, records.object.clone());
    }
    let part = records.object.slice(start..end.min(length));
    records.sent += part.len() as u64;
    Response::builder()
        .status(206)
        .header("etag", "\"v1\"")
        .header("content-range", format!("bytes {start}-{}/{length}", start + part.len() - 1))
        .body(part.into())
        .unwrap()
}

async fn store(
    State(records): Shared,
    Path(path): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let mut records = records.lock().unwrap();
    records.note_signer(&headers);
    if let Some((status, text)) = records.object_refusals.pop_front() {
        return answer(status, text);
    }
    records.stored.push((format!("{}/{}", path.0, path.1), headers, body));
    answer(200, "")
}

impl Records {
    fn note_signer(&mut self, headers: &HeaderMap) {
        assert!(headers.contains_key("x-amz-content-sha256"), "S3 wants the checksum of the body");
        let authorization = headers["authorization"].to_str().unwrap();
        let (_, credential) = authorization.split_once("Credential=").unwrap();
        self.authorizations.push(credential.split('/').next().unwrap().to_owned());
    }
}

fn answer(status: u16, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    response
}
