//! A shop on an empty database of its own, asked through its router.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use serde_json::Value;
use std::sync::Arc;
use storefront::{
    database,
    server::{Shop, router},
    settings::Settings,
};
use tempfile::TempDir;
use tower::ServiceExt;

pub(crate) struct TestShop {
    pub(crate) shop: Arc<Shop>,
    router: Router,
    _folder: TempDir,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl TestShop {
    pub(crate) async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = database::open(&format!("sqlite://{}/shop.db", folder.path().display())).await.unwrap();
        let settings = Settings::parse(include_str!("../../settings.toml")).unwrap();
        let shop = Arc::new(Shop { db, settings, revision: "1f2e3d".to_owned() });
        Self { router: router(Arc::clone(&shop)), shop, _folder: folder }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[], String::new()).await
    }

    pub(crate) async fn post_json(&self, path: &str, body: impl ToString) -> Answer {
        self.ask(Method::POST, path, &[(header::CONTENT_TYPE, "application/json")], body.to_string()).await
    }

    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(header::HeaderName, &str)],
        body: String,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let response = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 1 << 20).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8(body.to_vec()).unwrap() }
    }

    /// The id of a new cart with `quantity` of SKU-1001, or an empty one.
    pub(crate) async fn cart(&self, quantity: i64) -> String {
        let cart = self.post_json("/api/carts", "").await;
        assert_eq!(cart.status, StatusCode::CREATED);
        let id = cart.json()["id"].as_str().unwrap().to_owned();
        if quantity > 0 {
            let item = serde_json::json!({"sku": "SKU-1001", "quantity": quantity});
            assert_eq!(self.post_json(&format!("/api/carts/{id}/items"), item).await.status, StatusCode::OK);
        }
        id
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub(crate) fn header(&self, name: &header::HeaderName) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no header {name}")).to_str().unwrap()
    }
}
