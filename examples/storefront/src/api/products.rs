//! `GET /api/products` and `GET /api/products/{sku}`.

use super::answer::ApiError;
use crate::{assets::picture_path, money::Money, product, product::Product, server::Shop};
use axum::{
    Json,
    extract::{Path, State},
};
use serde::Serialize;
use std::sync::Arc;

#[derive(Serialize)]
pub(super) struct Products {
    products: Vec<ProductAnswer>,
}

#[derive(Serialize)]
pub(super) struct ProductAnswer {
    sku: String,
    name: String,
    summary: String,
    description: String,
    price: Money,
    picture: String,
}

pub(super) async fn list(State(shop): State<Arc<Shop>>) -> Result<Json<Products>, ApiError> {
    let products = product::list(&shop.db).await?;
    Ok(Json(Products { products: products.into_iter().map(|product| answer(&shop, product)).collect() }))
}

pub(super) async fn find(
    State(shop): State<Arc<Shop>>,
    Path(sku): Path<String>,
) -> Result<Json<ProductAnswer>, ApiError> {
    let product = product::find(&shop.db, &sku).await?;
    Ok(Json(answer(&shop, product)))
}

fn answer(shop: &Shop, product: Product) -> ProductAnswer {
    ProductAnswer {
        price: shop.settings.money(product.price),
        picture: picture_path(&product.sku),
        sku: product.sku,
        name: product.name,
        summary: product.summary,
        description: product.description,
    }
}
