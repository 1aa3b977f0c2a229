//! `POST /api/carts/{id}/checkout` and `GET /api/orders/{id}`.

use super::answer::{ApiError, Item, Sums, items, sums};
use crate::{
    order::{self, Customer, Order},
    server::Shop,
};
use axum::{
    Json,
    extract::{Path, State, rejection::JsonRejection},
    http::{StatusCode, header},
    response::IntoResponse,
};
use serde::Serialize;
use std::sync::Arc;

#[derive(Serialize)]
pub(super) struct OrderAnswer {
    order_id: String,
    number: String,
    email: String,
    items: Vec<Item>,
    #[serde(flatten)]
    sums: Sums,
    /// Seconds since 1970.
    placed_at: i64,
}

pub(super) async fn checkout(
    State(shop): State<Arc<Shop>>,
    Path(cart): Path<String>,
    body: Result<Json<Customer>, JsonRejection>,
) -> Result<impl IntoResponse, ApiError> {
    let Json(customer) = body?;
    let order = order::checkout(&shop.db, &shop.settings, &cart, customer).await?;
    let location = [(header::LOCATION, format!("/api/orders/{}", order.id))];
    Ok((StatusCode::CREATED, location, Json(answer(order))))
}

pub(super) async fn find(State(shop): State<Arc<Shop>>, Path(id): Path<String>) -> Result<Json<OrderAnswer>, ApiError> {
    Ok(Json(answer(order::find(&shop.db, &id).await?)))
}

fn answer(order: Order) -> OrderAnswer {
    let money = |amount| order.currency.money(amount);
    OrderAnswer {
        order_id: order.id,
        number: order.number,
        email: order.customer.email,
        sums: sums(order.totals, money),
        items: items(order.lines, money),
        placed_at: order.placed_at,
    }
}
