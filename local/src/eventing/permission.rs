//! Whether a resource policy lets EventBridge in.
//!
//! The emulator invokes a function for whoever may invoke it, and takes no notice of which rule it is for. On AWS a rule
//! without the function's permission delivers nothing, and that is found out late.

use serde_json::Value;

/// The service that delivers.
const SERVICE: &str = "events.amazonaws.com";

/// What EventBridge wants to do, and for which rule.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'r> {
    /// E.g. `lambda:InvokeFunction`.
    pub(super) action: &'r str,
    /// The target's ARN.
    pub(super) resource: &'r str,
    /// The rule's ARN.
    pub(super) rule: &'r str,
    /// The rule's account.
    pub(super) account: &'r str,
}

/// Whether a statement allows it and none forbids it. A policy that cannot be read allows nothing.
pub(super) fn allowed(policy: &str, request: Request<'_>) -> bool {
    let policy: Value = serde_json::from_str(policy).unwrap_or_default();
    let statements = list(&policy["Statement"]);
    let applies = |statement: &Value, effect: &str| {
        statement["Effect"] == effect
            && principal(&statement["Principal"])
            && one_of(&statement["Action"], request.action)
            && (statement.get("Resource").is_none() || one_of(&statement["Resource"], request.resource))
            && conditions(&statement["Condition"], request, effect == "Deny")
    };
    statements.iter().any(|statement| applies(statement, "Allow"))
        && !statements.iter().any(|statement| applies(statement, "Deny"))
}

fn principal(principal: &Value) -> bool {
    let named = |value: &Value| list(value).iter().any(|name| name == "*" || name == SERVICE);
    principal == "*" || named(&principal["Service"]) || list(&principal["AWS"]).iter().any(|name| name == "*")
}

/// Whether all conditions hold. `unknown` is the answer for one that is not understood: it must not open anything.
fn conditions(conditions: &Value, request: Request<'_>, unknown: bool) -> bool {
    conditions.as_object().into_iter().flatten().all(|(operator, keys)| {
        keys.as_object().into_iter().flatten().all(|(key, expected)| {
            let actual = match key.to_ascii_lowercase().as_str() {
                "aws:sourcearn" => request.rule,
                "aws:sourceaccount" => request.account,
                "aws:securetransport" => "true",
                _ => return unknown,
            };
            let expected = list(expected);
            match operator.as_str() {
                "ArnLike" | "ArnEquals" | "StringLike" => expected.iter().any(|pattern| like_text(pattern, actual)),
                "StringEquals" | "Bool" => expected.iter().any(|value| text(value) == actual),
                _ => unknown,
            }
        })
    })
}

fn one_of(patterns: &Value, text: &str) -> bool {
    list(patterns).iter().any(|pattern| like_text(pattern, text))
}

fn like_text(pattern: &Value, text: &str) -> bool {
    pattern.as_str().is_some_and(|pattern| like(pattern.as_bytes(), text.as_bytes()))
}

/// `*` stands for any characters, `?` for one.
fn like(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) => like(rest, text) || text.split_first().is_some_and(|(_, text)| like(pattern, text)),
        (Some((one, pattern)), Some((other, text))) => (*one == b'?' || one == other) && like(pattern, text),
        (None, Some(_)) | (Some(_), None) => false,
    }
}

/// Policies write truth values with quotes or without.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A list, or one value in place of a list.
fn list(value: &Value) -> Vec<Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(values) => values.clone(),
        value => vec![value.clone()],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn who_is_let_in() {
        let function = "arn:aws:lambda:us-east-1:1:function:alert";
        let rule = "arn:aws:events:us-east-1:1:rule/failures";
        let request = Request { action: "lambda:InvokeFunction", resource: function, rule, account: "1" };
        let statement = |effect: &str, principal: Value, action: Value, condition: Value| json!({ "Effect": effect, "Principal": principal, "Action": action, "Resource": function, "Condition": condition });
        let service = || json!({ "Service": "events.amazonaws.com" });
        let invoke = || json!("lambda:InvokeFunction");
        let from = |arn: &str| json!({ "ArnLike": { "AWS:SourceArn": arn } });
        let allow = |condition| statement("Allow", service(), invoke(), condition);
        let insecure = json!({ "Bool": { "aws:SecureTransport": "false" } });
        let table = [
            (vec![allow(json!({}))], true),
            (vec![allow(from(rule))], true),
            (vec![allow(from("arn:aws:events:*:1:rule/*"))], true),
            (vec![allow(json!({ "StringEquals": { "aws:SourceAccount": ["1"] } }))], true),
            (vec![statement("Allow", json!("*"), json!(["lambda:Get*", "lambda:Invoke*"]), from(rule))], true),
            (vec![allow(from(rule)), statement("Deny", json!("*"), json!("*"), insecure.clone())], true),
            (vec![], false),
            (vec![allow(from("arn:aws:events:us-east-1:1:rule/others"))], false),
            (vec![allow(json!({ "StringEquals": { "aws:SourceAccount": "2" } }))], false),
            (vec![allow(json!({ "StringEquals": { "aws:PrincipalOrgID": "o-1" } }))], false),
            (vec![allow(json!({ "NumericLessThan": { "aws:SourceAccount": "2" } }))], false),
            (vec![allow(insecure)], false),
            (vec![statement("Allow", json!({ "Service": "sns.amazonaws.com" }), invoke(), json!({}))], false),
            (vec![statement("Allow", service(), json!("lambda:GetPolicy"), json!({}))], false),
            (vec![allow(json!({})), statement("Deny", service(), json!("lambda:*"), json!({}))], false),
            (
                vec![
                    allow(json!({})),
                    statement("Deny", json!("*"), json!("*"), json!({ "Bool": { "aws:New": "x" } })),
                ],
                false,
            ),
        ];
        for (statements, expected) in table {
            let policy = json!({ "Statement": statements }).to_string();
            assert_eq!(allowed(&policy, request), expected, "{policy}");
        }
        assert!(!allowed("no policy", request));
        let elsewhere = Request { resource: "arn:aws:lambda:us-east-1:1:function:other", ..request };
        assert!(!allowed(&json!({ "Statement": allow(json!({})) }).to_string(), elsewhere));
    }
}
