//! The health check of a task, as a target group makes it.

use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Empty;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::Instant;

/// How long one answer may take, and the pause before the next try.
const ANSWER_LIMIT: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(50);

/// Asks again and again until the answer is 200, and says what came of the last try when none was `within` this time. A try
/// that began in time is let end, so that there is something to say on the slowest machine.
pub(super) async fn until_healthy(address: SocketAddr, path: &str, within: Duration) -> Result<(), String> {
    let deadline = Instant::now() + within;
    loop {
        let last = match tokio::time::timeout(ANSWER_LIMIT, ask(address, path)).await {
            Ok(Ok(200)) => return Ok(()),
            Ok(Ok(status)) => format!("status {status}"),
            Ok(Err(reason)) => reason,
            Err(_) => format!("no answer within {} s", ANSWER_LIMIT.as_secs()),
        };
        if Instant::now() + PAUSE >= deadline {
            return Err(last);
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
