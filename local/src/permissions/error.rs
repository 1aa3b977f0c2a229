//! Why permissions could not be listed.

use std::path::PathBuf;

use crate::project::ProjectError;

/// What keeps `launchway permissions` from its work.
#[derive(Debug, thiserror::Error)]
pub enum PermissionsError {
    /// The checkout or its tools are missing.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// A file cannot be read or written, or a tool not be started.
    #[error("{path}: {source}", path = .path.display())]
    File {
        /// The file or the tool.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The SAM CLI does not take the template.
    #[error("{path} cannot be read as a template: {why}", path = .path.display())]
    Template {
        /// The template.
        path: PathBuf,
        /// What the SAM CLI printed.
        why: String,
    },
    /// A file is not what it should be.
    #[error("{path}, line {line}: {why}", path = .path.display())]
    Line {
        /// The list of calls.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong there.
        why: serde_json::Error,
    },
    /// The reasons are not what they should be.
    #[error("{path}: {why}", path = .path.display())]
    Reasons {
        /// The list of reasons.
        path: PathBuf,
        /// What is wrong there, and where.
        why: String,
    },
}
