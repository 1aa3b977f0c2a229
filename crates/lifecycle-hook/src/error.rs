//! Why a hook got no status.

/// Why nothing was reported. Lambda should see it: its on-failure destination is the last chance for a status.
#[derive(Debug, thiserror::Error)]
pub enum HookError {
    /// The event is no hook's, so there is nobody to answer.
    #[error("the event is no lifecycle hook of CodeDeploy or ECS: {reason}")]
    NotAHook {
        /// What is missing.
        reason: &'static str,
    },
    /// The status did not reach CodeDeploy.
    #[error("the status of lifecycle hook {execution} of deployment {deployment} could not be reported: {reason}")]
    NotReported {
        /// The deployment's id.
        deployment: String,
        /// The hook execution's id.
        execution: String,
        /// What CodeDeploy or the network said, and what the hook would have answered.
        reason: String,
    },
}
