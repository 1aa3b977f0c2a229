//! What came of an event.

use delivery_event::EventError;
use serde_json::{Value, json};

/// What came of an event that was dealt with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A message left by every outlet, or was refused there and parked.
    Said(String),
    /// The first message of an execution shows another state.
    Shown(String),
    /// Nothing was said, for this reason.
    Silent(&'static str),
}

impl Outcome {
    /// What the function returns. Nobody waits for it but who invokes the function by hand.
    pub(crate) fn to_json(&self) -> Value {
        match self {
            Self::Said(headline) => json!({"outcome": "said", "headline": headline}),
            Self::Shown(headline) => json!({"outcome": "shown", "headline": headline}),
            Self::Silent(why) => json!({"outcome": "silent", "why": why}),
        }
    }
}

/// Something is still to be sent. Lambda tries the event again, and keeps it in the end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not everything was sent: {0}")]
pub(crate) struct Unsent(pub(crate) String);

impl Unsent {
    /// An event that nobody can be told of, because it is none that the function knows.
    pub(crate) fn unreadable(error: &EventError) -> Self {
        Self(error.to_string())
    }
}
