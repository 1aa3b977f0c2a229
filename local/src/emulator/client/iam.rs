//! Roles, and the question whether somebody may do something.

use serde_json::json;

use super::s3::text_of;
use super::{Caller, ClientError, EmulatorClient};

/// What IAM decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// A policy allows it.
    Allowed,
    /// No policy allows it.
    NotAllowed,
    /// A policy forbids it.
    Forbidden,
}

impl EmulatorClient {
    /// `CreateRole` of a role that `service` may assume, without permissions.
    pub async fn create_role(&self, caller: &Caller, name: &str, service: &str) -> Result<(), ClientError> {
        let statement = json!({ "Effect": "Allow", "Principal": { "Service": service }, "Action": "sts:AssumeRole" });
        let trust = json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string();
        let form = [
            ("Action", "CreateRole"),
            ("Version", "2010-05-08"),
            ("RoleName", name),
            ("AssumeRolePolicyDocument", &trust),
        ];
        self.query("iam:CreateRole", "iam", &form, caller).await.map(drop)
    }

    /// `SimulatePrincipalPolicy` for one action on one resource. `principal` is the ARN of a role or a user, `context` the
    /// keys of the call that a policy's conditions may ask for.
    pub async fn simulate(
        &self,
        caller: &Caller,
        principal: &str,
        (action, resource): (&str, &str),
        context: &[(&str, &str)],
    ) -> Result<Decision, ClientError> {
        let operation = "iam:SimulatePrincipalPolicy";
        let mut form = vec![
            ("Action".to_owned(), "SimulatePrincipalPolicy"),
            ("Version".to_owned(), "2010-05-08"),
            ("PolicySourceArn".to_owned(), principal),
            ("ActionNames.member.1".to_owned(), action),
            ("ResourceArns.member.1".to_owned(), resource),
        ];
        for (number, (key, value)) in (1..).zip(context) {
            let entry = format!("ContextEntries.member.{number}");
            form.push((format!("{entry}.ContextKeyName"), key));
            form.push((format!("{entry}.ContextKeyType"), "string"));
            form.push((format!("{entry}.ContextKeyValues.member.1"), value));
        }
        let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        let document = self.query(operation, "iam", &form, caller).await?;
        match text_of(&document, b"EvalDecision").as_deref() {
            Some("allowed") => Ok(Decision::Allowed),
            Some("implicitDeny") => Ok(Decision::NotAllowed),
            Some("explicitDeny") => Ok(Decision::Forbidden),
            _ => Err(ClientError::Unreadable { operation, status: 200, reason: "no decision in it".to_owned() }),
        }
    }
}
