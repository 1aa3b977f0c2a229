//! The notification of a manual approval (CodePipeline User Guide, "JSON data format for manual approval notifications").

use std::fmt;

use jiff::Timestamp;

use crate::envelope::Envelope;
use crate::fields::Fields;

/// Somebody has to approve or reject. Its `Debug` leaves out the token and the review link, which has the token in it.
#[derive(Clone, PartialEq, Eq)]
pub struct ApprovalRequest {
    /// What is around it: no more than the region.
    pub envelope: Envelope,
    /// The pipeline's name.
    pub pipeline: Option<String>,
    /// The stage's name.
    pub stage: Option<String>,
    /// The action's name.
    pub action: Option<String>,
    /// What `PutApprovalResult` takes.
    pub token: Option<ApprovalToken>,
    /// When nobody can answer any more.
    pub expires: Option<Timestamp>,
    /// What the approver is asked to look at.
    pub external_entity_link: Option<String>,
    /// Where the console takes the answer.
    pub review_link: Option<String>,
    /// The text of the approval action.
    pub custom_data: Option<String>,
    /// The pipeline in the console.
    pub console_link: Option<String>,
}

/// The token of an approval, which is not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct ApprovalToken(String);

impl ApprovalToken {
    /// The token, to answer with.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApprovalToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl ApprovalRequest {
    pub(crate) fn read(message: Fields<'_>) -> Self {
        let approval = message.object("approval");
        Self {
            envelope: Envelope::read(message),
            pipeline: approval.text("pipelineName"),
            stage: approval.text("stageName"),
            action: approval.text("actionName"),
            token: approval.text("token").map(ApprovalToken),
            expires: approval.time("expires"),
            external_entity_link: approval.text("externalEntityLink"),
            review_link: approval.text("approvalReviewLink"),
            custom_data: approval.text("customData"),
            console_link: message.text("consoleLink"),
        }
    }
}

impl fmt::Debug for ApprovalRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApprovalRequest")
            .field("pipeline", &self.pipeline)
            .field("stage", &self.stage)
            .field("action", &self.action)
            .field("token", &self.token)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}
