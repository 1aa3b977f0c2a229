//! The page for a request that could not be fulfilled.

use crate::error::ShopError;
use axum::{
    extract::rejection::FormRejection,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use maud::{DOCTYPE, html};

/// A refused request, answered as a page. It needs no database, which may be what failed.
#[derive(Debug)]
pub struct PageError {
    status: StatusCode,
    message: String,
}

impl From<ShopError> for PageError {
    fn from(error: ShopError) -> Self {
        Self { status: error.status(), message: error.told() }
    }
}

impl From<FormRejection> for PageError {
    fn from(rejection: FormRejection) -> Self {
        Self { status: rejection.status(), message: rejection.body_text() }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let title = match self.status {
            StatusCode::NOT_FOUND => "We do not have that",
            status if status.is_server_error() => "That is our fault",
            _ => "That did not work",
        };
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (title) }
                    link rel="stylesheet" href="/static/shop.css";
                }
                body {
                    main.refusal {
                        h1 { (title) }
                        p { (self.message) "." }
                        p { a.button href="/" { "Back to the shop" } }
                    }
                }
            }
        };
        (self.status, page).into_response()
    }
}

pub(super) async fn unknown() -> PageError {
    PageError { status: StatusCode::NOT_FOUND, message: "there is no page at this address".to_owned() }
}
