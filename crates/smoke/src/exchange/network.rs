//! Names to addresses, addresses to connections, connections to TLS.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::no_answer::{NoAnswer, Phase, Until};
use super::{Origin, certificate};

/// How long a name's addresses are kept. A deployment that moves a name is seen by the next try after that.
const RESOLVED_FOR: Duration = Duration::from_secs(5);

/// What all connections of one run share.
pub(crate) struct Network {
    tls: TlsConnector,
    /// One lookup at a time, because each would take a thread: checks that want the same name wait for its first.
    resolved: Mutex<HashMap<String, (Instant, Vec<IpAddr>)>>,
}

impl Network {
    pub(crate) fn new(tls: Arc<ClientConfig>) -> Self {
        Self { tls: TlsConnector::from(tls), resolved: Mutex::default() }
    }

    /// Opens a TCP connection to the first of the host's addresses that takes one.
    pub(crate) async fn connect(&self, origin: &Origin, until: Until, phase: &Phase) -> Result<TcpStream, NoAnswer> {
        let addresses = self.resolve(origin.bare_host(), phase).await?;
        let end = (Instant::now() + until.timeout).min(until.deadline);
        let mut last = NoAnswer::not_resolved(origin.bare_host());
        for (index, address) in addresses.iter().enumerate() {
            let address = SocketAddr::new(*address, origin.port);
            phase.is(format!("connecting to {address}"));
            // An address that swallows packets leaves the others half of the time that is left.
            let now = Instant::now();
            let is_last = index + 1 == addresses.len();
            let limit = if is_last { end } else { now + end.saturating_duration_since(now) / 2 };
            match timeout_at(limit, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => {
                    // Requests are written at once; waiting for more only delays them.
                    stream.set_nodelay(true).map_err(|error| NoAnswer::not_connected(address, &error))?;
                    return Ok(stream);
                }
                Ok(Err(error)) => last = NoAnswer::not_connected(address, &error),
                Err(_) if is_last => std::future::pending().await,
                Err(_) => last = NoAnswer(format!("the connection to {address} timed out")),
            }
        }
        Err(last)
    }

    /// Speaks TLS over a connection.
    pub(crate) async fn handshake(
        &self,
        origin: &Origin,
        stream: TcpStream,
        phase: &Phase,
    ) -> Result<TlsStream<TcpStream>, NoAnswer> {
        let host = origin.bare_host();
        phase.is(format!("shaking hands over TLS with {host}"));
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| NoAnswer(format!("{host:?} is not a name that a certificate can have")))?;
        self.tls.connect(name, stream).await.map_err(|error| NoAnswer::no_tls(host, &error))
    }

    /// When the certificate of the site ends. The connection is closed again.
    pub(crate) async fn certificate_end(&self, origin: &Origin, until: Until) -> Result<SystemTime, NoAnswer> {
        let phase = Phase::default();
        let work = async {
            let stream = self.connect(origin, until, &phase).await?;
            let stream = self.handshake(origin, stream, &phase).await?;
            let (_, session) = stream.get_ref();
            let leaf = session.peer_certificates().and_then(<[_]>::first);
            leaf.and_then(|leaf| certificate::not_after(leaf))
                .ok_or_else(|| NoAnswer(format!("the certificate of {} cannot be read", origin.bare_host())))
        };
        until.wait(&phase, work).await
    }

    async fn resolve(&self, host: &str, phase: &Phase) -> Result<Vec<IpAddr>, NoAnswer> {
        if let Ok(address) = host.parse() {
            return Ok(vec![address]);
        }
        phase.is(format!("resolving the name {host:?}"));
        let mut resolved = self.resolved.lock().await;
        if let Some((at, addresses)) = resolved.get(host)
            && at.elapsed() < RESOLVED_FOR
        {
            return Ok(addresses.clone());
        }
        let found = tokio::net::lookup_host((host, 0)).await.map_err(|_| NoAnswer::not_resolved(host))?;
        let mut addresses: Vec<IpAddr> = found.map(|address| address.ip()).collect();
        addresses.dedup();
        if addresses.is_empty() {
            return Err(NoAnswer::not_resolved(host));
        }
        resolved.insert(host.to_owned(), (Instant::now(), addresses.clone()));
        Ok(addresses)
    }
}
