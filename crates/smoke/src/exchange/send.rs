//! One request and its answer.

use bytes::{Bytes, BytesMut};
use http::{HeaderName, HeaderValue, Method, Request, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use tokio::time::Instant;

use super::answer::{Answer, BODY_LIMIT};
use super::connection::Connections;
use super::network::Network;
use super::no_answer::{NoAnswer, Phase, Until};
use super::url::Url;

/// Tells the server's operator who asks.
const USER_AGENT: &str = concat!("launchway-smoke/", env!("CARGO_PKG_VERSION"));

/// A request with its values in it.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: Vec<OutgoingHeader>,
    pub(crate) body: Option<Bytes>,
}

#[derive(Clone, Debug)]
pub(crate) struct OutgoingHeader {
    pub(crate) name: HeaderName,
    pub(crate) value: HeaderValue,
    /// Only for the host that the request was written for.
    pub(crate) confidential: bool,
}

impl Outgoing {
    /// Sends it and reads the answer, within `until`.
    pub(crate) async fn send(
        &self,
        network: &Network,
        connections: &mut Connections,
        cookies: Option<HeaderValue>,
        until: Until,
    ) -> Result<Answer, NoAnswer> {
        let request = self.request(cookies)?;
        let phase = Phase::default();
        let start = Instant::now();
        let work = async {
            let mut connection = connections.get(network, &self.url.origin, until, &phase).await?;
            phase.is("waiting for the answer");
            let response = match connection.send(request.clone()).await {
                Ok(response) => response,
                // The server may close an idle connection at any moment. As browsers do, the request goes out again,
                // whatever its method, when nothing at all came back on a connection that had worked before.
                Err(error) if connection.used && !error.is_parse() => {
                    connection = Connections::open(network, &self.url.origin, until, &phase).await?;
                    phase.is("waiting for the answer");
                    connection.send(request).await.map_err(|error| NoAnswer::no_http(&error))?
                }
                Err(error) => return Err(NoAnswer::no_http(&error)),
            };
            let (head, body) = response.into_parts();
            let (body, cut) = read(body, &phase).await?;
            if !cut {
                connections.keep(connection);
            }
            Ok(Answer { status: head.status, headers: head.headers, body, cut, latency: start.elapsed() })
        };
        until.wait(&phase, work).await
    }

    fn request(&self, cookies: Option<HeaderValue>) -> Result<Request<Full<Bytes>>, NoAnswer> {
        let body = Full::new(self.body.clone().unwrap_or_default());
        let mut request = Request::builder()
            .method(self.method.clone())
            .uri(self.url.target.as_str())
            .body(body)
            .map_err(|_| NoAnswer(format!("{:?} is no path that can be sent", self.url.target)))?;
        let headers = request.headers_mut();
        let host = HeaderValue::try_from(self.url.origin.authority())
            .map_err(|_| NoAnswer(format!("{:?} is no host that can be sent", self.url.origin.host)))?;
        headers.insert(header::HOST, host);
        headers.insert(header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
        headers.insert(header::ACCEPT, HeaderValue::from_static("*/*"));
        if let Some(cookies) = cookies {
            headers.insert(header::COOKIE, cookies);
        }
        // Some servers refuse these methods without a length (RFC 9110, section 8.6), and hyper sends none for no body.
        if self.body.is_none() && matches!(self.method, Method::POST | Method::PUT | Method::PATCH) {
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        for OutgoingHeader { name, value, .. } in &self.headers {
            headers.insert(name, value.clone());
        }
        Ok(request)
    }
}

async fn read(mut body: Incoming, phase: &Phase) -> Result<(Bytes, bool), NoAnswer> {
    let mut read = BytesMut::new();
    phase.is("reading the answer's body");
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| NoAnswer::no_whole_body(read.len()))?;
        let Ok(data) = frame.into_data() else { continue };
        let room = BODY_LIMIT - read.len();
        if data.len() > room {
            read.extend_from_slice(&data[..room]);
            return Ok((read.freeze(), true));
        }
        read.extend_from_slice(&data);
        phase.is(format!("reading the answer's body, of which {} bytes had come", read.len()));
    }
    Ok((read.freeze(), false))
}
