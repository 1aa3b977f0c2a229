//! A load balancer's listener: a port of the loopback device whose connections go to the targets of the moment.

mod route;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use route::Route;

/// A forwarder of TCP connections on 127.0.0.1. Clones are handles of the same one; dropping the last closes its port and
/// every connection.
///
/// AWS's load balancer chooses a target for each request, this one for each connection: a client that keeps its
/// connection stays with its target until the target is left out.
#[derive(Debug, Clone)]
pub struct Listener {
    running: Arc<Running>,
}

#[derive(Debug)]
struct Running {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    route: Mutex<Route>,
    /// Says that the route has changed.
    changes: watch::Sender<()>,
    held: watch::Sender<bool>,
    /// How many connections wait until the listener is resumed.
    waiting: watch::Sender<usize>,
}

impl Listener {
    /// Listens on a free port, with no target yet.
    pub async fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            route: Mutex::default(),
            changes: watch::Sender::new(()),
            held: watch::Sender::new(false),
            waiting: watch::Sender::new(0),
        });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self { running: Arc::new(Running { address, shared, accepting }) })
    }

    /// Its URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.running.address)
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.running.address.port()
    }

    /// Sends new connections to `targets`, each with its weight: a percentage, or any number that says how they relate.
    /// Connections to targets that are left out are closed. Without targets, new connections are closed at once.
    pub fn forward(&self, targets: &[(SocketAddr, u32)]) {
        *self.running.shared.route() = Route::new(targets);
        self.running.shared.changes.send_replace(());
    }

    /// Lets new connections wait, accepted and not forwarded, until [`resume`](Self::resume).
    pub fn hold(&self) {
        self.running.shared.held.send_replace(true);
    }

    /// Forwards the connections that wait, and new ones, to the targets of this moment.
    pub fn resume(&self) {
        self.running.shared.held.send_replace(false);
    }

    /// Returns when a connection waits.
    pub async fn waited_for(&self) {
        let mut waiting = self.running.shared.waiting.subscribe();
        // The sender lives as long as this handle.
        let _ = waiting.wait_for(|connections| *connections > 0).await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Shared {
    fn route(&self) -> std::sync::MutexGuard<'_, Route> {
        self.route.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns when the listener is not held.
    async fn may_go_on(&self) {
        let mut held = self.held.subscribe();
        if *held.borrow_and_update() {
            let _waiting = Waiting::one(&self.waiting);
            // The sender lives as long as `self`.
            let _ = held.wait_for(|held| !held).await;
        }
    }

    /// Returns when the target is left out of the route.
    async fn left_out(&self, target: SocketAddr) {
        let mut changes = self.changes.subscribe();
        while self.route().has(target) {
            if changes.changed().await.is_err() {
                return;
            }
        }
    }
}

/// A connection that waits. It is counted as long as this value lives, also when it is given up.
struct Waiting<'s>(&'s watch::Sender<usize>);

impl<'s> Waiting<'s> {
    fn one(count: &'s watch::Sender<usize>) -> Self {
        count.send_modify(|waiting| *waiting += 1);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|waiting| *waiting -= 1);
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    // Connections live in this set, so that they end with the listener.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    connections.spawn(serve(stream, Arc::clone(&shared)));
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Forwards one connection to its end. Whatever goes wrong, the client sees a closed connection.
async fn serve(mut client: TcpStream, shared: Arc<Shared>) {
    shared.may_go_on().await;
    let Some(target) = shared.route().next() else { return };
    let forward = async {
        let mut server = TcpStream::connect(target).await?;
        tokio::io::copy_bidirectional(&mut client, &mut server).await
    };
    tokio::select! {
        _ = forward => {}
        () = shared.left_out(target) => {}
    }
}
