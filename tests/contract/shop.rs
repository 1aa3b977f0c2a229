//! The site under test.

use http::StatusCode;
use launchway::port::ReservedPort;
use launchway::standin::{Site, SiteAnswer};
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

    pub(crate) async fn start(&self) -> RunningShop {
        match self {
            Self::Answers(home, products) => {
                let routes = [("GET /", home.clone()), ("GET /api/products", products.clone())];
                RunningShop::Site(Site::start(None, routes).await.unwrap())
            }
            Self::Down => RunningShop::Nobody(ReservedPort::take().unwrap()),
        }
    }
}

/// The site under test in a scene that is played. Nobody else gets its port before it is dropped.
pub(crate) enum RunningShop {
    Site(Site),
    Nobody(ReservedPort),
}

impl RunningShop {
    /// Its base URL.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Site(site) => site.url(),
            Self::Nobody(port) => port.url(),
        }
    }

    /// The site, in a scene that has one.
    pub(crate) fn site(&self) -> &Site {
        match self {
            Self::Site(site) => site,
            Self::Nobody(_) => panic!("nobody listens in this scene"),
        }
    }

    /// The requests until now.
    pub(crate) fn requests(&self) -> Vec<String> {
        match self {
            Self::Site(site) => site.requests(),
            Self::Nobody(_) => Vec::new(),
        }
    }
}
