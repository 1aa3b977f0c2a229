//! The shop as a whole: its state, its routes, and serving them until it is told to stop.

use crate::{api, assets, error::StartError, pages, settings::Settings};
use axum::{
    Router,
    extract::Request,
    middleware::{Next, from_fn},
    response::Response,
};
use sqlx::AnyPool;
use std::{net::SocketAddr, sync::Arc, time::Instant};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

/// What every request needs.
#[derive(Debug)]
pub struct Shop {
    /// Products, carts and orders.
    pub db: AnyPool,
    /// What the shopkeeper decided.
    pub settings: Settings,
    /// Of the release that is running.
    pub revision: String,
}

/// All routes of the shop.
pub fn router(shop: Arc<Shop>) -> Router {
    Router::new()
        .merge(api::routes())
        .merge(assets::routes())
        .merge(pages::routes())
        .layer(from_fn(log_request))
        .with_state(shop)
}

/// Serves until SIGTERM or SIGINT; requests that have begun are answered first.
pub async fn serve(address: SocketAddr, shop: Arc<Shop>) -> Result<(), StartError> {
    let fail = |source| StartError::Serve { address, source };
    // Asked for before listening, so that a signal in the first moment is not the default one that kills.
    let mut terminate = signal(SignalKind::terminate()).map_err(fail)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(fail)?;
    let listener = TcpListener::bind(address).await.map_err(fail)?;
    let bound = listener.local_addr().map_err(fail)?;
    tracing::info!(revision = shop.revision, "listening on http://{bound}");
    let db = shop.db.clone();
    let told_to_stop = async move {
        tokio::select! {
            _ = terminate.recv() => tracing::info!("stopping: SIGTERM"),
            _ = interrupt.recv() => tracing::info!("stopping: SIGINT"),
        }
    };
    axum::serve(listener, router(shop)).with_graceful_shutdown(told_to_stop).await.map_err(fail)?;
    db.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// One line a request, without its query: what customers type stays out of the log. So do the questions that load
/// balancers and deployments ask every second, as long as they are answered well.
async fn log_request(request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let began = Instant::now();
    let response = next.run(request).await;
    let duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    if matches!(path.as_str(), "/health" | "/version") && response.status().is_success() {
        return response;
    }
    tracing::info!(%method, path, status = response.status().as_u16(), duration_ms, "request");
    response
}
