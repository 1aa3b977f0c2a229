//! The cookies of one check (RFC 6265): enough for a shop's session and basket.
//!
//! Our own, because the crates for it bring a URL parser, international domain names and a list of public suffixes: more
//! weight than the rest of the engine. Cookies live as long as a check and go only to hosts that the suite names, so a
//! `domain` attribute needs no list of suffixes to be safe: it has to contain a dot and to cover the host that sent it.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderValue, header};

use super::cookie_date;
use super::url::Url;

/// Cookies that one check keeps. Browsers keep at least 50 for a host.
const LIMIT: usize = 100;

/// The cookies of one check.
#[derive(Debug, Default)]
pub(crate) struct Jar {
    cookies: Vec<Cookie>,
}

#[derive(Clone, Debug)]
struct Cookie {
    name: String,
    value: String,
    domain: String,
    /// Only for the very host that set it.
    host_only: bool,
    path: String,
    secure: bool,
    expires: Option<SystemTime>,
}

impl Jar {
    /// The `cookie` header of a request, if there is something to send.
    pub(crate) fn header(&self, url: &Url, now: SystemTime) -> Option<HeaderValue> {
        let mut fitting: Vec<&Cookie> = self.cookies.iter().filter(|cookie| cookie.fits(url, now)).collect();
        // Longer paths first (RFC 6265, section 5.4); the sort keeps the order in which they came.
        fitting.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<String> = fitting.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        if pairs.is_empty() { None } else { HeaderValue::try_from(pairs.join("; ")).ok() }
    }

    /// Takes the `set-cookie` headers of an answer.
    pub(crate) fn take(&mut self, url: &Url, headers: &HeaderMap, now: SystemTime) {
        for header in headers.get_all(header::SET_COOKIE) {
            let Some(cookie) = header.to_str().ok().and_then(|text| Cookie::parse(text, url, now)) else { continue };
            let same =
                |one: &Cookie| (&one.name, &one.domain, &one.path) == (&cookie.name, &cookie.domain, &cookie.path);
            match self.cookies.iter().position(same) {
                Some(index) if cookie.is_over(now) => drop(self.cookies.remove(index)),
                Some(index) => self.cookies[index] = cookie,
                None if self.cookies.len() < LIMIT && !cookie.is_over(now) => self.cookies.push(cookie),
                None => {}
            }
        }
    }
}

impl Cookie {
    /// RFC 6265, sections 5.2 and 5.3; `None` for a cookie that must be ignored.
    fn parse(text: &str, url: &Url, now: SystemTime) -> Option<Self> {
        let mut parts = text.split(';');
        let (name, value) = parts.next()?.split_once('=')?;
        let host = &url.origin.host;
        let mut cookie = Self {
            name: name.trim().to_owned(),
            value: value.trim().to_owned(),
            domain: host.clone(),
            host_only: true,
            path: default_path(url.path()),
            secure: false,
            expires: None,
        };
        let mut max_age = None;
        for part in parts {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            let value = value.trim();
            match key.trim().to_ascii_lowercase().as_str() {
                "domain" if !value.is_empty() => {
                    let domain = value.trim_start_matches('.').to_ascii_lowercase();
                    if domain != *host && !(domain.contains('.') && covers(&domain, host)) {
                        return None;
                    }
                    cookie.host_only = false;
                    cookie.domain = domain;
                }
                "path" if value.starts_with('/') => value.clone_into(&mut cookie.path),
                "secure" => cookie.secure = true,
                "max-age" => max_age = value.parse::<i64>().ok().or(max_age),
                "expires" => cookie.expires = cookie_date::parse(value).or(cookie.expires),
                _ => {}
            }
        }
        if let Some(seconds) = max_age {
            let age = Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
            cookie.expires = if age.is_zero() { Some(SystemTime::UNIX_EPOCH) } else { now.checked_add(age) };
        }
        let allowed = !cookie.name.is_empty() && (!cookie.secure || is_trustworthy(url));
        allowed.then_some(cookie)
    }

    fn fits(&self, url: &Url, now: SystemTime) -> bool {
        let host = &url.origin.host;
        let domain = *host == self.domain || (!self.host_only && covers(&self.domain, host));
        domain && path_covers(&self.path, url.path()) && (!self.secure || is_trustworthy(url)) && !self.is_over(now)
    }

    fn is_over(&self, now: SystemTime) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }
}

/// Whether `host` is a subdomain of `domain`. An address has none.
fn covers(domain: &str, host: &str) -> bool {
    let is_address = host.starts_with('[') || host.parse::<std::net::Ipv4Addr>().is_ok();
    !is_address && host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

fn path_covers(path: &str, requested: &str) -> bool {
    requested.strip_prefix(path).is_some_and(|rest| rest.is_empty() || path.ends_with('/') || rest.starts_with('/'))
}

fn default_path(requested: &str) -> String {
    match requested.rfind('/') {
        None | Some(0) => "/".to_owned(),
        Some(end) => requested[..end].to_owned(),
    }
}

/// Secure cookies travel over TLS, and, as in browsers, to this machine itself.
fn is_trustworthy(url: &Url) -> bool {
    let host = url.origin.bare_host();
    let is_loopback = host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    url.origin.https || host == "localhost" || is_loopback
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: SystemTime = SystemTime::UNIX_EPOCH;

    fn sent(from: &str, cookies: &[&str], to: &str, later: u64) -> String {
        let mut headers = HeaderMap::new();
        for cookie in cookies {
            headers.append(header::SET_COOKIE, cookie.parse().unwrap());
        }
        let mut jar = Jar::default();
        let now = NOW + Duration::from_secs(1_000_000_000);
        jar.take(&Url::parse(from).unwrap(), &headers, now);
        let header = jar.header(&Url::parse(to).unwrap(), now + Duration::from_secs(later));
        header.map(|header| header.to_str().unwrap().to_owned()).unwrap_or_default()
    }

    #[test]
    fn cookies_go_back_where_they_belong() {
        let shop = "https://shop.example/a/b";
        for (from, cookies, to, expected) in [
            (shop, &["s=1"][..], "https://shop.example/a/c", "s=1"),
            (shop, &["s=1"], "https://shop.example/other", ""),
            (shop, &["s=1; Path=/"], "https://shop.example/other", "s=1"),
            (shop, &["s=1; Path=/a"], "https://shop.example/ab", ""),
            (shop, &["s=1; Path=/", "s=2; Path=/", "t=a=b"], "https://shop.example/a/", "t=a=b; s=2"),
            (shop, &["s=1; Path=/"], "https://www.shop.example/", ""),
            (shop, &["s=1; Path=/; Domain=.Shop.Example"], "https://www.shop.example/", "s=1"),
            (shop, &["s=1; Path=/; Domain=evil.example"], "https://evil.example/", ""),
            (shop, &["s=1; Path=/; Domain=example"], "https://other.example/", ""),
            (shop, &["s=1; Path=/; Secure"], "http://shop.example/", ""),
            (shop, &["s=1; Path=/; Secure; HttpOnly; SameSite=Lax"], "https://shop.example/", "s=1"),
            ("http://shop.example/", &["s=1; Secure"], "https://shop.example/", ""),
            ("http://127.0.0.1:8080/", &["s=1; Secure"], "http://127.0.0.1:8080/", "s=1"),
            ("http://10.0.0.1/", &["s=1; Domain=0.0.1"], "http://10.0.0.1/", ""),
            (shop, &["=1", "nonsense", ""], "https://shop.example/a/b", ""),
        ] {
            assert_eq!(sent(from, cookies, to, 0), expected, "{cookies:?} from {from} to {to}");
        }
    }

    #[test]
    fn cookies_end_when_they_say() {
        let past = "Wed, 21 Oct 2000 07:28:00 GMT";
        let future = "Wed, 21 Oct 2015 07:28:00 GMT";
        for (cookie, later, expected) in [
            ("s=1; Max-Age=60", 59, "s=1"),
            ("s=1; Max-Age=60", 60, ""),
            ("s=1; Max-Age=0", 0, ""),
            ("s=1; Max-Age=-1", 0, ""),
            ("s=1; Max-Age=soon", 9_999, "s=1"),
            (&format!("s=1; Expires={past}"), 0, ""),
            (&format!("s=1; Expires={future}"), 0, "s=1"),
            (&format!("s=1; Max-Age=60; Expires={past}"), 0, "s=1"),
            ("s=1; Expires=whenever", 0, "s=1"),
        ] {
            assert_eq!(sent("https://shop.example/", &[cookie], "https://shop.example/", later), expected, "{cookie}");
        }
        let logged_out = ["s=1; Path=/", &format!("s=; Path=/; Expires={past}")];
        assert_eq!(sent("https://shop.example/", &logged_out, "https://shop.example/", 0), "");
    }
}
