//! Executions of a pipeline: how they start, take their turn at each stage, and end.

mod action;
mod flow;
mod queue;
mod retry;
mod rollback;
mod stage;
mod start;
mod stop;

pub(super) use action::Made;
pub(super) use queue::{Disabled, Door, StageQueue};
pub(super) use retry::{RetryError, retry};
pub(super) use rollback::{RollbackError, roll_back};
pub(super) use start::{Start, StartError, start};
pub(super) use stop::{StopError, StopRequest, stop};
