//! Why the bench could not measure.

use std::path::PathBuf;

use launchway::replay::BuildError;
use launchway::standin::StandinError;

/// Why the bench could not measure.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BenchError {
    /// A file could not be read or written.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// A binary could not be built.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// A stand-in could not do its part.
    #[error(transparent)]
    Standin(#[from] StandinError),
    /// The certificate could not be made.
    #[error("cannot make a certificate for 127.0.0.1: {0}")]
    Certificate(String),
    /// The peer's interpreter is missing.
    #[error("{0} is missing; make it with `make bench`")]
    NoPython(PathBuf),
    /// A program did not do the job, so that its time means nothing.
    #[error("{program} did not do its job: {reason}")]
    NotDone {
        /// The program's name.
        program: &'static str,
        /// What it did instead, with its log.
        reason: String,
    },
}
