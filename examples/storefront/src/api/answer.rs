//! The shapes that several answers share.

use crate::{cart::Line, error::ShopError, money::Money, pricing::Totals};
use axum::{
    Json,
    extract::rejection::JsonRejection,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::json;

/// A refused request, answered as `{"error": {"code": "...", "message": "..."}}`.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl ApiError {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }
}

impl From<ShopError> for ApiError {
    fn from(error: ShopError) -> Self {
        Self::new(error.status(), error.code(), error.told())
    }
}

impl From<JsonRejection> for ApiError {
    fn from(rejection: JsonRejection) -> Self {
        Self::new(rejection.status(), "bad_body", rejection.body_text())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.status, Json(json!({"error": {"code": self.code, "message": self.message}}))).into_response()
    }
}

#[derive(Serialize)]
pub(super) struct Item {
    sku: String,
    name: String,
    quantity: i64,
    unit_price: Money,
    total: Money,
}

pub(super) fn items(lines: Vec<Line>, money: impl Fn(i64) -> Money) -> Vec<Item> {
    let item = |line: Line| Item {
        total: money(line.total()),
        unit_price: money(line.unit_price),
        quantity: line.quantity,
        sku: line.sku,
        name: line.name,
    };
    lines.into_iter().map(item).collect()
}

#[derive(Serialize)]
pub(super) struct Sums {
    subtotal: Money,
    shipping: Money,
    /// Contained in the total.
    tax: Money,
    total: Money,
}

pub(super) fn sums(totals: Totals, money: impl Fn(i64) -> Money) -> Sums {
    Sums {
        subtotal: money(totals.subtotal),
        shipping: money(totals.shipping),
        tax: money(totals.tax),
        total: money(totals.total),
    }
}
