//! What operators ask: `GET /health` and `GET /version`; and the answers to requests that meet no route.

use super::answer::ApiError;
use crate::{database, server::Shop};
use axum::{
    Json,
    extract::State,
    http::{Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use std::sync::Arc;

/// `{"status": "ok", "products": 8}`, or 503 and `{"status": "unavailable"}` when the database does not answer.
pub(super) async fn health(State(shop): State<Arc<Shop>>) -> Response {
    match database::probe(&shop.db).await {
        Ok(products) => Json(json!({"status": "ok", "products": products})).into_response(),
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"status": "unavailable"}))).into_response()
        }
    }
}

/// `{"revision": "..."}`.
pub(super) async fn version(State(shop): State<Arc<Shop>>) -> Json<Value> {
    Json(json!({"revision": shop.revision}))
}

pub(super) async fn unknown(uri: Uri) -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "unknown_path", format!("the API has no path {:?}", uri.path()))
}

pub(super) async fn method_not_allowed(method: Method, uri: Uri) -> ApiError {
    let message = format!("{:?} does not answer to {method}", uri.path());
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", message)
}
