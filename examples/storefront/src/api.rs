//! The API for programs. Bodies are JSON; amounts are `{"amount": minor units, "currency": "EUR"}`.
//!
//! Errors are `{"error": {"code": "...", "message": "..."}}`: the code is for programs, the message for people.

mod answer;
mod carts;
mod orders;
mod products;
mod service;

pub use answer::ApiError;

use crate::server::Shop;
use axum::{
    Router,
    routing::{any, get, post},
};
use std::sync::Arc;

/// The routes under `/api`, `/health` and `/version`.
pub fn routes() -> Router<Arc<Shop>> {
    Router::new()
        .route("/health", get(service::health))
        .route("/version", get(service::version))
        .route("/api/products", get(products::list))
        .route("/api/products/{sku}", get(products::find))
        .route("/api/carts", post(carts::create))
        .route("/api/carts/{id}", get(carts::find))
        .route("/api/carts/{id}/items", post(carts::add_item))
        .route("/api/carts/{id}/checkout", post(orders::checkout))
        .route("/api/orders/{id}", get(orders::find))
        .route("/api/{*rest}", any(service::unknown))
        .method_not_allowed_fallback(service::method_not_allowed)
}
