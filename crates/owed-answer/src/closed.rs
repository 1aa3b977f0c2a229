//! Answering for a function that cannot any more.

/// What became of an answer that was given in another function's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// The answer was taken.
    Answered,
    /// Nobody waits for it: it was given before, or what it was for is gone.
    NobodyWaits,
    /// Whoever invoked the function takes an answer only from it.
    NothingOwed,
}
