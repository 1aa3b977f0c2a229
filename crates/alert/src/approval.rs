//! What an approver needs to know.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A manual approval that waits for an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Approval {
    /// When it fails for lack of an answer.
    pub expires: Option<Timestamp>,
    /// The text of the action.
    pub text: Option<String>,
    /// Who may approve, in words.
    pub approvers: Vec<String>,
    /// The revision that production has now; the alert's revisions are those since.
    pub production: Option<String>,
}
