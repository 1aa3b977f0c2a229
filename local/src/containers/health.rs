//! The health check of a task, as a target group makes it.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Empty;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// How long one answer may take, and the pause before the next try.
const ANSWER_LIMIT: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(50);

/// What came of the last try.
#[derive(Debug, Default)]
pub(super) struct Health(Mutex<String>);

impl Health {
    pub(super) fn last(&self) -> String {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if last.is_empty() { "no answer yet".to_owned() } else { last }
    }

    fn note(&self, last: String) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = last;
    }
}

/// Asks again and again until the answer is 200.
pub(super) async fn until_healthy(address: SocketAddr, path: &str, health: &Health) {
    loop {
        match tokio::time::timeout(ANSWER_LIMIT, ask(address, path)).await {
            Ok(Ok(200)) => return,
            Ok(Ok(status)) => health.note(format!("status {status}")),
            Ok(Err(reason)) => health.note(reason),
            Err(_) => health.note(format!("no answer within {} s", ANSWER_LIMIT.as_secs())),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// The status of one answer. Each try has a connection of its own, which ends with it.
async fn ask(address: SocketAddr, path: &str) -> Result<u16, String> {
    let stream = TcpStream::connect(address).await.map_err(|error| error.to_string())?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|error| error.to_string())?;
    let request = http::Request::get(path)
        .header(http::header::HOST, address.to_string())
        .body(Empty::<Bytes>::new())
        .map_err(|error| error.to_string())?;
    let mut answer = pin!(sender.send_request(request));
    let answer = tokio::select! {
        answer = &mut answer => answer,
        // The answer is there when the server closed the connection after it, and an error otherwise.
        _ = connection => answer.await,
    };
    answer.map(|answer| answer.status().as_u16()).map_err(|error| error.to_string())
}
