//! Secrets Manager's `GetSecretValue`.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::json;

use super::answer::{ServiceError, json_response};
use super::model::{Member, Shape, optional, read, required};
use super::state::State;

const GET_SECRET_VALUE: &[Member] = &[
    required("SecretId", Shape::Text { min: 1, max: 2048, pattern: None }),
    optional("VersionId", Shape::Text { min: 32, max: 64, pattern: None }),
    optional("VersionStage", Shape::Text { min: 1, max: 256, pattern: None }),
];

pub(super) fn answer(state: &State, operation: &str, body: &[u8]) -> Result<Response<Bytes>, ServiceError> {
    if operation != "GetSecretValue" {
        return Err(ServiceError::unknown_operation(operation));
    }
    let request = read(body, GET_SECRET_VALUE)?;
    let id = request["SecretId"].as_str().unwrap_or_default();
    let value = state.secrets.get(id).ok_or_else(|| {
        let message = "Secrets Manager can't find the specified secret.";
        ServiceError::client("ResourceNotFoundException", message)
    })?;
    let answer = json!({
        "ARN": format!("arn:aws:secretsmanager:us-east-1:111111111111:secret:{id}-AbCdEf"),
        "Name": id,
        "SecretString": value,
        "VersionId": "EXAMPLE1-90ab-cdef-fedc-ba987SECRET1",
        "VersionStages": ["AWSCURRENT"],
        "CreatedDate": 1_523_477_145.713,
    });
    Ok(json_response(StatusCode::OK, &answer))
}
