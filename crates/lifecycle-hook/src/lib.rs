//! A lifecycle hook, from its event to exactly one status.
//!
//! Two services invoke functions as hooks, and the event tells them apart:
//!
//! - **CodeDeploy** (ECS and Lambda platforms) invokes asynchronously with two ids and waits up to an hour for
//!   `PutLifecycleEventHookExecutionStatus`. Which lifecycle event it is, and what is deployed, has to be asked for.
//! - **ECS** itself (its own blue/green, linear and canary deployments) invokes synchronously, says the stage and the
//!   traffic weights, and takes the status from what the function returns.
//!
//! [`Hooks::answer`] makes sure that either gets its status once: after passed checks, failed ones, a configuration
//! that is wrong, a panic, a deadline, throttling or a second delivery. Whatever does not say that checks ran and
//! passed has failed, with one exception: a hook of a rollback never keeps the bad version in service.
//!
//! The function hands over the work: a closure that gets the [`Hook`] and returns a [`Verdict`] or a [`HookFailure`].
//! What came of it is stored as a [report](ReportLocation) before the status is given.

mod appspec;
mod attempts;
mod codedeploy;
mod deployment;
mod ecs;
mod ecs_event;
mod end;
mod error;
mod event;
mod hook;
mod hooks;
mod outcome;
mod report;
mod sdk_failure;
mod status;
mod version;

pub use error::HookError;
pub use hook::Hook;
pub use hooks::{Hooks, Settings};
pub use outcome::{FailureKind, HookFailure, Verdict};
pub use owed_answer::{Closed, Deadline};
pub use report::ReportLocation;
pub use version::Version;
