//! A forwarder of TCP connections.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};

/// The targets with their weights, and a counter of connections.
type Targets = (Vec<(SocketAddr, u32)>, u32);

/// A shared handle to a forwarder.
#[derive(Debug, Clone)]
pub struct Listener {
    port: u16,
    targets: Arc<Mutex<Targets>>,
    held: watch::Sender<bool>,
    waiting: Arc<Notify>,
}

impl Listener {
    /// Listens on a free port of 127.0.0.1.
    pub async fn start() -> io::Result<Self> {
        let socket = TcpListener::bind("127.0.0.1:0").await?;
        let listener = Self {
            port: socket.local_addr()?.port(),
            targets: Arc::default(),
            held: watch::Sender::new(false),
            waiting: Arc::default(),
        };
        let own = listener.clone();
        tokio::spawn(async move {
            while let Ok((mut client, _)) = socket.accept().await {
                let own = own.clone();
                tokio::spawn(async move {
                    if *own.held.borrow() {
                        own.waiting.notify_one();
                    }
                    let mut held = own.held.subscribe();
                    drop(held.wait_for(|held| !held).await);
                    let Some(target) = own.next() else { return };
                    if let Ok(mut server) = TcpStream::connect(target).await {
                        let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                    }
                });
            }
        });
        Ok(listener)
    }

    /// Its URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Weights in percent.
    pub fn forward(&self, targets: &[(SocketAddr, u32)]) {
        self.targets.lock().unwrap_or_else(PoisonError::into_inner).0 = targets.to_vec();
    }

    /// New connections wait until `resume`.
    pub fn hold(&self) {
        self.held.send_replace(true);
    }

    /// The connections that wait go on.
    pub fn resume(&self) {
        self.held.send_replace(false);
    }

    /// Resolves when a connection waits.
    pub async fn waited_for(&self) {
        self.waiting.notified().await;
    }

    fn next(&self) -> Option<SocketAddr> {
        let mut state = self.targets.lock().unwrap_or_else(PoisonError::into_inner);
        let total: u32 = state.0.iter().map(|(_, weight)| weight).sum();
        state.1 = (state.1 + 1) % total.max(1);
        let mut left = state.1;
        state.0.iter().find_map(|(target, weight)| {
            if left < *weight {
                return Some(*target);
            }
            left -= weight;
            None
        })
    }
}
