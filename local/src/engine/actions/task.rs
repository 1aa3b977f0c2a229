//! What an action is given, and how it ends.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;

use crate::emulator::client::{Caller, ClientError, Decision, ObjectKey, RoleSession};
use crate::engine::context::Context;
use crate::engine::denial;
use crate::engine::emulated::Emulated;
use crate::engine::event::{EventKind, Place};
use crate::engine::pipeline::{Action, Pipeline};
use crate::engine::record::{ActionRecord, Artifact};

/// One action to carry out.
#[derive(Debug, Clone)]
pub(in crate::engine) struct Task {
    pub(in crate::engine) context: Arc<Context>,
    pub(in crate::engine) pipeline: Arc<Pipeline>,
    pub(in crate::engine) place: Place,
    pub(in crate::engine) action: Action,
    pub(in crate::engine) action_execution_id: String,
    /// The configuration with its variables resolved.
    pub(in crate::engine) configuration: BTreeMap<String, String>,
    pub(in crate::engine) inputs: Vec<Artifact>,
    /// Where the output artifacts go.
    pub(in crate::engine) outputs: Vec<Artifact>,
    /// Of a source action: the version it shall take.
    pub(in crate::engine) source_version: Option<String>,
}

/// An action that succeeded.
#[derive(Debug, Default)]
pub(in crate::engine) struct Success {
    pub(in crate::engine) summary: Option<String>,
    pub(in crate::engine) external_execution_id: Option<String>,
    pub(in crate::engine) output_variables: BTreeMap<String, String>,
    pub(in crate::engine) artifacts: Vec<Artifact>,
}

/// An action that failed.
#[derive(Debug)]
pub(in crate::engine) struct Failure {
    pub(in crate::engine) code: String,
    pub(in crate::engine) message: String,
    pub(in crate::engine) external_execution_id: Option<String>,
}

impl Failure {
    pub(in crate::engine) fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), external_execution_id: None }
    }

    /// A file of this machine that could not be read or written.
    pub(super) fn machine(path: &Path, error: &std::io::Error) -> Self {
        Self::new("InternalError", format!("{}: {error}", path.display()))
    }
}

impl Task {
    /// Changes the action's record.
    pub(in crate::engine) fn update(&self, change: impl FnOnce(&mut ActionRecord)) {
        let mut state = self.context.state();
        if let Some(record) = state.action_mut(&self.place.execution, &self.place.stage, &self.place.action) {
            change(record);
            record.updated = Some(Timestamp::now());
        }
    }

    /// A value of the configuration. Those that a provider needs are checked when the pipeline is created.
    pub(super) fn configured(&self, key: &str) -> &str {
        self.configuration.get(key).map(String::as_str).unwrap_or_default()
    }

    /// The role in whose name the action works.
    pub(super) fn role(&self) -> &str {
        self.pipeline.role_of(&self.action)
    }

    pub(super) fn emulated(&self) -> Result<&Emulated, Failure> {
        let missing = || Failure::new("InternalError", "the local CodePipeline is not connected to its emulator");
        self.context.emulated.get().ok_or_else(missing)
    }

    /// A session of `role` for `service`. A role that does not trust the service is a denial.
    pub(super) async fn session(&self, role: &str, service: &str) -> Result<RoleSession, Failure> {
        let session = self.emulated()?.session(role, service, &self.action_execution_id).await;
        session.map_err(|error| self.client_failure(role, &error))
    }

    pub(super) fn caller(&self, session: &RoleSession) -> Caller {
        Caller { credentials: session.credentials(), region: self.pipeline.region.clone() }
    }

    /// Asks IAM whether `role` may do `action` on `resource`: the emulator enforces only what it serves itself.
    pub(super) async fn demand(&self, role: &str, action: &str, resource: &str) -> Result<(), Failure> {
        self.demand_in(role, (action, resource), &[]).await
    }

    /// The same of a call with these keys of its context, which a policy's conditions may ask for.
    pub(super) async fn demand_in(
        &self,
        role: &str,
        (action, resource): (&str, &str),
        context: &[(&str, &str)],
    ) -> Result<(), Failure> {
        let decision = self.emulated()?.decide(&self.pipeline.region, role, (action, resource), context).await;
        match decision.map_err(|error| self.client_failure(role, &error))? {
            Decision::Allowed => Ok(()),
            refused => {
                let session = denial::session_arn(role, &self.action_execution_id);
                let message = denial::wording(&session, action, resource, refused);
                self.denied(role, action, &message);
                Err(Failure::new("PermissionError", message))
            }
        }
    }

    /// Reads an artifact of the store.
    pub(super) async fn read_artifact(
        &self,
        caller: &Caller,
        role: &str,
        artifact: &Artifact,
    ) -> Result<Bytes, Failure> {
        let object = ObjectKey { bucket: &artifact.bucket, key: &artifact.key, version: None };
        let answer = self.emulated()?.services.get_object(caller, object).await;
        match answer {
            Ok((_, content)) => Ok(content),
            Err(error) => {
                let mut failure = self.client_failure(role, &error);
                failure.message = format!("input artifact {}: {}", artifact.name, failure.message);
                Err(failure)
            }
        }
    }

    /// Writes an artifact into the store, encrypted with the pipeline's key.
    pub(super) async fn write_artifact(
        &self,
        caller: &Caller,
        role: &str,
        artifact: &Artifact,
        content: Bytes,
    ) -> Result<(), Failure> {
        let key = self.pipeline.artifact_store.kms_key.as_deref();
        let put = self.emulated()?.services.put_object(caller, (&artifact.bucket, &artifact.key), key, content).await;
        put.map_err(|error| {
            let mut failure = self.client_failure(role, &error);
            failure.message = format!("output artifact {}: {}", artifact.name, failure.message);
            failure
        })
    }

    /// The failure that an error of the emulator is for the action, told to the observers when it is a denial.
    pub(super) fn client_failure(&self, principal: &str, error: &ClientError) -> Failure {
        let ClientError::Refused { operation, code, message, .. } = error else {
            return Failure::new("InternalError", error.to_string());
        };
        if error.is_access_denied() {
            self.denied(principal, operation, message);
            return Failure::new(
                "PermissionError",
                format!(
                    "The provided role does not have permissions to perform this action ({operation} as {principal}). \
                     Underlying error: {code}: {message}"
                ),
            );
        }
        let kind = if error.is_not_found() { "ConfigurationError" } else { "InternalError" };
        Failure::new(kind, format!("{operation}: {code}: {message}"))
    }

    fn denied(&self, principal: &str, operation: &str, message: &str) {
        self.update(|record| record.denials.push(message.to_owned()));
        self.context.emit(EventKind::Denied {
            principal: principal.to_owned(),
            operation: operation.to_owned(),
            message: message.to_owned(),
            place: Some(self.place.clone()),
        });
    }
}
