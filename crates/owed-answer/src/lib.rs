//! Work that owes its caller exactly one answer.
//!
//! CodePipeline waits 20 minutes for the result of a job, CodeDeploy an hour for the status of a lifecycle hook, and
//! neither hears of a function that panics, hangs or throws. What it takes to answer all the same is here once: the
//! [`Deadline`] that keeps time for the answer, [`bounded`] work, the call that is [repeated](persist) until it is
//! taken, what must be [kept out](Redaction) of it, and what was [answered](Answered) before.

mod answered;
mod bounded;
mod closed;
mod deadline;
mod redaction;
mod result_call;
mod text;

pub use answered::Answered;
pub use bounded::{Stopped, bounded};
pub use closed::Closed;
pub use deadline::Deadline;
pub use redaction::Redaction;
pub use result_call::{Refusal, persist, refusal};
pub use text::within;
