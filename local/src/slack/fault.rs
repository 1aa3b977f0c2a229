//! Slack on a bad day.

/// What Slack does instead of its work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Status 429, with so many seconds in `Retry-After`.
    TooFast(u64),
    /// Status 500 and a page for people.
    InternalError,
    /// The request is read and never answered.
    Hang,
    /// The connection is closed without an answer and nothing is posted.
    Close,
    /// The message is posted, then the connection is closed: the answer is lost.
    LoseAnswer,
    /// `ok:false` with this word, e.g. `token_revoked`; of a webhook, the word with its status.
    Refuse(String),
}
