//! What S3 says when it refuses, in words that name the way out.

use aws_call::{Response, S3Refusal};
use http::StatusCode;

use crate::error::JobError;
use crate::outcome::FailureKind;

/// Why reading `object` was refused.
pub(crate) fn of_read(object: &str, response: &Response) -> JobError {
    explain(object, response, "read", "s3:GetObject", "kms:Decrypt")
}

/// Why writing `object` was refused.
pub(crate) fn of_write(object: &str, response: &Response) -> JobError {
    explain(object, response, "written", "s3:PutObject", "kms:GenerateDataKey")
}

/// An answer of S3 that cannot be used.
pub(crate) fn unusable(object: &str, reason: &str) -> JobError {
    JobError::Refused {
        message: format!("the artifact {object} cannot be used: {reason}"),
        kind: FailureKind::SystemUnavailable,
    }
}

fn explain(object: &str, response: &Response, done: &str, permission: &str, key_permission: &str) -> JobError {
    let refusal = S3Refusal::read(response);
    let (code, said) = (refusal.code.as_str(), refusal.message.as_str());
    let status = response.status();
    let (why, kind) = match (status, code) {
        _ if code.starts_with("KMS.") || (code == "AccessDenied" && said.contains("kms:")) => (
            format!(
                "the key it is encrypted with may not be used: {said}. Allow the role of the pipeline (or of the action) \
                 {key_permission} on the key, in its policy and in the key's"
            ),
            FailureKind::PermissionError,
        ),
        (_, "ExpiredToken" | "InvalidToken" | "InvalidAccessKeyId" | "RequestExpired") => (
            format!("S3 no longer takes the credentials that CodePipeline gave this job ({code}); retry the action"),
            FailureKind::PermissionError,
        ),
        (_, "PermanentRedirect" | "AuthorizationHeaderMalformed" | "TemporaryRedirect")
        | (StatusCode::MOVED_PERMANENTLY, _) => (
            "the bucket is in another region than the function; the action has to run in the region of its artifacts"
                .to_owned(),
            FailureKind::ConfigurationError,
        ),
        (StatusCode::FORBIDDEN, _) => (
            format!(
                "access denied with the credentials that CodePipeline gave this job{}. Allow the role of the pipeline \
                 (or of the action) {permission} on it",
                after_colon(said)
            ),
            FailureKind::PermissionError,
        ),
        (StatusCode::NOT_FOUND, "NoSuchBucket") => {
            ("there is no such bucket".to_owned(), FailureKind::ConfigurationError)
        }
        (StatusCode::NOT_FOUND, _) => (
            "there is no such object; a lifecycle rule of the bucket may have deleted it".to_owned(),
            FailureKind::ConfigurationError,
        ),
        (StatusCode::PRECONDITION_FAILED, _) => {
            ("it was replaced while it was read; retry the action".to_owned(), FailureKind::SystemUnavailable)
        }
        (StatusCode::RANGE_NOT_SATISFIABLE, _) => ("it is empty".to_owned(), FailureKind::ConfigurationError),
        _ => (
            format!("S3 answered with status {}{}", status.as_u16(), after_colon(code)),
            FailureKind::SystemUnavailable,
        ),
    };
    JobError::Refused { message: format!("the artifact {object} cannot be {done}: {why}"), kind }
}

fn after_colon(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(": {text}") }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn read_refused(status: u16, body: &str) -> (String, FailureKind) {
        let body = Bytes::copy_from_slice(body.as_bytes());
        let response = http::Response::builder().status(status).body(body).unwrap();
        let error = of_read("s3://shop/a.zip", &response);
        (error.to_string(), error.kind())
    }

    #[test]
    fn a_refusal_names_the_object_and_the_way_out() {
        use FailureKind::{ConfigurationError, PermissionError, SystemUnavailable};
        let table = [
            (403, "AccessDenied", "Access Denied", "access denied with the credentials", PermissionError),
            (
                403,
                "AccessDenied",
                "User: x is not authorized to perform: kms:Decrypt",
                "kms:Decrypt on the key",
                PermissionError,
            ),
            (400, "KMS.DisabledException", "the key is disabled.", "the key is disabled", PermissionError),
            (400, "ExpiredToken", "The provided token has expired.", "retry the action", PermissionError),
            (403, "InvalidAccessKeyId", "no such key id", "no longer takes the credentials", PermissionError),
            (403, "SignatureDoesNotMatch", "does not match", "access denied", PermissionError),
            (404, "NoSuchKey", "The specified key does not exist.", "no such object", ConfigurationError),
            (404, "NoSuchBucket", "The specified bucket does not exist", "no such bucket", ConfigurationError),
            (301, "PermanentRedirect", "use another endpoint", "another region", ConfigurationError),
            (400, "AuthorizationHeaderMalformed", "expecting 'eu-west-1'", "another region", ConfigurationError),
            (412, "PreconditionFailed", "", "replaced while it was read", SystemUnavailable),
            (416, "InvalidRange", "", "it is empty", ConfigurationError),
            (503, "SlowDown", "Please reduce", "status 503: SlowDown", SystemUnavailable),
        ];
        for (status, code, said, expected, kind) in table {
            let body = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>{said}</Message></Error>");
            let (message, actual) = read_refused(status, &body);
            assert!(message.starts_with("the artifact s3://shop/a.zip cannot be read: "), "{message}");
            assert!(message.contains(expected), "{message}");
            assert_eq!(actual, kind, "{message}");
        }
    }

    #[test]
    fn an_answer_without_a_document_is_explained_by_its_status() {
        for (status, body, expected) in [
            (403, "", "access denied"),
            (404, "<html>", "no such object"),
            (500, "<Code>", "status 500"),
            (403, "<Code></Code><Message></Message>", "access denied"),
        ] {
            let (message, _) = read_refused(status, body);
            assert!(message.contains(expected), "{message}");
        }
    }
}
