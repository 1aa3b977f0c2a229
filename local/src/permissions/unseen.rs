//! Why something is allowed that no run shows, and what is refused as it should be.

use std::path::Path;

use serde::Deserialize;

use super::{Call, PermissionsError};

/// The content of `docs/permissions-unseen.yaml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unseen {
    /// What is allowed and not seen.
    pub unseen: Vec<Reason>,
    /// What is refused, and ought to be.
    #[serde(default)]
    pub denied: Vec<Denial>,
}

/// Why a run does not show some actions.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// The role's logical id.
    pub role: String,
    /// Its template, by the path in the checkout; `template.yaml` unless given.
    #[serde(default = "main_template")]
    pub template: String,
    /// The statement's `Sid`; every statement of the role unless given.
    pub statement: Option<String>,
    /// The actions; every action of the statement unless given.
    pub actions: Option<Vec<String>>,
    /// In a few words.
    pub reason: String,
}

/// A refusal that is expected.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Denial {
    /// The role's logical id.
    pub role: String,
    /// The action that is refused.
    pub action: String,
    /// Why the role asks, and is refused.
    pub reason: String,
}

impl Reason {
    /// Whether the reason is one for this action.
    #[must_use]
    pub fn covers(&self, template: &str, role: &str, sid: &str, action: &str) -> bool {
        self.template == template
            && self.role == role
            && self.statement.as_deref().is_none_or(|statement| statement == sid)
            && self.actions.as_ref().is_none_or(|actions| actions.iter().any(|one| one == action))
    }
}

impl Denial {
    /// Whether the refusal of this call is the expected one.
    #[must_use]
    pub fn expects(&self, call: &Call) -> bool {
        !call.is_allowed() && self.role == call.role && self.action == call.action
    }
}

fn main_template() -> String {
    "template.yaml".to_owned()
}

/// Reads the reasons.
pub fn read_unseen(path: &Path) -> Result<Unseen, PermissionsError> {
    let text =
        std::fs::read_to_string(path).map_err(|source| PermissionsError::File { path: path.to_owned(), source })?;
    serde_saphyr::from_str(&text)
        .map_err(|error| PermissionsError::Reasons { path: path.to_owned(), why: error.without_snippet().to_string() })
}
