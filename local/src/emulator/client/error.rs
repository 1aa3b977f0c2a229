//! Why a call to the emulator failed.

/// A call that got no answer, or one that says no.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The request cannot be made.
    #[error("{operation}: the request cannot be made: {reason}")]
    Request {
        /// The operation, e.g. `s3:GetObject`.
        operation: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// No connection, or one that broke.
    #[error("{operation}: the emulator cannot be reached: {reason}")]
    Unreachable {
        /// The operation.
        operation: &'static str,
        /// What the connection said.
        reason: String,
    },
    /// No whole answer in time.
    #[error("{operation}: the emulator did not answer within {seconds} s")]
    TimedOut {
        /// The operation.
        operation: &'static str,
        /// The limit.
        seconds: u64,
    },
    /// The service refused.
    #[error("{operation}: {code} (status {status}): {message}")]
    Refused {
        /// The operation.
        operation: &'static str,
        /// The HTTP status.
        status: u16,
        /// The service's error code, e.g. `NoSuchKey`; of an answer without a body, what its status means.
        code: String,
        /// What the service says; empty when it says nothing.
        message: String,
    },
    /// An answer that the service does not document.
    #[error("{operation}: the answer with status {status} cannot be read: {reason}")]
    Unreadable {
        /// The operation.
        operation: &'static str,
        /// The HTTP status.
        status: u16,
        /// What is wrong with it.
        reason: String,
    },
}

impl ClientError {
    /// Whether IAM refused.
    #[must_use]
    pub fn is_access_denied(&self) -> bool {
        matches!(self, Self::Refused { status: 403, .. })
            || matches!(self, Self::Refused { code, .. } if code.starts_with("AccessDenied"))
    }

    /// Whether the thing that was asked for is not there.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused { status: 404, .. })
    }
}
