//! The pages for people: plain forms and links, no script.

mod cart;
mod checkout;
mod home;
mod layout;
mod order;
mod product;
mod refusal;
mod session;

pub use refusal::PageError;

use crate::server::Shop;
use axum::{
    Router,
    routing::{get, post},
};
use std::sync::Arc;

/// The routes of the pages and the page for every other path.
pub fn routes() -> Router<Arc<Shop>> {
    Router::new()
        .route("/", get(home::page))
        .route("/products/{sku}", get(product::page))
        .route("/cart", get(cart::page))
        .route("/cart/items", post(cart::add))
        .route("/cart/items/{sku}", post(cart::set))
        .route("/checkout", get(checkout::page).post(checkout::order))
        .route("/orders/{id}", get(order::page))
        .fallback(refusal::unknown)
}
