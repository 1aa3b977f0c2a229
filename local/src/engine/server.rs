//! The engine as a server of this process.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::Response;
use axum::routing::post;
use http::HeaderMap;
use tokio::net::TcpListener;
use tokio::sync::{broadcast, oneshot};
use tokio::task::JoinHandle;

use super::codedeploy::DeploymentRecord;
use super::config::{EmulatorAccess, EngineConfig};
use super::context::Context;
use super::emulated::Emulated;
use super::error::EngineError;
use super::event::EngineEvent;
use super::record::ExecutionRecord;
use super::records::EngineRecords;
use super::{api, resources};

/// The largest request. Output variables, at 120 KiB the largest thing a request holds, may be escaped sixfold.
const REQUEST_LIMIT: usize = 1024 * 1024;

/// How long calls that came in before the end may take. They may wait for an emulator that is gone already.
const LAST_ANSWERS: Duration = Duration::from_secs(2);

/// A running engine: the API of CodePipeline on 127.0.0.1, and the executions of its pipelines.
#[derive(Debug)]
pub struct Engine {
    context: Arc<Context>,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

impl Engine {
    /// Listens on a free port of 127.0.0.1. The engine carries out nothing before it is connected to an emulator.
    pub async fn start(config: EngineConfig) -> Result<Self, EngineError> {
        let speed = config.clock.speed;
        if !(speed.is_finite() && speed > 0.0) {
            return Err(EngineError::ClockSpeed(speed));
        }
        for folder in [&config.work_dir, &config.cache_dir] {
            std::fs::create_dir_all(folder)
                .map_err(|source| EngineError::WorkFolder { folder: folder.clone(), source })?;
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(EngineError::Listen)?;
        let address = listener.local_addr().map_err(EngineError::Listen)?;
        let context = Arc::new(Context::new(config));
        let (stop, stopped) = oneshot::channel();
        let router = router(Arc::clone(&context));
        let server = tokio::spawn(async move {
            let until = async {
                // Dropping the engine stops the server as well.
                let _ = stopped.await;
            };
            if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(until).await {
                tracing::error!(%error, "the local CodePipeline stopped to listen");
            }
        });
        Ok(Self { context, address, stop, server })
    }

    /// The engine's address, e.g. `http://127.0.0.1:40123`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Connects the engine to its emulator, once.
    pub fn connect(&self, emulator: &EmulatorAccess) -> Result<(), EngineError> {
        let emulated = Emulated::new(emulator)?;
        self.context.emulated.set(emulated).map_err(|_| EngineError::Connected)
    }

    /// What happens from now on. A receiver that lags far behind misses the oldest events and is told how many.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<EngineEvent> {
        self.context.subscribe()
    }

    /// All executions as they stand, in the order of their starts.
    #[must_use]
    pub fn executions(&self) -> Vec<ExecutionRecord> {
        self.context.state().executions.iter().map(|execution| execution.record.clone()).collect()
    }

    /// All deployments as they stand, in the order of their making.
    #[must_use]
    pub fn deployments(&self) -> Vec<DeploymentRecord> {
        self.context.state().codedeploy.deployments.clone()
    }

    /// The records, for whoever looks them up while the engine works.
    #[must_use]
    pub fn records(&self) -> EngineRecords {
        EngineRecords::of(&self.context)
    }

    /// Ends the executions that run and stops listening. Processes that a build or a deployment left behind are ended
    /// by whoever marked them.
    pub async fn shutdown(mut self) {
        self.context.end_tasks().await;
        let _ = self.stop.send(());
        if tokio::time::timeout(LAST_ANSWERS, &mut self.server).await.is_err() {
            self.server.abort();
        }
        // What a last call has started.
        self.context.end_tasks().await;
    }
}

fn router(context: Arc<Context>) -> Router {
    Router::new()
        .route("/internal/resources", post(change_resource))
        .route("/aws/{service}", post(call_service))
        .layer(DefaultBodyLimit::max(REQUEST_LIMIT))
        .with_state(context)
}

async fn change_resource(State(context): State<Arc<Context>>, body: Bytes) -> Response {
    resources::handle(&context, &body)
}

async fn call_service(
    State(context): State<Arc<Context>>,
    Path(service): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    api::handle(&context, &service, &headers, &body).await
}
