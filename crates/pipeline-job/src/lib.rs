//! One CodePipeline job, from its event to exactly one result.
//!
//! CodePipeline invokes a function asynchronously and then waits for up to 20 minutes for `PutJobSuccessResult` or
//! `PutJobFailureResult`. [`Jobs::answer`] makes sure that one of them is sent, once: after success, a failure, an
//! event it cannot use, a panic, a deadline, throttling, or a second delivery of the same job. Whatever does not say
//! that it succeeded has failed.
//!
//! The function hands over the work: a closure that gets the [`Job`] (parameters, files of the input artifact) and
//! returns a [`JobOutcome`] or a [`Failure`].
//!
//! What it cannot answer: a function killed by Lambda (time-out, out of memory) and work that blocks its thread,
//! because a deadline is noticed only where the work awaits something. Another function answers for those by
//! [`Jobs::close`].

mod bundle;
mod entry;
mod error;
mod event;
mod job;
mod jobs;
mod lenient;
mod limits;
mod outcome;
mod parameters;
mod refusal;
mod report;
mod sparse;
mod store;

pub use error::JobError;
pub use job::Job;
pub use jobs::Jobs;
pub use outcome::{Continuation, Failure, FailureKind, JobOutcome, OutputFile, Success};
pub use owed_answer::{Closed, Deadline};
