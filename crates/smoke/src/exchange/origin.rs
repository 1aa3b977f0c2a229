//! Scheme, host and port: where requests may go.

use std::fmt;
use std::str::FromStr;

use http::Uri;

/// The site under test: `http` or `https`, a host, perhaps a port and a path that every request's path is joined to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    pub(crate) origin: Origin,
    /// Without a slash at its end.
    pub(crate) path: String,
}

/// Why a text is no base URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the base URL {url:?} {reason}; write a URL such as https://staging.example.com")]
pub struct BaseUrlError {
    url: String,
    reason: &'static str,
}

/// Scheme, host and port of a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) https: bool,
    /// In lower case; an IPv6 address in its brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
}

/// A host that a suite allows: on its default ports, or on one port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Host {
    name: String,
    port: Option<u16>,
}

/// Why a text is no host.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a host; write a name or an address, and a port only where it is neither 80 nor 443")]
pub(crate) struct HostError(String);

/// The hosts that one run may reach.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hosts<'a> {
    pub(crate) base: &'a Origin,
    pub(crate) allowed: &'a [Host],
}

impl FromStr for BaseUrl {
    type Err = BaseUrlError;

    fn from_str(text: &str) -> Result<Self, BaseUrlError> {
        // What stands before an @ may be a password, and goes into no message.
        let shown = text.rsplit_once('@').map_or(text, |(_, host)| host);
        let error = |reason| BaseUrlError { url: shown.to_owned(), reason };
        let uri: Uri = text.trim().parse().map_err(|_| error("is not a URL"))?;
        let origin = Origin::of(&uri).map_err(error)?;
        if uri.query().is_some() || text.contains('#') {
            return Err(error("has a query or a fragment, to which no path can be joined"));
        }
        Ok(Self { origin, path: uri.path().trim_end_matches('/').to_owned() })
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.path)
    }
}

impl Origin {
    /// The origin of a full URL, or what is wrong with it.
    pub(crate) fn of(uri: &Uri) -> Result<Self, &'static str> {
        let https = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err("begins with neither http:// nor https:// (ftp and others are not for a smoke test)"),
        };
        let authority = uri.authority().ok_or("has no host")?;
        if authority.as_str().contains('@') {
            return Err("has credentials before an @; pass them as a header made from a secret");
        }
        let host = authority.host().trim_end_matches('.').to_ascii_lowercase();
        if host.is_empty() {
            return Err("has no host");
        }
        let after_host = &authority.as_str()[authority.host().len()..];
        let port = match authority.port_u16() {
            Some(0) => return Err("has the port 0"),
            Some(port) => port,
            None if after_host.starts_with(':') => return Err("has a port that is no number up to 65535"),
            None => default_port(https),
        };
        Ok(Self { https, host, port })
    }

    /// The host as the TLS and name lookups want it: an IPv6 address without brackets.
    pub(crate) fn bare_host(&self) -> &str {
        self.host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(&self.host)
    }

    /// For the `host` header: the port only where the scheme does not imply it.
    pub(crate) fn authority(&self) -> String {
        if self.port == default_port(self.https) { self.host.clone() } else { format!("{}:{}", self.host, self.port) }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.https { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.authority())
    }
}

impl FromStr for Host {
    type Err = HostError;

    fn from_str(text: &str) -> Result<Self, HostError> {
        let error = || HostError(text.to_owned());
        let origin = format!("http://{text}/").parse().ok().and_then(|uri| Origin::of(&uri).ok());
        let origin = origin.filter(|_| !text.contains(['/', '?', '#', '*', '@'])).ok_or_else(error)?;
        let has_port = text.len() > origin.host.len() && text.as_bytes().get(origin.host.len()) == Some(&b':');
        Ok(Self { name: origin.host, port: has_port.then_some(origin.port) })
    }
}

impl Host {
    pub(crate) fn holds(&self, origin: &Origin) -> bool {
        let port = self.port.map_or_else(|| origin.port == default_port(origin.https), |port| origin.port == port);
        self.name == origin.host && port
    }
}

impl Hosts<'_> {
    /// Whether a request may go there: the base URL's host (on its port, or after a switch between http and https) or
    /// one that the suite allows.
    pub(crate) fn allow(&self, origin: &Origin) -> bool {
        let base = self.base;
        let same = origin.host == base.host && (origin.port == base.port || origin.port == default_port(origin.https));
        same || self.allowed.iter().any(|host| host.holds(origin))
    }
}

fn default_port(https: bool) -> u16 {
    if https { 443 } else { 80 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(url: &str) -> Origin {
        Origin::of(&url.parse().unwrap()).unwrap()
    }

    #[test]
    fn base_urls_are_read() {
        for (text, expected) in [
            ("https://Staging.Example.com", "https://staging.example.com"),
            ("https://staging.example.com:443/", "https://staging.example.com"),
            ("http://127.0.0.1:8080/shop/", "http://127.0.0.1:8080/shop"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            (" https://example.com ", "https://example.com"),
        ] {
            assert_eq!(text.parse::<BaseUrl>().map(|url| url.to_string()), Ok(expected.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_no_base_url_is_told() {
        for (text, expected) in [
            ("", "is not a URL"),
            ("staging.example.com", "begins with neither"),
            ("ftp://x", "begins with neither"),
            ("/path", "begins with neither"),
            ("https://", "is not a URL"),
            ("https://user:hunter2@example.com", "has credentials"),
            ("https://example.com?x=1", "has a query"),
            ("https://example.com/#top", "has a query"),
            ("https://example.com:0", "has the port 0"),
            ("https://example.com:99999", "has a port"),
            ("https://exa mple.com", "is not a URL"),
            ("https://schöner-shop.example", "is not a URL"),
        ] {
            let error = text.parse::<BaseUrl>().unwrap_err().to_string();
            assert!(error.contains(expected) && !error.contains("hunter2"), "{text}: {error}");
        }
    }

    #[test]
    fn requests_stay_with_the_hosts_of_the_run() {
        let base = origin("http://shop.example:8080");
        let allowed = ["pay.example", "127.0.0.1:9000"].map(|host| host.parse().unwrap());
        let hosts = Hosts { base: &base, allowed: &allowed };
        for (url, expected) in [
            ("http://shop.example:8080/x", true),
            ("https://SHOP.example/", true),
            ("http://shop.example:9999/", false),
            ("https://pay.example/", true),
            ("http://pay.example/", true),
            ("http://pay.example:8080/", false),
            ("http://127.0.0.1:9000/", true),
            ("http://127.0.0.1/", false),
            ("http://evil-shop.example/", false),
            ("http://shop.example.evil.example/", false),
            ("http://169.254.169.254/latest/meta-data", false),
        ] {
            assert_eq!(hosts.allow(&origin(url)), expected, "{url}");
        }
    }

    #[test]
    fn a_host_is_a_name_or_an_address_and_a_port() {
        for text in ["", "https://x", "x/y", "*.example.com", "a b", "x:y", "user@x", "x:0"] {
            assert_eq!(text.parse::<Host>(), Err(HostError(text.to_owned())));
        }
        assert_eq!("[::1]:80".parse::<Host>(), Ok(Host { name: "[::1]".into(), port: Some(80) }));
        assert_eq!("Pay.Example".parse::<Host>(), Ok(Host { name: "pay.example".into(), port: None }));
    }
}
