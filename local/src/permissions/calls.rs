//! What roles of the stack asked IAM for in a run.

use std::path::Path;

use serde::Deserialize;

use super::PermissionsError;

/// One kind of call, as the emulator writes it down.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// The role's logical id.
    pub role: String,
    /// For example `s3:GetObject`.
    pub action: String,
    /// The ARN, or `*` where the action knows none.
    pub resource: String,
    /// `Allow`, `Deny` or `ImplicitDeny`.
    pub decision: String,
    /// The `Sid` of the role's own statement that decided; empty when none did.
    pub statement: String,
}

impl Call {
    /// Whether IAM let it happen.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.decision == "Allow"
    }
}

/// Reads the list of calls of one run.
pub fn read_calls(path: &Path) -> Result<Vec<Call>, PermissionsError> {
    let text =
        std::fs::read_to_string(path).map_err(|source| PermissionsError::File { path: path.to_owned(), source })?;
    let parsed = |(at, line)| {
        serde_json::from_str(line).map_err(|why| PermissionsError::Line { path: path.to_owned(), line: at + 1, why })
    };
    text.lines().enumerate().map(parsed).collect()
}
