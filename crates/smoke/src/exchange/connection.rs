//! HTTP/1.1 connections of one check, kept open between its requests.

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinHandle;

use super::Origin;
use super::network::Network;
use super::no_answer::{NoAnswer, Phase, Until};

/// The idle connections of one check.
#[derive(Default)]
pub(crate) struct Connections {
    idle: Vec<Connection>,
}

/// One connection. Dropping it closes it.
pub(crate) struct Connection {
    origin: Origin,
    sender: SendRequest<Full<Bytes>>,
    driver: JoinHandle<()>,
    /// It has carried an answer before, and may have died since.
    pub(crate) used: bool,
}

impl Connections {
    /// An idle connection that was alive when last looked at, or a new one.
    pub(crate) async fn get(
        &mut self,
        network: &Network,
        origin: &Origin,
        until: Until,
        phase: &Phase,
    ) -> Result<Connection, NoAnswer> {
        while let Some(index) = self.idle.iter().position(|connection| connection.origin == *origin) {
            let mut connection = self.idle.swap_remove(index);
            if connection.sender.ready().await.is_ok() {
                return Ok(connection);
            }
        }
        Self::open(network, origin, until, phase).await
    }

    /// A new connection.
    pub(crate) async fn open(
        network: &Network,
        origin: &Origin,
        until: Until,
        phase: &Phase,
    ) -> Result<Connection, NoAnswer> {
        let stream = network.connect(origin, until, phase).await?;
        if origin.https {
            let stream = network.handshake(origin, stream, phase).await?;
            Connection::over(stream, origin).await
        } else {
            Connection::over(stream, origin).await
        }
    }

    /// Keeps a connection whose answer was read to its end.
    pub(crate) fn keep(&mut self, mut connection: Connection) {
        connection.used = true;
        self.idle.push(connection);
    }
}

impl Connection {
    async fn over(
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        origin: &Origin,
    ) -> Result<Self, NoAnswer> {
        let (sender, driver) =
            http1::handshake(TokioIo::new(stream)).await.map_err(|error| NoAnswer::no_http(&error))?;
        // What ends the connection is told to whoever waits for an answer on it.
        let driver = tokio::spawn(async move {
            let _: Result<(), hyper::Error> = driver.await;
        });
        Ok(Self { origin: origin.clone(), sender, driver, used: false })
    }

    pub(crate) async fn send(&mut self, request: Request<Full<Bytes>>) -> Result<Response<Incoming>, hyper::Error> {
        self.sender.ready().await?;
        self.sender.send_request(request).await
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.driver.abort();
    }
}
