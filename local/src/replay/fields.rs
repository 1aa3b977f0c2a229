//! What an event has to have, or cannot be replayed.

use std::path::Path;

use serde_json::Value;

use super::ReplayError;

/// The fields of an event of this kind, from the file at `path`.
pub(super) struct Fields<'e> {
    pub(super) path: &'e Path,
    pub(super) kind: &'static str,
    pub(super) value: &'e Value,
}

impl Fields<'_> {
    /// The text at a JSON pointer.
    pub(super) fn text(&self, pointer: &'static str) -> Result<String, ReplayError> {
        let missing = || ReplayError::Incomplete { path: self.path.to_owned(), kind: self.kind, field: &pointer[1..] };
        self.value.pointer(pointer).and_then(Value::as_str).map(str::to_owned).ok_or_else(missing)
    }
}
