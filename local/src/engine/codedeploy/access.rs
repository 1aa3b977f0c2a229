//! What CodeDeploy may do in the name of the group's service role.

use super::deployment::Deployment;
use super::failure::Failure;
use crate::emulator::client::{Caller, ClientError, Decision};
use crate::engine::denial;
use crate::engine::emulated::Emulated;
use crate::engine::event::EventKind;

const SERVICE: &str = "codedeploy.amazonaws.com";

impl Deployment {
    pub(super) fn role(&self) -> &str {
        &self.group.service_role_arn
    }

    pub(super) fn emulated(&self) -> Result<&Emulated, Failure> {
        let missing = || Failure::new("INTERNAL_ERROR", "the local CodeDeploy is not connected to its emulator");
        self.context.emulated.get().ok_or_else(missing)
    }

    /// A session of the service role.
    pub(super) async fn caller(&self) -> Result<Caller, Failure> {
        let session = self.emulated()?.session(self.role(), SERVICE, &self.id).await;
        let session = session.map_err(|error| {
            if !error.is_access_denied() {
                return Failure::new("INTERNAL_ERROR", error.to_string());
            }
            self.tell_denied("sts:AssumeRole", &error.to_string());
            let role = self.role();
            let message = format!("CodeDeploy does not have the permissions required to assume the role {role}.");
            Failure::new("IAM_ROLE_PERMISSIONS", message).with_detail(error.to_string())
        })?;
        Ok(Caller { credentials: session.credentials(), region: self.region.clone() })
    }

    /// Asks IAM whether the role may do something that only the engine does: the emulator enforces what it serves.
    pub(super) async fn demand(&self, service: &str, action: &str, resource: &str) -> Result<(), Failure> {
        self.demand_in(service, (action, resource), &[]).await
    }

    /// The same of a call with these keys of its context, which a policy's conditions may ask for.
    pub(super) async fn demand_in(
        &self,
        service: &str,
        (action, resource): (&str, &str),
        context: &[(&str, &str)],
    ) -> Result<(), Failure> {
        let decision = self.emulated()?.decide(&self.region, self.role(), (action, resource), context).await;
        match decision.map_err(|error| Failure::new("INTERNAL_ERROR", error.to_string()))? {
            Decision::Allowed => Ok(()),
            refused => {
                let session = denial::session_arn(self.role(), &self.id);
                let message = denial::wording(&session, action, resource, refused);
                self.tell_denied(action, &message);
                Err(Failure::permissions(self.role(), service, message))
            }
        }
    }

    /// The failure that a refusal of the emulator is.
    pub(super) fn denied(&self, error: &ClientError, service: &str) -> Failure {
        if let ClientError::Refused { operation, message, .. } = error {
            self.tell_denied(operation, message);
        }
        Failure::permissions(self.role(), service, error.to_string())
    }

    fn tell_denied(&self, operation: &str, message: &str) {
        self.context.emit(EventKind::Denied {
            principal: self.role().to_owned(),
            operation: operation.to_owned(),
            message: message.to_owned(),
            place: None,
        });
    }
}
