//! Faults that a test orders: what the services do on a bad day.

use std::collections::BTreeMap;

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

/// How often a fault happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// This many times, then no more.
    Count(u32),
    /// Every time.
    Always,
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

/// The faults that are still to happen, by operation, in the order in which they were ordered.
#[derive(Debug, Default)]
pub(super) struct Faults(BTreeMap<String, Vec<(Fault, Times)>>);

impl Faults {
    pub(super) fn order(&mut self, operation: &str, fault: Fault, times: Times) {
        self.0.entry(operation.to_owned()).or_default().push((fault, times));
    }

    /// The fault that happens to this request of `operation`, if one does.
    pub(super) fn take(&mut self, operation: &str) -> Option<Fault> {
        let ordered = self.0.get_mut(operation)?;
        ordered.retain(|(_, times)| *times != Times::Count(0));
        let (fault, times) = ordered.first_mut()?;
        if let Times::Count(count) = times {
            *count -= 1;
        }
        Some(fault.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_happen_in_order_and_as_often_as_ordered() {
        let mut faults = Faults::default();
        faults.order("GetObject", Fault::Throttle, Times::Count(2));
        faults.order("GetObject", Fault::Hang, Times::Count(0));
        faults.order("GetObject", Fault::InternalError, Times::Count(1));
        faults.order("PutObject", Fault::Close, Times::Always);
        let taken: Vec<_> = (0..4).map(|_| faults.take("GetObject")).collect();
        assert_eq!(taken, [Some(Fault::Throttle), Some(Fault::Throttle), Some(Fault::InternalError), None]);
        assert_eq!([faults.take("PutObject"), faults.take("PutObject")], [Some(Fault::Close), Some(Fault::Close)]);
        assert_eq!(faults.take("HeadObject"), None);
    }
}
