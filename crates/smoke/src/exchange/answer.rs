//! What came back.

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

/// Bytes of a body that are read; a page that is larger is judged by its beginning.
pub(crate) const BODY_LIMIT: usize = 2 * 1024 * 1024;

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The body went on after [`BODY_LIMIT`].
    pub(crate) cut: bool,
    /// From connecting to the last byte; with redirects, of all requests together.
    pub(crate) latency: Duration,
}

impl Answer {
    /// The body as text; what is not UTF-8 becomes replacement characters.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// A header's value; several of one name are joined as RFC 9110, section 5.3, has it.
    pub(crate) fn header(&self, name: &http::HeaderName) -> Option<String> {
        let mut values = self.headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
        let first = values.next()?.into_owned();
        Some(values.fold(first, |all, value| format!("{all}, {value}")))
    }
}
