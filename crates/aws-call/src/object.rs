//! One object of S3, read or written whole with the function's own credentials.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use bytes::Bytes;
use http::Method;

use crate::aws::Aws;
use crate::endpoints::Service;
use crate::error::CallError;
use crate::request::{Request, Response};

/// One try. The objects are small.
const TIME_LIMIT: Duration = Duration::from_secs(5);

/// S3's error documents are shorter.
const ERROR_LIMIT: usize = 64 * 1024;

/// A place in a bucket: an object, or a prefix of objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct S3Location {
    /// The bucket.
    pub bucket: String,
    /// The key, without a slash at its start.
    pub key: String,
}

impl S3Location {
    /// The place below this one.
    #[must_use]
    pub fn join(&self, path: &str) -> Self {
        let prefix = self.key.trim_end_matches('/');
        let key = if prefix.is_empty() { path.to_owned() } else { format!("{prefix}/{path}") };
        Self { bucket: self.bucket.clone(), key }
    }
}

/// As `s3://bucket/key`.
impl FromStr for S3Location {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const SHAPE: &str = "a place in S3, such as s3://bucket/key";
        let (bucket, key) = text.strip_prefix("s3://").and_then(|rest| rest.split_once('/')).ok_or(SHAPE)?;
        if bucket.is_empty() || key.is_empty() || key.starts_with('/') {
            return Err(SHAPE);
        }
        Ok(Self { bucket: bucket.to_owned(), key: key.to_owned() })
    }
}

impl fmt::Display for S3Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.key)
    }
}

/// What S3 says when it refuses. Both texts are empty where it says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct S3Refusal {
    /// The error's name, e.g. `NoSuchKey`.
    pub code: String,
    /// What it says about it.
    pub message: String,
}

impl S3Refusal {
    /// Reads S3's error document.
    #[must_use]
    pub fn read(response: &Response) -> Self {
        let text = String::from_utf8_lossy(response.body());
        let element = |name| element(&text, name).unwrap_or_default().to_owned();
        Self { code: element("Code"), message: element("Message") }
    }
}

impl Aws {
    /// The content of an object of at most `limit` bytes.
    pub async fn get_object(&self, location: &S3Location, limit: usize) -> Result<Bytes, CallError> {
        self.object(Method::GET, location, Vec::new(), Bytes::new(), limit.max(ERROR_LIMIT)).await
    }

    /// Stores `content` as the object, encrypted as the bucket does by default.
    pub async fn put_object(&self, location: &S3Location, content_type: &str, content: Bytes) -> Result<(), CallError> {
        let headers = vec![("content-type", content_type.to_owned())];
        self.object(Method::PUT, location, headers, content, ERROR_LIMIT).await.map(drop)
    }

    async fn object(
        &self,
        method: Method,
        location: &S3Location,
        headers: Vec<(&'static str, String)>,
        body: Bytes,
        size_limit: usize,
    ) -> Result<Bytes, CallError> {
        let url = self.endpoints.object(&self.region, &location.bucket, &location.key);
        let request = Request { service: Service::S3, method, url, headers, body, time_limit: TIME_LIMIT, size_limit };
        let response = self.send(request, &self.credentials).await?;
        if response.status().is_success() {
            return Ok(response.into_body());
        }
        let S3Refusal { code, message } = S3Refusal::read(&response);
        Err(CallError::Refused {
            code: if code.is_empty() { format!("HTTP {}", response.status().as_u16()) } else { code },
            message: if message.is_empty() { "no message".to_owned() } else { message },
        })
    }
}

/// The text of an XML element of S3's error document. Its values hold no markup.
fn element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    let (value, _) = rest.split_once(&format!("</{name}>"))?;
    Some(value.trim().trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_bucket_and_a_key() {
        for (text, bucket, key) in
            [("s3://shop/suites/smoke.yaml", "shop", "suites/smoke.yaml"), ("s3://shop/r/", "shop", "r/")]
        {
            let location: S3Location = text.parse().unwrap();
            assert_eq!((location.bucket.as_str(), location.key.as_str()), (bucket, key));
            assert_eq!(location.to_string(), text);
        }
        for text in ["", "shop/key", "s3://shop", "s3://shop/", "s3:///key", "s3://shop//key", "https://shop/key"] {
            assert!(text.parse::<S3Location>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_place_has_places_below_it() {
        for (prefix, expected) in [("reports", "reports/d-1/a.json"), ("reports/", "reports/d-1/a.json")] {
            let prefix = S3Location { bucket: "shop".to_owned(), key: prefix.to_owned() };
            assert_eq!(prefix.join("d-1/a.json").key, expected);
        }
    }
}
