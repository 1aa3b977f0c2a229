//! What is no event of a delivery.

/// Why an event cannot be read. No text of the event is quoted but the names of its keys: a job that was sent to the
/// wrong function has credentials in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// It is not a JSON object.
    #[error("the event is {found}, not a JSON object")]
    NotAnObject {
        /// What it is instead.
        found: &'static str,
    },
    /// It is neither an event of EventBridge, nor an alarm's, nor an approval's notification.
    #[error("the event is none of a delivery: it has neither \"detail-type\" nor \"approval\"; its keys are {keys}")]
    Unknown {
        /// A few of its keys.
        keys: String,
    },
    /// An SNS event with another number of records than the one SNS sends.
    #[error("the SNS event has {count} records; SNS sends exactly one")]
    Records {
        /// How many there are.
        count: usize,
    },
    /// The message of an SNS event is not JSON.
    #[error("the message of the SNS event is not a JSON object: send CodePipeline's notifications to this topic only")]
    Message,
}
