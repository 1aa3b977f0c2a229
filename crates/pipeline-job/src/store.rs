//! The bucket that holds the pipeline's artifacts, as the job may use it.

use std::time::Duration;

use aws_call::{Aws, CallError, Request, Response, Service};
use aws_credential_types::Credentials;
use bytes::Bytes;
use http::{Method, StatusCode, header};

use crate::error::JobError;
use crate::event::S3Location;
use crate::outcome::FailureKind;
use crate::refusal;

/// One try. A range is at most a few megabytes.
const TIME_LIMIT: Duration = Duration::from_secs(15);

/// S3's error documents are shorter.
const ERROR_LIMIT: usize = 64 * 1024;

/// One object, used with the job's own credentials. The bucket is in the function's region: CodePipeline keeps a copy
/// of the artifacts in every region that has actions.
pub(crate) struct Object<'a> {
    pub(crate) aws: &'a Aws,
    pub(crate) credentials: &'a Credentials,
    pub(crate) location: &'a S3Location,
}

/// A part of an object.
pub(crate) struct Part {
    pub(crate) start: u64,
    pub(crate) bytes: Bytes,
    /// The length of the whole object.
    pub(crate) length: u64,
    /// Which version of the object it is of.
    pub(crate) etag: Option<String>,
}

impl Object<'_> {
    /// The last `count` bytes, or all there are.
    pub(crate) async fn tail(&self, count: u64) -> Result<Part, JobError> {
        self.part(format!("bytes=-{count}"), None, count).await
    }

    /// The bytes from `start` up to `end`, of the version `etag` only.
    pub(crate) async fn range(&self, start: u64, end: u64, etag: Option<&str>) -> Result<Part, JobError> {
        let part = self.part(format!("bytes={start}-{}", end - 1), etag, end - start).await?;
        if part.start > start || part.bytes.is_empty() {
            return Err(refusal::unusable(&self.name(), "S3 answered with another range than the one asked for"));
        }
        Ok(part)
    }

    /// Stores `content` as the object, encrypted with KMS under `key`, or as the bucket does by default.
    pub(crate) async fn put(&self, content: Bytes, key: Option<&str>) -> Result<(), JobError> {
        let mut headers = vec![("content-type", "application/zip".to_owned())];
        if let Some(key) = key {
            headers.push(("x-amz-server-side-encryption", "aws:kms".to_owned()));
            headers.push(("x-amz-server-side-encryption-aws-kms-key-id", key.to_owned()));
        }
        let response = self.send(Method::PUT, headers, content, ERROR_LIMIT).await?;
        if response.status().is_success() { Ok(()) } else { Err(refusal::of_write(&self.name(), &response)) }
    }

    /// How errors name the object.
    pub(crate) fn name(&self) -> String {
        format!("s3://{}/{}", self.location.bucket_name, self.location.object_key)
    }

    async fn part(&self, range: String, etag: Option<&str>, count: u64) -> Result<Part, JobError> {
        let mut headers = vec![("range", range)];
        headers.extend(etag.map(|etag| ("if-match", etag.to_owned())));
        let size_limit = usize::try_from(count).unwrap_or(usize::MAX).max(ERROR_LIMIT);
        let response = self.send(Method::GET, headers, Bytes::new(), size_limit).await?;
        let (start, length) = match response.status() {
            StatusCode::PARTIAL_CONTENT => content_range(&response)
                .ok_or_else(|| refusal::unusable(&self.name(), "S3 did not say which range it answered with"))?,
            // A short object may come whole.
            StatusCode::OK => (0, response.body().len() as u64),
            _ => return Err(refusal::of_read(&self.name(), &response)),
        };
        let etag = response.headers().get(header::ETAG).and_then(|etag| etag.to_str().ok()).map(str::to_owned);
        Ok(Part { start, length, etag, bytes: response.into_body() })
    }

    async fn send(
        &self,
        method: Method,
        headers: Vec<(&'static str, String)>,
        body: Bytes,
        size_limit: usize,
    ) -> Result<Response, JobError> {
        let S3Location { bucket_name, object_key } = self.location;
        let request = Request {
            service: Service::S3,
            method,
            url: self.aws.endpoints.object(&self.aws.region, bucket_name, object_key),
            headers,
            body,
            time_limit: TIME_LIMIT,
            size_limit,
        };
        self.aws.send(request, self.credentials).await.map_err(|error| self.unreachable(&error))
    }

    fn unreachable(&self, error: &CallError) -> JobError {
        JobError::Refused {
            message: format!("the artifact {} cannot be used: {error}", self.name()),
            kind: FailureKind::SystemUnavailable,
        }
    }
}

/// The start of the range and the length of the object, from `bytes 0-9/100`.
fn content_range(response: &Response) -> Option<(u64, u64)> {
    let value = response.headers().get(header::CONTENT_RANGE)?.to_str().ok()?;
    let (range, length) = value.strip_prefix("bytes ")?.split_once('/')?;
    let (start, _) = range.split_once('-')?;
    Some((start.parse().ok()?, length.parse().ok()?))
}
