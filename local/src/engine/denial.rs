//! How AWS words that somebody may not do something.

use crate::emulator::client::Decision;

/// The refusal of `action` to `principal`. `resource` is named unless the action knows none (`*`).
pub(super) fn wording(principal: &str, action: &str, resource: &str, decision: Decision) -> String {
    let on = if resource == "*" { String::new() } else { format!(" on resource: {resource}") };
    let why = match decision {
        Decision::Forbidden => "with an explicit deny in an identity-based policy".to_owned(),
        Decision::NotAllowed | Decision::Allowed => {
            format!("because no identity-based policy allows the {action} action")
        }
    };
    format!("User: {principal} is not authorized to perform: {action}{on} {why}")
}

/// The ARN of a session of a role, which is who calls when a service acts in the role's name.
pub(super) fn session_arn(role_arn: &str, session_name: &str) -> String {
    let account = role_arn.split(':').nth(4).unwrap_or_default();
    let role = role_arn.rsplit('/').next().unwrap_or_default();
    format!("arn:aws:sts::{account}:assumed-role/{role}/{session_name}")
}

/// The role or user whose policies decide for a caller; nothing for the account's root, which may do everything.
pub(super) fn policy_source(caller_arn: &str) -> Option<String> {
    let mut parts = caller_arn.splitn(6, ':').skip(4);
    let (account, resource) = (parts.next()?, parts.next()?);
    let mut names = resource.split('/');
    match (names.next(), names.next()) {
        (Some("root"), _) => None,
        (Some("assumed-role"), Some(role)) => Some(format!("arn:aws:iam::{account}:role/{role}")),
        _ => Some(caller_arn.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wordings() {
        let table = [
            (
                "*",
                Decision::NotAllowed,
                "User: arn is not authorized to perform: a:B because no identity-based policy allows the a:B action",
            ),
            (
                "arn:r",
                Decision::NotAllowed,
                "User: arn is not authorized to perform: a:B on resource: arn:r because no identity-based policy \
                 allows the a:B action",
            ),
            (
                "arn:r",
                Decision::Forbidden,
                "User: arn is not authorized to perform: a:B on resource: arn:r with an explicit deny in an \
                 identity-based policy",
            ),
        ];
        for (resource, decision, expected) in table {
            assert_eq!(wording("arn", "a:B", resource, decision), expected);
        }
    }

    #[test]
    fn whose_policies_decide() {
        let table = [
            ("arn:aws:iam::123456789012:root", None),
            ("arn:aws:sts::123456789012:assumed-role/r/s", Some("arn:aws:iam::123456789012:role/r")),
            ("arn:aws:iam::123456789012:user/u", Some("arn:aws:iam::123456789012:user/u")),
        ];
        for (caller, expected) in table {
            assert_eq!(policy_source(caller).as_deref(), expected, "{caller}");
        }
        let session = session_arn("arn:aws:iam::123456789012:role/path/r", "s");
        assert_eq!(session, "arn:aws:sts::123456789012:assumed-role/r/s");
    }
}
