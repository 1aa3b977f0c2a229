//! Taking out of an alert what looks like a credential: logs and error messages of others quote what they like.

use std::sync::LazyLock;

use alert::Alert;
use regex::{Captures, Regex};
use serde_json::Value;

const REDACTED: &str = "[redacted]";

/// What credentials look like. A group named `keep` stays, to tell what was there.
static CREDENTIAL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let patterns = [
        // Ids of AWS access keys, and the parts of presigned URLs.
        r"\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b",
        r"(?P<keep1>X-Amz-(?:Security-Token|Signature|Credential)=)[^&\s]+",
        // Tokens of Slack and GitHub, webhooks, JSON web tokens, private keys.
        r"\bxox[a-z]-[A-Za-z0-9-]{6,}|\bxapp-[A-Za-z0-9-]{6,}",
        r"(?P<keep2>hooks\.slack\.com/(?:services|workflows|triggers)/)[A-Za-z0-9/_-]+",
        r"\bgh[a-z]_[A-Za-z0-9]{20,}|\bgithub_pat_[A-Za-z0-9_]{20,}",
        r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.*?)(?:-----END [A-Z ]*PRIVATE KEY-----|\z)",
        // Users and passwords in URLs, headers, and settings.
        r"(?P<keep3>[a-z][a-z0-9+.-]*://)[^/\s:@]*:[^/\s@]+@",
        r"(?i)(?P<keep4>\bauthorization\s*:\s*(?:bearer|basic|token)\s+)[^\s\x22']+",
        r#"(?i)(?P<keep5>[a-z0-9_-]*(?:password|passwd|secret|token|api_?key|access_?key)[a-z0-9_]*(?:=["']?|["']\s*:\s*["']))[^\s"',;&]{6,}"#,
        r"(?i)(?P<keep6>\b[a-z0-9_-]*(?:password|passwd|secret|api_?key|access_?key):\s+)[^\s\x22',;&]{6,}",
    ];
    Regex::new(&patterns.join("|"))
        .inspect_err(|error| tracing::error!("the pattern of credentials cannot be read: {error}"))
        .ok()
});

/// `text` without what looks like a credential.
pub(crate) fn without_credentials(text: &str) -> String {
    let Some(credential) = &*CREDENTIAL else { return REDACTED.to_owned() };
    let replaced = credential.replace_all(text, |found: &Captures<'_>| {
        let kept = found.iter().skip(1).flatten().map(|kept| kept.as_str()).next().unwrap_or_default();
        format!("{kept}{REDACTED}")
    });
    replaced.into_owned()
}

/// `alert` without what looks like a credential in any of its texts.
pub(crate) fn redacted(alert: Alert) -> Alert {
    let Ok(mut value) = serde_json::to_value(&alert) else { return alert };
    walk(&mut value);
    serde_json::from_value(value).unwrap_or(alert)
}

fn walk(value: &mut Value) {
    match value {
        Value::String(text) => *text = without_credentials(text),
        Value::Array(list) => list.iter_mut().for_each(walk),
        Value::Object(fields) => fields.values_mut().for_each(walk),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use alert::{Kind, Place, Reason};

    use super::*;

    #[test]
    fn what_looks_like_a_credential_goes() {
        for (text, expected) in [
            ("AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE", "AWS_ACCESS_KEY_ID=[redacted]"),
            ("key ASIAIOSFODNN7EXAMPLE was used", "key [redacted] was used"),
            ("invalid: xoxb-123456-abcdef", "invalid: [redacted]"),
            ("postgres://shop:hunter22@db/shop", "postgres://[redacted]db/shop"),
            ("https://x/?a=1&X-Amz-Signature=abc&b=2", "https://x/?a=1&X-Amz-Signature=[redacted]&b=2"),
            ("POST https://hooks.slack.com/services/T1/B2/x3", "POST https://hooks.slack.com/services/[redacted]"),
            ("Authorization: Bearer abc.def", "Authorization: Bearer [redacted]"),
            (r#"{"db_password": "hunter22"}"#, r#"{"db_password": "[redacted]"}"#),
            ("the password: hunter22", "the password: [redacted]"),
            ("-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----", "[redacted]"),
            ("ghp_0123456789abcdefghijABCDEFGHIJ", "[redacted]"),
        ] {
            assert_eq!(without_credentials(text), expected);
        }
    }

    #[test]
    fn what_tells_why_stays() {
        for text in [
            "expected status 201, got 500",
            "AccessDeniedException: not authorized to perform secretsmanager:GetSecretValue",
            "error[E0308]: mismatched types --> src/token.rs:128:15",
            "unexpected token: `identifier`",
            "https://github.com/shop/storefront/commit/0123456789abcdef0123456789abcdef01234567",
            "check \"a token is given\" failed",
            "arn:aws:codepipeline:eu-central-1:111122223333:storefront",
            "12:30:01 https://example.com:8080/path",
        ] {
            assert_eq!(without_credentials(text), text);
        }
    }

    #[test]
    fn no_text_of_an_alert_is_forgotten() {
        let mut alert = Alert::new(Kind::Failed, Place { pipeline: Some("shop".to_owned()), ..Place::default() });
        let secret = "token=xoxb-123456-abcdef";
        alert.reasons.push(Reason::Build {
            project: "shop".to_owned(),
            phase: None,
            message: Some(secret.to_owned()),
            tests: vec![secret.to_owned()],
            log: vec![secret.to_owned()],
        });
        alert.gaps.push(secret.to_owned());
        alert.note = Some(secret.to_owned());
        let clean = redacted(alert);
        assert!(!clean.to_json().unwrap().to_string().contains("abcdef"));
        assert_eq!((clean.kind, clean.place.pipeline.as_deref()), (Kind::Failed, Some("shop")));
    }
}
