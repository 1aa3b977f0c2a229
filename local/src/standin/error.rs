//! Why a stand-in could not do its part.

use std::path::PathBuf;

/// Why a stand-in could not do its part.
#[derive(Debug, thiserror::Error)]
pub enum StandinError {
    /// No port of 127.0.0.1 could be bound.
    #[error("cannot listen on 127.0.0.1: {0}")]
    Listen(#[source] std::io::Error),
    /// The function's binary did not start.
    #[error("cannot start the function {binary}: {source}; build it first", binary = .binary.display())]
    Start {
        /// The binary asked for.
        binary: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The function's memory could not be limited.
    #[error("cannot hold the function to {megabytes} MB of memory: {source}")]
    Limit {
        /// The memory asked for.
        megabytes: u32,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// An object's content could not be read.
    #[error("cannot read the content of object {key:?}: {source}")]
    Object {
        /// `bucket/key`.
        key: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The function's process did not ask for an event.
    #[error("the function did not get ready: {reason}\n{log}")]
    NotReady {
        /// What happened instead.
        reason: String,
        /// What the process had printed.
        log: String,
    },
}
