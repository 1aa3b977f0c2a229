//! Following redirects, as browsers do and no further than the suite allows.

use http::{Method, StatusCode, header};

use super::answer::Answer;
use super::connection::Connections;
use super::cookies::Jar;
use super::network::Network;
use super::no_answer::{NoAnswer, Until};
use super::origin::Hosts;
use super::send::Outgoing;
use super::url::Url;

/// How following went.
#[derive(Debug)]
pub(crate) enum Followed {
    /// The last answer, and the URL it came from. It is itself a redirect when there were more than asked for.
    Answered(Answer, Url),
    /// No answer from this URL.
    NoAnswer(NoAnswer, Url),
    /// The answer of this URL leads to a place that the run may not go to, or that is none.
    Refused(Answer, String, Url),
}

/// Sends a request and follows at most `limit` redirects. Each request has `timeout` for itself.
pub(crate) async fn follow(
    mut request: Outgoing,
    limit: usize,
    (network, hosts): (&Network, Hosts<'_>),
    (connections, jar): (&mut Connections, &mut Jar),
    (until, now): (Until, std::time::SystemTime),
) -> Followed {
    let mut latency = std::time::Duration::ZERO;
    let mut followed = 0;
    loop {
        let cookies = jar.header(&request.url, now);
        let mut answer = match request.send(network, connections, cookies, until).await {
            Ok(answer) => answer,
            Err(error) => return Followed::NoAnswer(error, request.url),
        };
        jar.take(&request.url, &answer.headers, now);
        latency += answer.latency;
        answer.latency = latency;
        let location = answer.headers.get(header::LOCATION);
        let Some(location) = location.filter(|_| followed < limit && is_redirect(answer.status)) else {
            return Followed::Answered(answer, request.url);
        };
        let shown = String::from_utf8_lossy(location.as_bytes()).into_owned();
        match request.url.join(location.as_bytes()) {
            Ok(url) if hosts.allow(&url.origin) => request = request.redirected(answer.status, url),
            Ok(_) | Err(_) => return Followed::Refused(answer, shown, request.url),
        }
        followed += 1;
    }
}

impl Outgoing {
    /// The request that a redirect makes of this one (RFC 9110, section 15.4).
    fn redirected(mut self, status: StatusCode, url: Url) -> Self {
        let becomes_get = match status {
            StatusCode::SEE_OTHER => self.method != Method::HEAD,
            StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND => self.method == Method::POST,
            _ => false,
        };
        if becomes_get {
            self.method = Method::GET;
            self.body = None;
            self.headers.retain(|header| header.name != header::CONTENT_TYPE);
        }
        let same_host = url.origin == self.url.origin || is_upgrade(&self.url, &url);
        if !same_host {
            self.headers.retain(|header| !header.confidential && header.name != header::HOST);
        }
        self.url = url;
        self
    }
}

/// From `http` to `https` on the same host: what was sent in the open may be sent again under cover.
fn is_upgrade(from: &Url, to: &Url) -> bool {
    from.origin.host == to.origin.host && !from.origin.https && to.origin.https
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::super::send::OutgoingHeader;
    use super::*;

    fn request(method: Method) -> Outgoing {
        let headers = [("authorization", true), ("content-type", false), ("accept-language", false)];
        Outgoing {
            method,
            url: Url::parse("http://x.example/login").unwrap(),
            headers: headers
                .map(|(name, confidential)| OutgoingHeader {
                    name: name.parse().unwrap(),
                    value: HeaderValue::from_static("v"),
                    confidential,
                })
                .to_vec(),
            body: Some("body".into()),
        }
    }

    #[test]
    fn methods_and_bodies_change_as_rfc_9110_has_it() {
        for (method, status, expected, keeps_body) in [
            (Method::POST, 301, Method::GET, false),
            (Method::POST, 302, Method::GET, false),
            (Method::POST, 303, Method::GET, false),
            (Method::PUT, 302, Method::PUT, true),
            (Method::PUT, 303, Method::GET, false),
            (Method::HEAD, 303, Method::HEAD, true),
            (Method::POST, 307, Method::POST, true),
            (Method::POST, 308, Method::POST, true),
        ] {
            let url = Url::parse("http://x.example/").unwrap();
            let next = request(method.clone()).redirected(StatusCode::from_u16(status).unwrap(), url);
            assert_eq!((next.method, next.body.is_some()), (expected, keeps_body), "{method} {status}");
        }
    }

    #[test]
    fn credentials_stay_with_their_host() {
        for (to, keeps) in [
            ("http://x.example/", true),
            ("https://x.example/", true),
            ("http://x.example:8080/", false),
            ("http://y.example/", false),
            ("http://sub.x.example/", false),
        ] {
            let next = request(Method::GET).redirected(StatusCode::FOUND, Url::parse(to).unwrap());
            assert_eq!(next.headers.iter().any(|header| header.confidential), keeps, "{to}");
            assert!(next.headers.iter().any(|header| header.name == "accept-language"), "{to}");
        }
        let mut secure = request(Method::GET);
        secure.url = Url::parse("https://x.example/").unwrap();
        let next = secure.redirected(StatusCode::FOUND, Url::parse("http://x.example/").unwrap());
        assert!(!next.headers.iter().any(|header| header.confidential), "to a connection that anyone can read");
    }
}
