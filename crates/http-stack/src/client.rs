//! A pooled HTTP/1.1 client for `http` and `https` URLs.

use std::sync::Arc;
use std::time::Duration;

use http_body_util::combinators::BoxBody;
use hyper::body::Body;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;

/// Longest time to open a TCP connection. AWS endpoints answer in milliseconds; a hole in a security group does not.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long an idle connection is kept. A frozen Lambda environment finds older ones closed by the other side.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(20);

/// A client that sends bodies of type `B`. Cloning it shares its connections.
pub type Client<B = BoxBody<bytes::Bytes, std::convert::Infallible>> =
    hyper_util::client::legacy::Client<HttpsConnector<HttpConnector>, B>;

/// Makes a client that trusts what `tls` trusts.
#[must_use]
pub fn client<B>(tls: &Arc<ClientConfig>) -> Client<B>
where
    B: Body + Send,
    B::Data: Send,
{
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_connect_timeout(Some(CONNECT_TIMEOUT));
    let https = HttpsConnectorBuilder::new()
        .with_tls_config(ClientConfig::clone(tls))
        .https_or_http()
        .enable_http1()
        .wrap_connector(tcp);
    hyper_util::client::legacy::Client::builder(TokioExecutor::new())
        .pool_idle_timeout(POOL_IDLE_TIMEOUT)
        .pool_timer(TokioTimer::new())
        .build(https)
}
