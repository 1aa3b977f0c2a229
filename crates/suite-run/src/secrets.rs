//! The values of a suite's secrets.
//!
//! One rule: `SMOKE_SECRET_ID` names a Secrets Manager secret whose text is a JSON map from name to value. It is read
//! only when a suite declares secrets, and then once a run, so that a rotated secret is seen.

use std::collections::BTreeMap;

use aws_call::{Aws, Service};
use serde_json::{Value, json};

use crate::error::SuiteRunError;

/// The values of `names`.
pub(crate) async fn read(
    aws: &Aws,
    secret_id: Option<&str>,
    names: &[String],
) -> Result<BTreeMap<String, String>, SuiteRunError> {
    if names.is_empty() {
        return Ok(BTreeMap::new());
    }
    let Some(secret_id) = secret_id else { return Err(SuiteRunError::NoSecretId { names: names.join(", ") }) };
    let input = json!({ "SecretId": secret_id });
    let answer = aws
        .call_json(Service::SecretsManager, "secretsmanager.GetSecretValue", &input)
        .await
        .map_err(|source| SuiteRunError::Secret { id: secret_id.to_owned(), source })?;
    chosen(secret_id, &answer, names)
}

fn chosen(secret_id: &str, answer: &Value, names: &[String]) -> Result<BTreeMap<String, String>, SuiteRunError> {
    // serde's own text would quote the value.
    let held: BTreeMap<String, String> = answer["SecretString"]
        .as_str()
        .and_then(|text| serde_json::from_str(text).ok())
        .ok_or_else(|| SuiteRunError::SecretShape { id: secret_id.to_owned() })?;
    let missing: Vec<&str> = names.iter().filter(|name| !held.contains_key(*name)).map(String::as_str).collect();
    if !missing.is_empty() {
        return Err(SuiteRunError::MissingSecrets { id: secret_id.to_owned(), names: missing.join(", ") });
    }
    Ok(held.into_iter().filter(|(name, _)| names.contains(name)).collect())
}

#[cfg(test)]
mod tests {
    use aws_call::CallError;

    use super::*;
    use crate::error::SuiteRunErrorKind;

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
            let error = chosen("shop/smoke", &answer, &names(&["token", "user"])).unwrap_err();
            let text = error.to_string();
            assert!(text.contains(expected) && !text.contains("t0ken"), "{text}");
            assert_eq!(error.kind(), SuiteRunErrorKind::Configuration);
        }
    }

    #[test]
    fn a_refused_read_is_an_error_of_its_kind() {
        use SuiteRunErrorKind::{Configuration, Permission, Unavailable};
        for (code, kind) in [
            ("AccessDeniedException", Permission),
            ("ResourceNotFoundException", Configuration),
            ("DecryptionFailure", Configuration),
            ("InternalServiceError", Unavailable),
            ("ThrottlingException", Unavailable),
        ] {
            let source = CallError::Refused { code: code.to_owned(), message: "because".to_owned() };
            let error = SuiteRunError::Secret { id: "shop/smoke".to_owned(), source };
            let text = error.to_string();
            assert_eq!(error.kind(), kind, "{text}");
            assert!(text.contains("\"shop/smoke\": ") && text.ends_with("because"), "{text}");
        }
    }
}
