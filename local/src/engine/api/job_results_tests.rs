use super::*;

const ID: &str = "11111111-abcd-1111-abcd-111111abcdef";

/// The error's code and a part of its message; nothing when the request is taken.
type Expected = Option<(&'static str, &'static str)>;
type Reader = fn(&[u8]) -> Result<(String, JobResult), ApiError>;

fn check(read: Reader, table: impl IntoIterator<Item = (Value, Expected)>) {
    for (body, expected) in table {
        let result = read(body.to_string().as_bytes());
        match (&result, expected) {
            (Ok((job, _)), None) => assert_eq!(job, ID),
            (Err(error), Some((code, part))) => {
                assert_eq!(error.code, code, "{error:?}");
                assert!(error.message.contains(part), "{error:?} should say {part:?}");
            }
            _ => panic!("{result:?}, expected {expected:?}"),
        }
    }
}

const INVALID: &str = "ValidationException";
const MALFORMED: &str = "SerializationException";

#[test]
fn success_results() {
    let with = |members: Value| {
        let mut body = json!({ "jobId": ID });
        body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        body
    };
    let details = |details: Value| with(json!({ "executionDetails": details }));
    check(
        read_success,
        [
            (with(json!({})), None),
            (with(json!({ "continuationToken": "t", "outputVariables": null })), None),
            (with(json!({ "continuationToken": "t".repeat(2048) })), None),
            (with(json!({ "outputVariables": { "a@-_9": "" } })), None),
            (with(json!({ "outputVariables": { "a": "v".repeat(122_879) } })), None),
            (details(json!({ "summary": "ü".repeat(2048), "percentComplete": 0, "externalExecutionId": "x" })), None),
            (with(json!({ "currentRevision": { "revision": "r", "changeIdentifier": "c", "created": 1.5 } })), None),
            (json!({}), Some((INVALID, "'jobId' failed to satisfy constraint: Member must not be null"))),
            (json!({ "jobId": ID.to_uppercase() }), Some((INVALID, "[0-9a-f]{8}"))),
            (json!({ "jobId": "1" }), Some((INVALID, "[0-9a-f]{8}"))),
            (json!({ "jobId": 1 }), Some((MALFORMED, "expected a string"))),
            (json!({ "jobID": ID }), Some((MALFORMED, "unknown field `jobID`"))),
            (json!([]), Some((MALFORMED, ""))),
            (with(json!({ "continuationToken": "" })), Some((INVALID, "greater than or equal to 1"))),
            (with(json!({ "continuationToken": "t".repeat(2049) })), Some((INVALID, "less than or equal to 2048"))),
            (with(json!({ "continuationToken": "t", "outputVariables": {} })), Some((INVALID, "together"))),
            (with(json!({ "outputVariables": { "a b": "" } })), Some((INVALID, "[A-Za-z0-9@\\-_]+"))),
            (with(json!({ "outputVariables": { "": "" } })), Some((INVALID, "[A-Za-z0-9@\\-_]+"))),
            (with(json!({ "outputVariables": { "a": 1 } })), Some((MALFORMED, "outputVariables.a"))),
            (
                with(json!({ "outputVariables": { "a": "v".repeat(122_880) } })),
                Some(("OutputVariablesSizeExceededException", "122881 bytes")),
            ),
            (details(json!({ "summary": "" })), Some((INVALID, "'executionDetails.summary'"))),
            (details(json!({ "summary": "s".repeat(2049) })), Some((INVALID, "2048"))),
            (details(json!({ "externalExecutionId": "" })), Some((INVALID, "externalExecutionId"))),
            (details(json!({ "percentComplete": 101 })), Some((INVALID, "less than or equal to 100"))),
            (details(json!({ "percentComplete": -1 })), Some((INVALID, "greater than or equal to 0"))),
            (details(json!({ "percentComplete": "1" })), Some((MALFORMED, "executionDetails.percentComplete"))),
            (details(json!({ "Summary": "s" })), Some((MALFORMED, "unknown field `Summary`"))),
            (
                with(json!({ "currentRevision": { "revision": "r" } })),
                Some((INVALID, "'currentRevision.changeIdentifier'")),
            ),
            (
                with(json!({ "currentRevision": { "revision": "", "changeIdentifier": "" } })),
                Some((INVALID, "2 validation")),
            ),
        ],
    );
}

#[test]
fn failure_results() {
    let details = |details: Value| json!({ "jobId": ID, "failureDetails": details });
    check(
        read_failure,
        [
            (details(json!({ "type": "JobFailed", "message": "m" })), None),
            (details(json!({ "type": "PermissionError", "message": "m", "externalExecutionId": "x" })), None),
            (details(json!({ "type": "JobFailed", "message": "m".repeat(5000) })), None),
            (json!({ "jobId": ID }), Some((INVALID, "'failureDetails'"))),
            (details(json!({ "type": "JobFailed" })), Some((INVALID, "'failureDetails.message'"))),
            (details(json!({ "type": "JobFailed", "message": "" })), Some((INVALID, "greater than or equal to 1"))),
            (details(json!({ "type": "JobFailed", "message": "m".repeat(5001) })), Some((INVALID, "5000"))),
            (details(json!({ "type": "Failed", "message": "m" })), Some((INVALID, "enum value set"))),
            (details(json!({ "type": "", "message": "" })), Some((INVALID, "2 validation errors"))),
            (
                details(json!({ "type": "JobFailed", "message": "m", "summary": "s" })),
                Some((MALFORMED, "unknown field `summary`")),
            ),
        ],
    );
    assert_eq!(read_failure(b"{").unwrap_err().code, "SerializationException");
    assert_eq!(read_failure(b"{} {}").unwrap_err().code, "ValidationException");
}
