//! Why a build could not be carried out. A build that fails is an outcome and not an error.

use std::path::PathBuf;

use crate::archive::ArchiveError;

/// What this machine could not do for a build.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A file or folder could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The shell could not be started or spoken to.
    #[error("the build's shell {shell} does not run: {source}")]
    Shell {
        /// The program.
        shell: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// An artifact could not be written.
    #[error("an artifact of the build could not be packed: {0}")]
    Pack(#[from] ArchiveError),
}

impl BuildError {
    /// For `map_err`: an error about the file at `path`.
    pub(super) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}
