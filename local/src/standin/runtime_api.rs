//! The Lambda Runtime API: what a function's process polls for events and answers to.
//!
//! The routes, headers and status codes are those of <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use super::StandinError;
use super::process_usage::cpu_time;

/// How a function's process answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// The invocation succeeded with this body.
    Answered(Bytes),
    /// The invocation failed, as the body says.
    Failed(Bytes),
}

/// What happened at a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkKind {
    /// The process asked for an event.
    Poll,
    /// An event was handed out.
    Event,
    /// The process answered an event.
    Response,
}

/// A moment that the bench measures between.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    /// What happened.
    pub kind: MarkKind,
    /// When.
    pub at: Instant,
    /// The CPU time that the watched process had used by then.
    pub cpu: Option<Duration>,
}

/// An event on its way to the process.
#[derive(Debug)]
pub(super) struct Delivery {
    /// The request's id.
    pub(super) request_id: String,
    /// Resolves when the process took the event, to the moment at which its time is over.
    pub(super) taken: oneshot::Receiver<tokio::time::Instant>,
    /// Resolves to what the process answered.
    pub(super) reply: oneshot::Receiver<Reply>,
}

/// A Runtime API for one process at a time. Dropping it closes the port.
#[derive(Debug)]
pub struct RuntimeApi {
    address: SocketAddr,
    events: mpsc::UnboundedSender<Event>,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

#[derive(Debug)]
struct Event {
    request_id: String,
    body: Bytes,
    timeout: Duration,
    taken: oneshot::Sender<tokio::time::Instant>,
    reply: oneshot::Sender<Reply>,
}

#[derive(Debug)]
struct Shared {
    function_arn: String,
    events: Mutex<mpsc::UnboundedReceiver<Event>>,
    running: Mutex<Option<(String, oneshot::Sender<Reply>)>>,
    init_error: Mutex<Option<Bytes>>,
    marks: std::sync::Mutex<Vec<Mark>>,
    poller: watch::Sender<Poller>,
    /// Whether the process waits for an event.
    idle: watch::Sender<bool>,
}

/// Who polls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Poller {
    /// Somebody whose CPU time does not matter.
    Unwatched,
    /// A process whose id is not known yet. It may poll before the one who started it runs again.
    Starting,
    /// This process.
    Process(u32),
}

impl RuntimeApi {
    /// Starts the API of the function with this ARN at a free port.
    pub async fn start(function_arn: &str) -> Result<Self, StandinError> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(StandinError::Listen)?;
        let address = listener.local_addr().map_err(StandinError::Listen)?;
        let (sender, receiver) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            function_arn: function_arn.to_owned(),
            events: Mutex::new(receiver),
            running: Mutex::new(None),
            init_error: Mutex::new(None),
            marks: std::sync::Mutex::new(Vec::new()),
            poller: watch::Sender::new(Poller::Unwatched),
            idle: watch::Sender::new(false),
        });
        let routes = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(response))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
            .route("/2018-06-01/runtime/init/error", post(init_error))
            .with_state(Arc::clone(&shared));
        let serving = tokio::spawn(async move {
            // It serves until it is aborted; an error of one connection ends that connection.
            let _ = axum::serve(listener, routes).await;
        });
        Ok(Self { address, events: sender, shared, serving })
    }

    /// What `AWS_LAMBDA_RUNTIME_API` holds: host and port, without a scheme.
    #[must_use]
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// A process is about to be started: the next poll is its first one.
    pub(super) fn expect_process(&self) {
        self.shared.poller.send_replace(Poller::Starting);
        self.shared.idle.send_replace(false);
    }

    /// Process `pid` is the one that polls: its CPU time is read at every mark.
    pub(super) fn watch(&self, pid: u32) {
        self.shared.poller.send_replace(Poller::Process(pid));
    }

    /// Waits until the process asks for an event.
    pub async fn idle(&self) {
        // The sender lives as long as this value: waiting cannot fail.
        let _ = self.shared.idle.subscribe().wait_for(|idle| *idle).await;
    }

    /// The marks since the last call.
    #[must_use]
    pub fn take_marks(&self) -> Vec<Mark> {
        std::mem::take(&mut *lock(&self.shared.marks))
    }

    /// The error that the process gave while starting, once.
    pub(super) async fn take_init_error(&self) -> Option<Bytes> {
        self.shared.init_error.lock().await.take()
    }

    /// Queues an event under this request id, which Lambda keeps when it tries an event again. The process has `timeout`
    /// for it from the moment it takes it.
    pub(super) fn send_as(&self, request_id: String, body: Bytes, timeout: Duration) -> Delivery {
        let (taken, taken_receiver) = oneshot::channel();
        let (reply, reply_receiver) = oneshot::channel();
        let event = Event { request_id: request_id.clone(), body, timeout, taken, reply };
        // The receiver lives as long as this value: sending cannot fail.
        let _ = self.events.send(event);
        Delivery { request_id, taken: taken_receiver, reply: reply_receiver }
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// The long poll: it stays open until there is an event.
async fn next(State(shared): State<Arc<Shared>>) -> Response {
    // The sender lives as long as the state: waiting cannot fail.
    let _ = shared.poller.subscribe().wait_for(|poller| *poller != Poller::Starting).await;
    shared.mark(MarkKind::Poll);
    // A new poll gives up what the process before it left unanswered.
    shared.running.lock().await.take();
    shared.idle.send_replace(true);
    let event = loop {
        let Some(event) = shared.events.lock().await.recv().await else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        // An event whose sender has gone (it gave up on the process before) is not handed out.
        if !event.reply.is_closed() {
            break event;
        }
    };
    let Event { request_id, body, timeout, taken, reply } = event;
    let headers = event_headers(&request_id, timeout, &shared.function_arn);
    *shared.running.lock().await = Some((request_id, reply));
    shared.idle.send_replace(false);
    shared.mark(MarkKind::Event);
    let _ = taken.send(tokio::time::Instant::now() + timeout);
    (headers, body).into_response()
}

async fn response(State(shared): State<Arc<Shared>>, Path(id): Path<String>, body: Bytes) -> Response {
    shared.mark(MarkKind::Response);
    shared.finish(&id, Reply::Answered(body)).await
}

async fn error(State(shared): State<Arc<Shared>>, Path(id): Path<String>, body: Bytes) -> Response {
    shared.mark(MarkKind::Response);
    shared.finish(&id, Reply::Failed(body)).await
}

async fn init_error(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    *shared.init_error.lock().await = Some(body);
    accepted()
}

impl Shared {
    fn mark(&self, kind: MarkKind) {
        let at = Instant::now();
        let cpu = match *self.poller.borrow() {
            Poller::Process(pid) => cpu_time(pid),
            Poller::Unwatched | Poller::Starting => None,
        };
        lock(&self.marks).push(Mark { kind, at, cpu });
    }

    async fn finish(&self, id: &str, reply: Reply) -> Response {
        let running = self.running.lock().await.take_if(|(running, _)| running == id);
        let Some((_, sender)) = running else {
            let body = serde_json::json!({
                "errorMessage": format!("request {id:?} is not the one that runs"),
                "errorType": "InvalidRequestID",
            });
            return (StatusCode::BAD_REQUEST, axum::Json(body)).into_response();
        };
        // The one who asked may have given up at the deadline.
        let _ = sender.send(reply);
        accepted()
    }
}

fn accepted() -> Response {
    (StatusCode::ACCEPTED, axum::Json(serde_json::json!({ "status": "OK" }))).into_response()
}

fn event_headers(request_id: &str, timeout: Duration, function_arn: &str) -> HeaderMap {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let trace = format!(
        "Root=1-{:08x}-{};Parent=53995c3f42cd8ad8;Sampled=0",
        now.as_secs(),
        &request_id.replace('-', "")[..24]
    );
    let values = [
        ("content-type", "application/json".to_owned()),
        ("lambda-runtime-aws-request-id", request_id.to_owned()),
        ("lambda-runtime-deadline-ms", (now + timeout).as_millis().to_string()),
        ("lambda-runtime-invoked-function-arn", function_arn.to_owned()),
        ("lambda-runtime-trace-id", trace),
    ];
    values
        .into_iter()
        .filter_map(|(name, value)| Some((name.parse().ok()?, HeaderValue::try_from(value).ok()?)))
        .collect()
}

fn lock<T>(mutex: &std::sync::Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
#[path = "runtime_api_tests.rs"]
mod tests;
