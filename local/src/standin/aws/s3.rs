//! S3 objects by path-style requests: GET and HEAD with ranges and conditions, PUT with encryption.

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use serde_json::{Value, json};

use super::answer::ServiceError;
use super::byte_range::{ByteRange, RangeError};
use super::call::Signer;
use super::object::Object;
use super::state::State;

/// Headers of a PUT that this stand-in does not carry out, and so must not accept.
const UNSUPPORTED: [&str; 4] =
    ["x-amz-acl", "x-amz-tagging", "x-amz-server-side-encryption-customer-algorithm", "x-amz-copy-source"];

/// Which operation a request asks for; nothing when it is none of an object.
pub(super) fn operation(request: &Request<Bytes>) -> Option<&'static str> {
    bucket_and_key(request)?;
    match *request.method() {
        Method::GET => Some("GetObject"),
        Method::HEAD => Some("HeadObject"),
        Method::PUT => Some("PutObject"),
        _ => None,
    }
}

/// What a request is about, to be remembered.
pub(super) fn describe(request: &Request<Bytes>) -> Value {
    let Some((bucket, key)) = bucket_and_key(request) else {
        return json!({ "method": request.method().as_str(), "target": request.uri().to_string() });
    };
    let mut facts = json!({ "bucket": bucket, "key": key });
    for name in ["range", "if-match", "x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id"] {
        if let Some(value) = text(request, name) {
            facts[name] = value.into();
        }
    }
    facts
}

/// Whether a role with these grants (beginnings of `bucket/key`) may make the request, or what S3 says when it may not.
pub(super) fn allow(granted: &[String], request: &Request<Bytes>) -> Result<(), ServiceError> {
    let name = bucket_and_key(request).map(|(bucket, key)| format!("{bucket}/{key}")).unwrap_or_default();
    if granted.iter().any(|start| name.starts_with(start.as_str())) {
        return Ok(());
    }
    let action = if request.method() == Method::PUT { "s3:PutObject" } else { "s3:GetObject" };
    let message = format!(
        "User: arn:aws:sts::111111111111:assumed-role/function/session is not authorized to perform: {action} on \
         resource: \"arn:aws:s3:::{name}\" because no identity-based policy allows the {action} action"
    );
    Err(ServiceError::new(StatusCode::FORBIDDEN, "AccessDenied", message))
}

/// Answers a request whose signature is right.
pub(super) fn answer(
    state: &mut State,
    signer: Signer,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, ServiceError> {
    let (bucket, key) = bucket_and_key(request).ok_or_else(|| not_implemented("a request that names no object"))?;
    let others = request.uri().query().into_iter().flat_map(|query| query.split('&'));
    if let Some(parameter) = others.filter(|pair| !pair.is_empty()).find(|pair| !pair.starts_with("x-id=")) {
        return Err(not_implemented(&format!("the query parameter {parameter:?}")));
    }
    let name = format!("{bucket}/{key}");
    match *request.method() {
        Method::PUT => put(state, signer, request, name),
        _ => get(state, request, &name),
    }
}

fn get(state: &State, request: &Request<Bytes>, name: &str) -> Result<Response<Bytes>, ServiceError> {
    let object = state
        .objects
        .get(name)
        .ok_or_else(|| ServiceError::new(StatusCode::NOT_FOUND, "NoSuchKey", "The specified key does not exist."))?;
    if text(request, "if-match").is_some_and(|etag| etag != object.etag()) {
        let message = "At least one of the pre-conditions you specified did not hold";
        return Err(ServiceError::new(StatusCode::PRECONDITION_FAILED, "PreconditionFailed", message));
    }
    let range = match text(request, "range").map(|range| ByteRange::parse(range, object.length())) {
        None => None,
        Some(Ok(range)) => Some(range),
        Some(Err(RangeError::Malformed)) => return Err(not_implemented("a range that S3 would ignore")),
        Some(Err(RangeError::Unsatisfiable)) => {
            let message = "The requested range is not satisfiable";
            return Err(ServiceError::new(StatusCode::RANGE_NOT_SATISFIABLE, "InvalidRange", message));
        }
    };
    let head = request.method() == Method::HEAD;
    let content = match range {
        _ if head => Ok(Bytes::new()),
        None => object.read_all(),
        Some(range) => object.read(range),
    };
    let content = content
        .map_err(|error| ServiceError::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", error.to_string()))?;
    let mut response = Response::new(content);
    let mut set = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    };
    set(header::ETAG, object.etag());
    set(header::ACCEPT_RANGES, "bytes");
    set(header::CONTENT_TYPE, "application/zip");
    if head {
        set(header::CONTENT_LENGTH, &range.map_or(object.length(), ByteRange::length).to_string());
    }
    if let Some(range) = range {
        set(header::CONTENT_RANGE, &format!("bytes {}-{}/{}", range.first, range.last, object.length()));
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    Ok(response)
}

fn put(
    state: &mut State,
    signer: Signer,
    request: &Request<Bytes>,
    name: String,
) -> Result<Response<Bytes>, ServiceError> {
    if let Some(header) = UNSUPPORTED.iter().find(|header| request.headers().contains_key(**header)) {
        return Err(not_implemented(&format!("the header {header}")));
    }
    if text(request, "x-amz-content-sha256").is_some_and(|hash| hash.starts_with("STREAMING-")) {
        return Err(not_implemented("a body in signed chunks"));
    }
    let algorithm = text(request, "x-amz-server-side-encryption");
    let key = text(request, "x-amz-server-side-encryption-aws-kms-key-id");
    // The pipeline's key is for artifacts. What a role uploads gets the bucket's own encryption.
    let expected = state.encryption_key.as_deref().filter(|_| signer == Signer::Job);
    // A bucket policy as AWS recommends it: an artifact that is not encrypted with the pipeline's key is refused.
    if (algorithm, key) != (expected.map(|_| "aws:kms"), expected) {
        let message = format!(
            "User: arn:aws:sts::111111111111:assumed-role/pipeline/job is not authorized to perform: s3:PutObject on \
             resource: \"arn:aws:s3:::{name}\" with an explicit deny in a resource-based policy"
        );
        return Err(ServiceError::new(StatusCode::FORBIDDEN, "AccessDenied", message));
    }
    let object = Object::bytes(request.body().clone());
    let mut response = Response::new(Bytes::new());
    if let Ok(etag) = HeaderValue::from_str(object.etag()) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    state.uploads.push((name.clone(), object.clone()));
    state.objects.insert(name, object);
    Ok(response)
}

fn not_implemented(what: &str) -> ServiceError {
    let message = format!("the stand-in does not know {what}");
    ServiceError::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message)
}

fn bucket_and_key(request: &Request<Bytes>) -> Option<(&str, String)> {
    let (bucket, key) = request.uri().path().strip_prefix('/')?.split_once('/')?;
    let key = percent_encoding::percent_decode_str(key).decode_utf8().ok()?.into_owned();
    (!bucket.is_empty() && !key.is_empty()).then_some((bucket, key))
}

fn text<'r>(request: &'r Request<Bytes>, name: &str) -> Option<&'r str> {
    request.headers().get(name)?.to_str().ok()
}
