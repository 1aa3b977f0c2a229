//! The site under test.

use http::StatusCode;
use launchway::standin::{Site, SiteAnswer, closed_port};
use serde_json::json;

/// The site under test.
#[derive(Debug, Clone)]
pub(crate) enum Shop {
    /// It answers so to `GET /` and `GET /api/products`.
    Answers(SiteAnswer, SiteAnswer),
    /// Nothing listens.
    Down,
}

impl Shop {
    /// The base case: the checks of the base case's suite pass.
    pub(crate) fn open() -> Self {
        let home = SiteAnswer::page("<h1>Shop</h1><button>Add to cart</button>");
        Self::Answers(home, SiteAnswer::json(StatusCode::OK, &json!({ "count": 8 })))
    }

    /// The site, when something listens, and its base URL.
    pub(crate) async fn start(&self) -> (Option<Site>, String) {
        match self {
            Self::Answers(home, products) => {
                let routes = [("GET /", home.clone()), ("GET /api/products", products.clone())];
                let site = Site::start(None, routes).await.unwrap();
                let url = site.url();
                (Some(site), url)
            }
            Self::Down => (None, closed_port().await.unwrap()),
        }
    }
}
