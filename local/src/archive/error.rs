//! Why an archive could not be packed or unpacked.

use std::path::PathBuf;

/// What is wrong with an archive or with the folder beside it.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is no zip archive, or a damaged one.
    #[error("{path} is not a usable zip archive: {source}")]
    Zip {
        /// The archive.
        path: PathBuf,
        /// What is wrong with it.
        source: zip::result::ZipError,
    },
    /// An entry would be written outside the folder.
    #[error("{path} has the entry {entry:?}, which points outside the folder it is unpacked into")]
    Outside {
        /// The archive.
        path: PathBuf,
        /// The entry's name.
        entry: String,
    },
    /// An entry is a symbolic link.
    #[error("{path} has the symbolic link {entry:?}: links are not unpacked, store the file itself")]
    Link {
        /// The archive.
        path: PathBuf,
        /// The entry's name.
        entry: String,
    },
}
