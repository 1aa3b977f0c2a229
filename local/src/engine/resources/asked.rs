//! What the emulator's CloudFormation asks for.

use serde::Deserialize;
use serde_json::Value;

/// One request of the emulator's CloudFormation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::engine) struct Asked {
    pub(in crate::engine) action: ChangeKind,
    #[serde(rename = "type")]
    pub(in crate::engine) kind: String,
    pub(in crate::engine) logical_id: Option<String>,
    pub(in crate::engine) stack: Option<String>,
    pub(in crate::engine) physical_id: Option<String>,
    #[serde(default)]
    pub(in crate::engine) properties: Value,
    pub(in crate::engine) account: String,
    pub(in crate::engine) region: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::engine) enum ChangeKind {
    Create,
    Update,
    Delete,
}
