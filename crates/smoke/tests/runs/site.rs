//! A site that answers as a test wants it to, and remembers what it was asked.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderMap, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// What the site was asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// Such as `GET /path?query`.
    pub(crate) line: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
    /// The connection, from zero.
    pub(crate) connection: usize,
    /// The request, from zero.
    pub(crate) number: usize,
}

/// What the site answers.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Bytes,
}

/// A site on this machine. Dropping it ends it.
pub(crate) struct Site {
    scheme: &'static str,
    port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
    task: JoinHandle<()>,
}

/// What a connection gets when it is not HTTP.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Raw {
    /// Closed at once.
    Close,
    /// These bytes, and then closed.
    Bytes(&'static str),
    /// These bytes, and then nothing for ever.
    Hang(&'static str),
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Answer {
    pub(crate) fn new(status: u16, body: impl Into<Bytes>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn redirect(status: u16, location: impl Into<String>) -> Self {
        Self::new(status, "").with("location", location)
    }
}

impl Site {
    /// Answers each request with what `answer` says.
    pub(crate) async fn start(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        Self::serve(None, answer).await
    }

    pub(crate) async fn start_tls(
        tls: Arc<ServerConfig>,
        answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self::serve(Some(tls), answer).await
    }

    /// Treats the connections in turn as listed, and all further ones as the last.
    pub(crate) async fn raw(treatment: &'static [Raw]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let task = tokio::spawn(async move {
            let mut open = Vec::new();
            for number in 0.. {
                let (mut stream, _) = listener.accept().await.unwrap();
                match treatment[number.min(treatment.len() - 1)] {
                    Raw::Close => drop(stream),
                    Raw::Bytes(bytes) => answer_bytes(&mut stream, bytes).await,
                    Raw::Hang(bytes) => {
                        answer_bytes(&mut stream, bytes).await;
                        open.push(stream);
                    }
                }
            }
        });
        Self { scheme: "http", port, asked: Arc::default(), task }
    }

    async fn serve(tls: Option<Arc<ServerConfig>>, answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let asked = Arc::<Mutex<Vec<Asked>>>::default();
        let (answer, remembered) = (Arc::new(answer), Arc::clone(&asked));
        let task = tokio::spawn(async move {
            for connection in 0.. {
                let (stream, _) = listener.accept().await.unwrap();
                let (answer, remembered) = (Arc::clone(&answer), Arc::clone(&remembered));
                match tls.clone().map(TlsAcceptor::from) {
                    None => drop(tokio::spawn(converse(stream, connection, answer, remembered))),
                    Some(tls) => drop(tokio::spawn(async move {
                        // A client that refuses the certificate is what some tests are about.
                        if let Ok(stream) = tls.accept(stream).await {
                            converse(stream, connection, answer, remembered).await;
                        }
                    })),
                }
            }
        });
        Self { scheme, port, asked, task }
    }

    pub(crate) fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.host())
    }

    pub(crate) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The request lines, in order.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.line).collect()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer_bytes(stream: &mut TcpStream, bytes: &str) {
    if !bytes.is_empty() {
        // Closing with unread bytes would reset the connection before the answer is read.
        assert!(stream.read(&mut [0; 4096]).await.unwrap() > 0);
        stream.write_all(bytes.as_bytes()).await.unwrap();
    }
}

async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    connection: usize,
    answer: Arc<impl Fn(&Asked) -> Answer + Send + Sync + 'static>,
    remembered: Arc<Mutex<Vec<Asked>>>,
) {
    let service = service_fn(|request: http::Request<Incoming>| async {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
        let asked = {
            let mut remembered = remembered.lock().unwrap();
            let asked = Asked {
                line: format!("{} {}", head.method, head.uri),
                headers: head.headers,
                body: String::from_utf8_lossy(&body).into_owned(),
                connection,
                number: remembered.len(),
            };
            remembered.push(asked.clone());
            asked
        };
        let Answer { status, headers, body } = answer(&asked);
        let mut response = Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(name, value);
        }
        Ok::<_, Infallible>(response.body(Full::new(body)).unwrap())
    });
    // The client may go away at any moment.
    let _: Result<(), hyper::Error> = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}
