//! What became of a message to a topic.

use aws_call::causes;
use aws_sdk_sns::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sns::operation::publish::PublishError;

/// What became of a message to a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Publication {
    /// SNS took it.
    Sent {
        /// SNS's id of the message.
        id: String,
    },
    /// SNS will not take it, also not later.
    Refused {
        /// The error's name, e.g. `NotFound` or `AuthorizationError`.
        word: String,
        /// What SNS says.
        detail: String,
    },
    /// SNS was not reached, is too busy, or failed itself. Later may do.
    Unreachable {
        /// What happened.
        reason: String,
    },
}

/// Beginnings of names by which SNS, or KMS behind it, says that it is busy. Its own failures have a status from 500 on.
const BUSY: [&str; 3] = ["Throttl", "KMSThrottl", "InternalError"];

impl Publication {
    pub(crate) fn of(error: &SdkError<PublishError>) -> Self {
        let failed = match error {
            SdkError::ServiceError(failed) => failed,
            // The request could not be made of this message: no later call can either.
            SdkError::ConstructionFailure(_) => {
                return Self::Refused { word: "InvalidRequest".to_owned(), detail: causes(error) };
            }
            _ => return Self::Unreachable { reason: causes(error) },
        };
        let word = failed.err().code().unwrap_or("unknown error").to_owned();
        let detail = failed.err().message().unwrap_or("no message").to_owned();
        if failed.raw().status().as_u16() >= 500 || BUSY.iter().any(|busy| word.starts_with(busy)) {
            return Self::Unreachable { reason: format!("{word}: {detail}") };
        }
        Self::Refused { word, detail }
    }
}
