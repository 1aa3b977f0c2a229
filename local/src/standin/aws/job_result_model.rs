//! The model of `PutJobSuccessResult` and `PutJobFailureResult`.

use serde_json::Value;

use super::answer::ServiceError;
use super::model::{Member, Pattern, Shape, optional, read, required};

/// All output variables of one action together.
const OUTPUT_VARIABLES_LIMIT: usize = 122_880;

const JOB_ID: Pattern =
    Pattern { text: "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", holds: is_job_id };
const VARIABLE_NAME: Pattern = Pattern { text: "[A-Za-z0-9@\\-_]+", holds: is_variable_name };

const SUCCESS: &[Member] = &[
    required("jobId", Shape::Text { min: 0, max: usize::MAX, pattern: Some(JOB_ID) }),
    optional("continuationToken", text(1, 2048)),
    optional(
        "currentRevision",
        Shape::Structure(&[
            required("revision", text(1, 1500)),
            required("changeIdentifier", text(1, 100)),
            optional("created", Shape::Timestamp),
            optional("revisionSummary", text(1, 2048)),
        ]),
    ),
    optional(
        "executionDetails",
        Shape::Structure(&[
            optional("summary", text(1, 2048)),
            optional("externalExecutionId", text(1, 1500)),
            optional("percentComplete", Shape::Integer { min: 0, max: 100 }),
        ]),
    ),
    optional("outputVariables", Shape::TextMap { key: VARIABLE_NAME }),
];

const FAILURE: &[Member] = &[
    required("jobId", Shape::Text { min: 0, max: usize::MAX, pattern: Some(JOB_ID) }),
    required(
        "failureDetails",
        Shape::Structure(&[
            required(
                "type",
                Shape::OneOf(&[
                    "JobFailed",
                    "ConfigurationError",
                    "PermissionError",
                    "RevisionOutOfSync",
                    "RevisionUnavailable",
                    "SystemUnavailable",
                ]),
            ),
            required("message", text(1, 5000)),
            optional("externalExecutionId", text(1, 1500)),
        ]),
    ),
];

/// Reads the body of a `PutJobSuccessResult`.
pub(super) fn success_result(body: &[u8]) -> Result<Value, ServiceError> {
    let value = read(body, SUCCESS)?;
    let variables = value["outputVariables"].as_object();
    if variables.is_some() && value["continuationToken"].is_string() {
        return Err(ServiceError::client(
            "ValidationException",
            "outputVariables cannot be given together with a continuationToken",
        ));
    }
    let size: usize =
        variables.into_iter().flatten().map(|(name, value)| name.len() + value.as_str().map_or(0, str::len)).sum();
    if size > OUTPUT_VARIABLES_LIMIT {
        return Err(ServiceError::client(
            "OutputVariablesSizeExceededException",
            format!("the output variables have {size} bytes; {OUTPUT_VARIABLES_LIMIT} are allowed"),
        ));
    }
    Ok(value)
}

/// Reads the body of a `PutJobFailureResult`.
pub(super) fn failure_result(body: &[u8]) -> Result<Value, ServiceError> {
    read(body, FAILURE)
}

const fn text(min: usize, max: usize) -> Shape {
    Shape::Text { min, max, pattern: None }
}

fn is_job_id(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.concat().bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_variable_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"@-_".contains(&byte))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ID: &str = "11111111-abcd-1111-abcd-111111abcdef";

    fn check(
        read: fn(&[u8]) -> Result<Value, ServiceError>,
        cases: impl IntoIterator<Item = (Value, Option<(&'static str, &'static str)>)>,
    ) {
        for (body, expected) in cases {
            let result = read(body.to_string().as_bytes());
            match (&result, expected) {
                (Ok(_), None) => {}
                (Err(error), Some((code, part))) => {
                    assert_eq!(error.code, code, "{error:?}");
                    assert!(error.message.contains(part), "{error:?} should say {part:?}");
                }
                _ => panic!("{body}: got {result:?}, expected {expected:?}"),
            }
        }
    }

    fn success(rest: &Value) -> Value {
        let mut body = json!({ "jobId": ID });
        body.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        body
    }

    #[test]
    fn success_results() {
        let invalid = |part| Some(("ValidationException", part));
        let malformed = |part| Some(("SerializationException", part));
        check(
            success_result,
            [
                (success(&json!({})), None),
                (success(&json!({ "continuationToken": "t", "outputVariables": null })), None),
                (success(&json!({ "outputVariables": { "a@-_9": "" }, "executionDetails": { "summary": "s" } })), None),
                (success(&json!({ "executionDetails": { "percentComplete": 100, "externalExecutionId": "x" } })), None),
                (success(&json!({ "executionDetails": { "summary": "ü".repeat(2048) } })), None),
                (json!({}), invalid("'jobId' failed to satisfy constraint: Member must not be null")),
                (json!({ "jobId": ID.to_uppercase() }), invalid("[0-9a-f]{8}")),
                (json!({ "jobId": "1" }), invalid("[0-9a-f]{8}")),
                (json!({ "jobID": ID }), malformed("no member jobID")),
                (json!([]), malformed("a structure")),
                (success(&json!({ "continuationToken": "" })), invalid("greater than or equal to 1")),
                (success(&json!({ "continuationToken": "t".repeat(2049) })), invalid("less than or equal to 2048")),
                (success(&json!({ "continuationToken": "t", "outputVariables": {} })), invalid("together")),
                (success(&json!({ "executionDetails": { "summary": "" } })), invalid("'executionDetails.summary'")),
                (success(&json!({ "executionDetails": { "summary": "s".repeat(2049) } })), invalid("2048")),
                (success(&json!({ "executionDetails": { "percentComplete": 101 } })), invalid("100")),
                (success(&json!({ "executionDetails": { "percentComplete": "1" } })), malformed("an integer")),
                (success(&json!({ "executionDetails": { "Summary": "s" } })), malformed("executionDetails.Summary")),
                (success(&json!({ "outputVariables": { "a b": "" } })), invalid("keys")),
                (success(&json!({ "outputVariables": { "": "" } })), invalid("keys")),
                (success(&json!({ "outputVariables": { "a": 1 } })), malformed("a map of strings")),
                (
                    success(&json!({ "outputVariables": { "a": "v".repeat(122_880) } })),
                    Some(("OutputVariablesSizeExceededException", "122881 bytes")),
                ),
                (success(&json!({ "currentRevision": { "revision": "r" } })), invalid("changeIdentifier")),
            ],
        );
    }

    #[test]
    fn failure_results() {
        let details = |details: Value| json!({ "jobId": ID, "failureDetails": details });
        let invalid = |part| Some(("ValidationException", part));
        check(
            failure_result,
            [
                (details(json!({ "type": "JobFailed", "message": "m" })), None),
                (details(json!({ "type": "PermissionError", "message": "m", "externalExecutionId": "x" })), None),
                (details(json!({ "type": "JobFailed", "message": "m".repeat(5000) })), None),
                (json!({ "jobId": ID }), invalid("'failureDetails'")),
                (details(json!({ "type": "JobFailed" })), invalid("'failureDetails.message'")),
                (details(json!({ "type": "JobFailed", "message": "" })), invalid("greater than or equal to 1")),
                (details(json!({ "type": "JobFailed", "message": "m".repeat(5001) })), invalid("5000")),
                (details(json!({ "type": "Failed", "message": "m" })), invalid("enum value set")),
                (details(json!({ "type": "", "message": "" })), invalid("2 validation errors")),
                (
                    details(json!({ "type": "JobFailed", "message": "m", "summary": "s" })),
                    Some(("SerializationException", "failureDetails.summary")),
                ),
            ],
        );
        assert_eq!(failure_result(b"{").unwrap_err().code, "SerializationException");
    }
}
