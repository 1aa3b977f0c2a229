//! Why the engine does not run or cannot reach the emulator.

use crate::emulator::client::ClientError;

/// An error of the engine as a whole. What goes wrong inside an execution is that execution's failure.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// No address to listen on.
    #[error("the local CodePipeline cannot listen on 127.0.0.1: {0}")]
    Listen(#[source] std::io::Error),
    /// The work folder cannot be made.
    #[error("the work folder {folder} cannot be made: {source}")]
    WorkFolder {
        /// The folder.
        folder: std::path::PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The clock's speed is none.
    #[error("the clock's speed is {0}: it has to be a positive number, such as 1 or 60")]
    ClockSpeed(f64),
    /// The emulator cannot be called.
    #[error("the emulator cannot be called: {0}")]
    Client(#[from] ClientError),
    /// The emulator was given already.
    #[error("the local CodePipeline is connected to an emulator already")]
    Connected,
}
