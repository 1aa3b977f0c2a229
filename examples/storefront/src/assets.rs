//! The style sheet and the drawings, compiled in: a page never meets files of another release.

use crate::server::Shop;
use axum::{
    Router,
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use std::sync::Arc;

/// `GET /static/shop.css` and `GET /static/pictures/{name}`.
pub fn routes() -> Router<Arc<Shop>> {
    Router::new()
        .route("/static/shop.css", get(async || asset("text/css; charset=utf-8", include_str!("../static/shop.css"))))
        .route("/static/pictures/{name}", get(picture))
}

/// Where the drawing of a product is.
#[must_use]
pub fn picture_path(sku: &str) -> String {
    format!("/static/pictures/{sku}.svg")
}

const PICTURES: [(&str, &str); 8] = [
    ("SKU-1001.svg", include_str!("../static/pictures/SKU-1001.svg")),
    ("SKU-1002.svg", include_str!("../static/pictures/SKU-1002.svg")),
    ("SKU-1003.svg", include_str!("../static/pictures/SKU-1003.svg")),
    ("SKU-1004.svg", include_str!("../static/pictures/SKU-1004.svg")),
    ("SKU-1005.svg", include_str!("../static/pictures/SKU-1005.svg")),
    ("SKU-1006.svg", include_str!("../static/pictures/SKU-1006.svg")),
    ("SKU-1007.svg", include_str!("../static/pictures/SKU-1007.svg")),
    ("SKU-1008.svg", include_str!("../static/pictures/SKU-1008.svg")),
];

async fn picture(Path(name): Path<String>) -> Response {
    match PICTURES.iter().find(|(known, _)| *known == name) {
        Some((_, drawing)) => asset("image/svg+xml", drawing),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn asset(content_type: &'static str, text: &'static str) -> Response {
    // Pages name assets with the revision, so that a new release is not drawn with the old style.
    ([(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, "public, max-age=3600")], text).into_response()
}
