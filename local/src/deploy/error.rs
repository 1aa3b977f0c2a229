//! Why a deployment could not be carried out. A deployment that fails is an outcome and not an error.

use std::path::PathBuf;

/// What this machine could not do for a deployment.
#[derive(Debug, thiserror::Error)]
pub enum DeployError {
    /// A file or folder could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The same deployment was carried out before.
    #[error("the instance {instance} already has the deployment {deployment}: give each deployment an id of its own")]
    Repeated {
        /// The instance's name.
        instance: String,
        /// The deployment's id.
        deployment: String,
    },
}

impl DeployError {
    /// For `map_err`: an error about the file at `path`.
    pub(super) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}
