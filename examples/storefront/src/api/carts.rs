//! `POST /api/carts`, `GET /api/carts/{id}` and `POST /api/carts/{id}/items`.

use super::answer::{ApiError, Item, Sums, items, sums};
use crate::{
    cart::{self, Cart, Change},
    pricing::totals,
    server::Shop,
};
use axum::{
    Json,
    extract::{Path, State, rejection::JsonRejection},
    http::{StatusCode, header},
    response::IntoResponse,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

#[derive(Serialize)]
pub(super) struct CartAnswer {
    id: String,
    ordered: bool,
    items: Vec<Item>,
    #[serde(flatten)]
    sums: Sums,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewItem {
    sku: String,
    quantity: i64,
}

pub(super) async fn create(State(shop): State<Arc<Shop>>) -> Result<impl IntoResponse, ApiError> {
    let cart = cart::create(&shop.db).await?;
    let location = [(header::LOCATION, format!("/api/carts/{}", cart.id))];
    Ok((StatusCode::CREATED, location, Json(answer(&shop, cart))))
}

pub(super) async fn find(State(shop): State<Arc<Shop>>, Path(id): Path<String>) -> Result<Json<CartAnswer>, ApiError> {
    let cart = cart::find(&shop.db, &id).await?;
    Ok(Json(answer(&shop, cart)))
}

pub(super) async fn add_item(
    State(shop): State<Arc<Shop>>,
    Path(id): Path<String>,
    body: Result<Json<NewItem>, JsonRejection>,
) -> Result<Json<CartAnswer>, ApiError> {
    let Json(item) = body?;
    let change = Change::Add(item.quantity);
    let cart = cart::change(&shop.db, &id, &item.sku, change, shop.settings.max_quantity).await?;
    Ok(Json(answer(&shop, cart)))
}

fn answer(shop: &Shop, cart: Cart) -> CartAnswer {
    let money = |amount| shop.settings.money(amount);
    CartAnswer {
        id: cart.id,
        ordered: cart.ordered,
        sums: sums(totals(&cart.lines, &shop.settings), money),
        items: items(cart.lines, money),
    }
}
