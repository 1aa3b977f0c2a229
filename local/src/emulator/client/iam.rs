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

    /// `SimulatePrincipalPolicy` for one action on one resource. `principal` is the ARN of a role or a user.
    pub async fn simulate(
        &self,
        caller: &Caller,
        principal: &str,
        action: &str,
        resource: &str,
    ) -> Result<Decision, ClientError> {
        let operation = "iam:SimulatePrincipalPolicy";
        let form = [
            ("Action", "SimulatePrincipalPolicy"),
            ("Version", "2010-05-08"),
            ("PolicySourceArn", principal),
            ("ActionNames.member.1", action),
            ("ResourceArns.member.1", resource),
        ];
        let document = self.query(operation, "iam", &form, caller).await?;
        match text_of(&document, b"EvalDecision").as_deref() {
            Some("allowed") => Ok(Decision::Allowed),
            Some("implicitDeny") => Ok(Decision::NotAllowed),
            Some("explicitDeny") => Ok(Decision::Forbidden),
            _ => Err(ClientError::Unreadable { operation, status: 200, reason: "no decision in it".to_owned() }),
        }
    }
}
