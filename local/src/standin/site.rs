//! A web site that behaves as a test tells it to.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use tokio::sync::watch;

use super::{Hangup, Listener, ServerTls, StandinError};

/// What the site does with a request.
#[derive(Debug, Clone)]
pub enum SiteAnswer {
    /// An answer with this status, content type and body.
    Text(StatusCode, &'static str, String),
    /// The request is read and never answered.
    Hang,
    /// The connection is closed without an answer.
    Close,
}

impl SiteAnswer {
    /// An HTML page with status 200.
    #[must_use]
    pub fn page(body: &str) -> Self {
        Self::Text(StatusCode::OK, "text/html; charset=utf-8", body.to_owned())
    }

    /// A JSON answer with this status.
    #[must_use]
    pub fn json(status: StatusCode, body: &serde_json::Value) -> Self {
        Self::Text(status, "application/json", body.to_string())
    }
}

type Routes = BTreeMap<String, SiteAnswer>;

/// A site on 127.0.0.1. What no route was given for is 404.
#[derive(Debug)]
pub struct Site {
    listener: Listener,
    routes: Arc<Mutex<Routes>>,
    requests: Arc<Mutex<Vec<String>>>,
    /// Whether there was a request.
    asked: watch::Receiver<bool>,
}

impl Site {
    /// Starts a site with these routes, each `METHOD /path`.
    pub async fn start<'r>(
        tls: Option<ServerTls>,
        routes: impl IntoIterator<Item = (&'r str, SiteAnswer)>,
    ) -> Result<Self, StandinError> {
        let routes: Routes = routes.into_iter().map(|(route, answer)| (route.to_owned(), answer)).collect();
        let routes = Arc::new(Mutex::new(routes));
        let known = Arc::clone(&routes);
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        let (asking, asked) = watch::channel(false);
        let asking = Arc::new(asking);
        let listener = Listener::start(tls, move |request| {
            let route = format!("{} {}", request.method(), request.uri().path());
            seen.lock().unwrap_or_else(PoisonError::into_inner).push(describe(&request));
            asking.send_replace(true);
            let answer = known.lock().unwrap_or_else(PoisonError::into_inner).get(&route).cloned();
            async move { respond(answer).await }
        })
        .await?;
        Ok(Self { listener, routes, requests, asked })
    }

    /// Its base URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        self.listener.url()
    }

    /// Answers this route so from now on.
    pub fn set(&self, route: &str, answer: SiteAnswer) {
        self.routes.lock().unwrap_or_else(PoisonError::into_inner).insert(route.to_owned(), answer);
    }

    /// Waits for the first request. It may be called after it.
    pub async fn asked(&self) {
        // The sender lives as long as the listener: waiting cannot fail.
        let _ = self.asked.clone().wait_for(|asked| *asked).await;
    }

    /// The requests until now, each `METHOD /path?query`, in the order they came.
    #[must_use]
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn describe(request: &Request<Bytes>) -> String {
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    format!("{} {target}", request.method())
}

async fn respond(answer: Option<SiteAnswer>) -> Result<Response<Bytes>, Hangup> {
    let (status, content_type, body) = match answer {
        Some(SiteAnswer::Text(status, content_type, body)) => (status, content_type, body),
        Some(SiteAnswer::Hang) => std::future::pending().await,
        Some(SiteAnswer::Close) => return Err(Hangup),
        None => (StatusCode::NOT_FOUND, "text/plain", "no such page".to_owned()),
    };
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(content_type));
    Ok(response)
}
