//! The emulator as the engine sees it: who may do what, and calls in the name of a role.

use aws_credential_types::Credentials;
use serde_json::Value;

use super::config::EmulatorAccess;
use crate::emulator::client::{Caller, ClientError, Decision, EmulatorClient, RoleSession};

/// How long a session lives. An action of an hour is as long as one gets here.
const SESSION_SECONDS: u32 = 3600;

#[derive(Debug)]
pub(super) struct Emulated {
    pub(super) services: EmulatorClient,
    sessions: EmulatorClient,
    root: Credentials,
}

impl Emulated {
    pub(super) fn new(access: &EmulatorAccess) -> Result<Self, ClientError> {
        Ok(Self {
            services: EmulatorClient::new(&access.endpoint)?,
            sessions: EmulatorClient::new(&access.role_session_url)?,
            root: Credentials::new(&access.root.access_key_id, &access.root.secret_access_key, None, None, "root"),
        })
    }

    /// A session of `role_arn` for `service`, e.g. `codebuild.amazonaws.com`.
    pub(super) async fn session(&self, role_arn: &str, service: &str, name: &str) -> Result<RoleSession, ClientError> {
        self.sessions.role_session(role_arn, service, name, SESSION_SECONDS).await
    }

    /// IAM's decision about one action of a role or user on one resource, in a call with these keys of its context.
    pub(super) async fn decide(
        &self,
        region: &str,
        principal: &str,
        call: (&str, &str),
        context: &[(&str, &str)],
    ) -> Result<Decision, ClientError> {
        let root = Caller { credentials: self.root.clone(), region: region.to_owned() };
        self.services.simulate(&root, principal, call, context).await
    }

    /// A task definition, as ECS itself reads it.
    pub(super) async fn task_definition(&self, region: &str, arn: &str) -> Result<Value, ClientError> {
        let root = Caller { credentials: self.root.clone(), region: region.to_owned() };
        self.services.task_definition(&root, arn).await
    }
}
