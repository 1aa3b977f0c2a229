//! The values of a suite's secrets.
//!
//! One rule: `SMOKE_SECRET_ID` names a Secrets Manager secret whose text is a JSON map from name to value. It is read
//! only when a suite declares secrets, and then once a run, so that a rotated secret is seen.

use std::collections::BTreeMap;

use aws_call::{Aws, CallError, Service};
use pipeline_job::{Failure, FailureKind};
use serde_json::{Value, json};

/// The values of `names`.
pub(crate) async fn read(
    aws: &Aws,
    secret_id: Option<&str>,
    names: &[String],
) -> Result<BTreeMap<String, String>, Failure> {
    if names.is_empty() {
        return Ok(BTreeMap::new());
    }
    let Some(secret_id) = secret_id else {
        return Err(Failure::configuration(format!(
            "the suite has secrets ({}), and the function's environment variable SMOKE_SECRET_ID names no secret to \
             read them from",
            names.join(", ")
        )));
    };
    let input = json!({ "SecretId": secret_id });
    let answer = aws
        .call_json(Service::SecretsManager, "secretsmanager.GetSecretValue", &input)
        .await
        .map_err(|error| unreadable(secret_id, &error))?;
    chosen(secret_id, &answer, names)
}

fn chosen(secret_id: &str, answer: &Value, names: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    // serde's own text would quote the value.
    let held: BTreeMap<String, String> =
        answer["SecretString"].as_str().and_then(|text| serde_json::from_str(text).ok()).ok_or_else(|| {
            Failure::configuration(format!("the secret {secret_id:?} is not a JSON map from names to texts"))
        })?;
    let missing: Vec<&str> = names.iter().filter(|name| !held.contains_key(*name)).map(String::as_str).collect();
    if !missing.is_empty() {
        return Err(Failure::configuration(format!(
            "the suite has secrets that the secret {secret_id:?} does not hold: {}",
            missing.join(", ")
        )));
    }
    Ok(held.into_iter().filter(|(name, _)| names.contains(name)).collect())
}

fn unreadable(secret_id: &str, error: &CallError) -> Failure {
    let kind = match error {
        _ if error.is_access_denied() => FailureKind::PermissionError,
        _ if error.is_transient() => FailureKind::SystemUnavailable,
        _ => FailureKind::ConfigurationError,
    };
    Failure::new(kind, format!("the suite's secrets cannot be read from {secret_id:?}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn only_what_the_suite_declares_is_taken() {
        let answer = json!({"SecretString": r#"{"token":"t0ken","other":"x"}"#});
        let chosen = chosen("shop/smoke", &answer, &names(&["token"])).unwrap();
        assert_eq!(chosen.into_iter().collect::<Vec<_>>(), [("token".to_owned(), "t0ken".to_owned())]);
    }

    #[test]
    fn a_secret_that_does_not_fit_is_named_and_not_quoted() {
        for (answer, expected) in [
            (json!({"SecretString": r#"{"other":"t0ken"}"#}), "does not hold: token, user"),
            (json!({"SecretString": "t0ken"}), "is not a JSON map"),
            (json!({"SecretString": r#"{"token":{"value":"t0ken"}}"#}), "is not a JSON map"),
            (json!({"SecretBinary": "dDBrZW4="}), "is not a JSON map"),
            (json!("t0ken"), "is not a JSON map"),
        ] {
            let failure = chosen("shop/smoke", &answer, &names(&["token", "user"])).unwrap_err();
            assert!(failure.message.contains(expected) && !failure.message.contains("t0ken"), "{}", failure.message);
            assert_eq!(failure.kind, FailureKind::ConfigurationError);
        }
    }

    #[test]
    fn a_refused_read_is_a_failure_of_its_kind() {
        let refused = |code: &str| CallError::Refused { code: code.to_owned(), message: "because".to_owned() };
        for (error, kind) in [
            (refused("AccessDeniedException"), FailureKind::PermissionError),
            (refused("ResourceNotFoundException"), FailureKind::ConfigurationError),
            (refused("DecryptionFailure"), FailureKind::ConfigurationError),
            (refused("InternalServiceError"), FailureKind::SystemUnavailable),
            (refused("ThrottlingException"), FailureKind::SystemUnavailable),
        ] {
            let failure = unreadable("shop/smoke", &error);
            assert_eq!(failure.kind, kind, "{}", failure.message);
            assert!(failure.message.contains("\"shop/smoke\": ") && failure.message.ends_with("because"));
        }
    }
}
