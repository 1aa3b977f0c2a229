//! What is wrong with a function's environment.

/// Why a function cannot be set up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// A variable that must be set is not, or is empty.
    #[error("the environment variable {name} is not set; set it to {expected}")]
    Missing {
        /// The variable.
        name: String,
        /// What it may hold.
        expected: String,
    },
    /// A variable holds something else than it may.
    #[error("the environment variable {name} is {value:?}, which is not {expected}{}", reason_after_colon(reason))]
    Invalid {
        /// The variable.
        name: String,
        /// What it holds.
        value: String,
        /// What it may hold.
        expected: String,
        /// Where and why, or nothing where `expected` says it all.
        reason: String,
    },
    /// The file of extra certificate authorities cannot be read or used.
    #[error("the file {path:?} of the environment variable AWS_CA_BUNDLE cannot be used: {reason}")]
    CaBundle {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// TLS cannot be set up.
    #[error("{0}")]
    Tls(String),
    /// Something else started logging before.
    #[error("the log cannot be started: {0}")]
    Logs(String),
}

fn reason_after_colon(reason: &str) -> String {
    if reason.is_empty() { String::new() } else { format!(": {reason}") }
}
