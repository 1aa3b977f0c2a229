//! What the services do on a bad day.

use http::StatusCode;

use super::answer::ServiceError;
use super::call::Service;

/// What a service does instead of its work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Too many requests: `ThrottlingException`, or `SlowDown` of S3.
    Throttle,
    /// The service failed: status 500.
    InternalError,
    /// A refusal with this status, code and message.
    Refuse(StatusCode, &'static str, String),
    /// The request is read and never answered.
    Hang,
    /// The connection is closed without an answer and nothing is done.
    Close,
    /// The work is done, then the connection is closed: the answer is lost.
    LoseAnswer,
}

impl Fault {
    /// The error that is answered, when one is.
    pub(super) fn error(&self, service: Service) -> Option<ServiceError> {
        let error = match (self, service) {
            (Self::Throttle, Service::S3) => {
                ServiceError::new(StatusCode::SERVICE_UNAVAILABLE, "SlowDown", "Please reduce your request rate.")
            }
            (Self::Throttle, _) => ServiceError::client("ThrottlingException", "Rate exceeded"),
            (Self::InternalError, Service::S3) => ServiceError::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "InternalError",
                "We encountered an internal error. Please try again.",
            ),
            (Self::InternalError, _) => ServiceError::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalFailure", ""),
            (Self::Refuse(status, code, message), _) => ServiceError::new(*status, code, message.clone()),
            (Self::Hang | Self::Close | Self::LoseAnswer, _) => return None,
        };
        Some(error)
    }
}
