//! Lambda's `GetFunctionConfiguration`, of a published version.

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use serde_json::{Value, json};

use super::answer::{ServiceError, json_response};
use super::state::State;

/// Which operation a request asks for; nothing when it is none of Lambda's.
pub(super) fn operation(request: &Request<Bytes>) -> Option<&'static str> {
    let rest = request.uri().path().strip_prefix("/2015-03-31/functions/")?;
    let known = request.method() == Method::GET && rest.ends_with("/configuration");
    Some(if known { "GetFunctionConfiguration" } else { "an operation on a function" })
}

/// What a request is about, to be remembered.
pub(super) fn describe(request: &Request<Bytes>) -> Value {
    let (function, qualifier) = asked(request);
    json!({ "FunctionName": function, "Qualifier": qualifier })
}

/// Answers a request whose signature is right.
pub(super) fn answer(state: &State, request: &Request<Bytes>) -> Result<Response<Bytes>, ServiceError> {
    let operation = operation(request).unwrap_or_default();
    if operation != "GetFunctionConfiguration" {
        return Err(ServiceError::unknown_operation(operation));
    }
    let query = request.uri().query().unwrap_or_default();
    if let Some(other) = query.split('&').find(|pair| !pair.is_empty() && !pair.starts_with("Qualifier=")) {
        let message = format!("the stand-in does not know the query parameter {other:?}");
        return Err(ServiceError::client("InvalidParameterValueException", message));
    }
    let (function, qualifier) = asked(request);
    let version = qualifier.unwrap_or_else(|| "$LATEST".to_owned());
    let arn = format!("arn:aws:lambda:us-east-1:111111111111:function:{function}:{version}");
    let environment = state.functions.get(&(function.clone(), version.clone())).ok_or_else(|| {
        ServiceError::new(StatusCode::NOT_FOUND, "ResourceNotFoundException", format!("Function not found: {arn}"))
    })?;
    let configuration = json!({
        "FunctionName": function,
        "FunctionArn": arn,
        "Runtime": "provided.al2023",
        "Role": "arn:aws:iam::111111111111:role/storefront",
        "Handler": "bootstrap",
        "CodeSize": 1024,
        "Timeout": 30,
        "MemorySize": 256,
        "LastModified": "2026-01-01T00:00:00.000+0000",
        "Version": version,
        "Environment": { "Variables": environment },
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "PackageType": "Zip",
        "Architectures": ["x86_64"],
    });
    Ok(json_response(StatusCode::OK, &configuration))
}

/// The function's name and the qualifier.
fn asked(request: &Request<Bytes>) -> (String, Option<String>) {
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let path = request.uri().path().trim_start_matches("/2015-03-31/functions/");
    let name = decoded(path.trim_end_matches("/configuration"));
    let qualifier = request.uri().query().into_iter().flat_map(|query| query.split('&'));
    (name, qualifier.filter_map(|pair| pair.strip_prefix("Qualifier=")).map(decoded).next())
}
