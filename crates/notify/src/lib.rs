//! Messages to people: an SNS topic, Slack, and the queue for what Slack refuses.
//!
//! Each call says what became of the message, in terms of what to do next: it was sent, it was refused for good, or it
//! may work later. A call ends by the deadline it is given. What a message says, and who gets it, is decided elsewhere.
//!
//! - [`publish`] sends to a topic with the SDK's client.
//! - [`Slack`] sends with a bot's token or to an incoming webhook, whichever its secret in Secrets Manager holds.
//! - [`Undelivered`] parks what was refused.

mod publication;
mod slack;
mod sns;
mod undelivered;

pub use publication::Publication;
pub use slack::{Posted, Slack, SlackDelivery, SlackMessage};
pub use sns::{SnsMessage, publish};
pub use undelivered::Undelivered;
