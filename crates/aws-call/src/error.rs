//! Why a call got no answer, or one that says no.

use std::error::Error;
use std::time::Duration;

/// Beginnings of the names by which a service says that it fails itself: those of the JSON services, S3's own last.
const TRANSIENT: [&str; 6] =
    ["InternalServer", "InternalService", "InternalFailure", "ServiceException", "ServiceUnavailable", "InternalError"];

/// Beginnings of the names by which a service says that it is called too often; DynamoDB, SQS and S3 have their own.
pub(crate) const THROTTLED: [&str; 6] = [
    "Throttling",
    "TooManyRequests",
    "ProvisionedThroughputExceeded",
    "RequestLimitExceeded",
    "RequestThrottled",
    "SlowDown",
];

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The request cannot be sent as it is.
    #[error("the request to {host} cannot be made: {reason}")]
    Request {
        /// The host it was for.
        host: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No connection, or one that broke.
    #[error("{host} cannot be reached: {reason}")]
    Unreachable {
        /// The host that was called.
        host: String,
        /// The causes, outermost first.
        reason: String,
    },
    /// No whole answer in time.
    #[error("{host} did not answer within {} s", limit.as_secs_f32())]
    TimedOut {
        /// The host that was called.
        host: String,
        /// The time it was given.
        limit: Duration,
    },
    /// The answer is longer than asked for.
    #[error("{host} answered with more than {limit} bytes")]
    TooLarge {
        /// The host that was called.
        host: String,
        /// The most bytes that would have been read.
        limit: usize,
    },
    /// The service refused the call.
    #[error("{code}: {message}")]
    Refused {
        /// The error's name, e.g. `AccessDeniedException`.
        code: String,
        /// What the service says.
        message: String,
    },
    /// An answer that is not what the service documents.
    #[error("{host} answered with status {status} and a body that cannot be read")]
    Unreadable {
        /// The host that was called.
        host: String,
        /// The HTTP status.
        status: u16,
    },
}

impl CallError {
    /// Whether the same call may succeed a moment later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::TimedOut { .. } => true,
            Self::Refused { code, .. } => {
                code.starts_with("HTTP 5") || TRANSIENT.iter().chain(&THROTTLED).any(|known| code.starts_with(known))
            }
            Self::Unreadable { status, .. } => *status >= 500,
            Self::Request { .. } | Self::TooLarge { .. } => false,
        }
    }

    /// Whether the caller lacks a permission.
    #[must_use]
    pub fn is_access_denied(&self) -> bool {
        matches!(self, Self::Refused { code, .. } if code.starts_with("AccessDenied"))
    }
}

/// An error with its sources, each said once.
#[must_use]
pub fn causes(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        next = cause.source();
    }
    text
}
