//! What started an execution.

use jiff::Timestamp;

use crate::fields::Fields;

/// The `execution-trigger` of an event. Many events have none, and one of a push has no type but the commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trigger {
    /// Such as `StartPipelineExecution`, `Webhook` or `AutomatedRollback`.
    pub kind: Option<String>,
    /// Such as the ARN of who started it.
    pub detail: Option<String>,
    /// Such as `GitHub`.
    pub provider: Option<String>,
    /// Owner and name.
    pub repository: Option<String>,
    /// The branch pushed to.
    pub branch: Option<String>,
    /// The tag pushed.
    pub tag: Option<String>,
    /// The commit's id.
    pub commit: Option<String>,
    /// The commit's message.
    pub message: Option<String>,
    /// The author's name.
    pub author: Option<String>,
    /// The author's address.
    pub email: Option<String>,
    /// When the commit was authored.
    pub authored: Option<Timestamp>,
}

impl Trigger {
    pub(crate) fn read(detail: Fields<'_>) -> Option<Self> {
        detail.value("execution-trigger")?;
        let trigger = detail.object("execution-trigger");
        Some(Self {
            kind: trigger.text("trigger-type"),
            detail: trigger.text("trigger-detail"),
            provider: trigger.text("provider-type"),
            repository: trigger.text("full-repository-name"),
            branch: trigger.text("branch-name"),
            tag: trigger.text("tag-name"),
            commit: trigger.text("commit-id"),
            message: trigger.text("commit-message"),
            author: trigger.text("author-display-name"),
            email: trigger.text("author-email"),
            authored: trigger.time("author-date"),
        })
    }
}
