//! Why a deployment fails, in CodeDeploy's words where they are known (CodeDeploy user guide, "Troubleshoot Amazon ECS
//! deployment issues").

use super::record::{Diagnostics, ErrorInformation};

/// A failure of a lifecycle event, and with it of the deployment.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    /// What the deployment says.
    pub(super) error: ErrorInformation,
    /// What the lifecycle event says.
    pub(super) detail: String,
}

impl Failure {
    /// A failure about which the event says the same as the deployment.
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { detail: message.clone(), error: ErrorInformation { code, message } }
    }

    /// The same, with more about it in the event.
    pub(super) fn with_detail(self, detail: String) -> Self {
        Self { detail, ..self }
    }

    /// A hook that did not succeed. CodeDeploy does not say which; the lifecycle event does.
    pub(super) fn hook(detail: String) -> Self {
        let message = "The deployment failed because one or more of the lifecycle event validation functions failed.";
        Self::new("HOOK_EXECUTION_FAILURE", message).with_detail(detail)
    }

    /// A hook whose function reported nothing.
    pub(super) fn hook_silent(function: &str) -> Self {
        let message = "The deployment timed out while waiting for a status callback. CodeDeploy expects a status \
             callback within one hour after a deployment hook is invoked.";
        Self::new("HOOK_EXECUTION_FAILURE", message)
            .with_detail(format!("{function} reported no status within one hour"))
    }

    /// A replacement that serves nothing.
    pub(super) fn unhealthy(detail: String) -> Self {
        let message = "The deployment timed out while waiting for the replacement task set to become healthy. This time \
             out period is 60 minutes.";
        Self::new("TIMEOUT", message).with_detail(detail)
    }

    /// A role that may not do something.
    pub(super) fn permissions(role: &str, service: &str, detail: String) -> Self {
        let message = format!(
            "The IAM role {role} does not give you permission to perform operations in the following AWS service: \
             {service}. Contact your AWS administrator if you need help. If you are an AWS administrator, you can grant \
             permissions to your users or groups by creating IAM policies."
        );
        Self::new("IAM_ROLE_PERMISSIONS", message).with_detail(detail)
    }

    pub(super) fn diagnostics(&self) -> Diagnostics {
        Diagnostics {
            code: "UnknownError",
            script: String::new(),
            message: self.detail.clone(),
            log_tail: String::new(),
        }
    }
}
