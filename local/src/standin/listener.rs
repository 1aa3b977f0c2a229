//! One HTTP/1.1 listener on 127.0.0.1, with or without TLS.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

use super::StandinError;

/// The largest request body that is read. The largest thing a function sends is an output artifact with a report.
const REQUEST_LIMIT: usize = 64 << 20;

/// How a listener speaks TLS: its certificate and key.
pub type ServerTls = Arc<rustls::ServerConfig>;

/// The connection ends without an answer, on purpose.
#[derive(Debug, thiserror::Error)]
#[error("the stand-in closed the connection on purpose")]
pub struct Hangup;

/// A running listener. Dropping it closes the port and every connection.
#[derive(Debug)]
pub struct Listener {
    address: SocketAddr,
    scheme: &'static str,
    accepting: JoinHandle<()>,
}

impl Listener {
    /// Listens at a free port and answers each request with what `handler` says.
    pub async fn start<H, F>(tls: Option<ServerTls>, handler: H) -> Result<Self, StandinError>
    where
        H: Fn(Request<Bytes>) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Result<Response<Bytes>, Hangup>> + Send + 'static,
    {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(StandinError::Listen)?;
        let address = listener.local_addr().map_err(StandinError::Listen)?;
        let acceptor = tls.map(TlsAcceptor::from);
        let scheme = if acceptor.is_some() { "https" } else { "http" };
        let accepting = tokio::spawn(accept(listener, acceptor, handler));
        Ok(Self { address, scheme, accepting })
    }

    /// Where it listens, e.g. `http://127.0.0.1:40123`, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept<H, F>(listener: TcpListener, acceptor: Option<TlsAcceptor>, handler: H)
where
    H: Fn(Request<Bytes>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<Response<Bytes>, Hangup>> + Send + 'static,
{
    // Connections live in this set, so that they end with the listener.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                // Small answers must not wait for an acknowledgement: the bench times them.
                let _ = stream.set_nodelay(true);
                let handler = handler.clone();
                let acceptor = acceptor.clone();
                connections.spawn(async move {
                    match acceptor {
                        None => serve(stream, handler).await,
                        Some(acceptor) => {
                            // A client that does not trust us ends the handshake; it reports that itself.
                            if let Ok(stream) = acceptor.accept(stream).await {
                                serve(stream, handler).await;
                            }
                        }
                    }
                });
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve<S, H, F>(stream: S, handler: H)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    H: Fn(Request<Bytes>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<Response<Bytes>, Hangup>> + Send + 'static,
{
    let service = service_fn(|request: Request<hyper::body::Incoming>| {
        let handler = handler.clone();
        async move {
            let (parts, body) = request.into_parts();
            let body = Limited::new(body, REQUEST_LIMIT).collect().await.map_err(|_| Hangup)?.to_bytes();
            let answer = handler(Request::from_parts(parts, body)).await?;
            Ok::<_, Hangup>(answer.map(|body| Full::new(body).map_err(|never: Infallible| match never {})))
        }
    });
    // An error here is a client that went away or a connection that we closed on purpose.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}
