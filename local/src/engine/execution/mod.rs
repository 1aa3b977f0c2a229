//! Executions of a pipeline: how they start, take their turn at each stage, and end.

mod action;
mod flow;
mod queue;
mod start;
mod stop;

pub(super) use queue::StageQueue;
pub(super) use start::{Start, StartError, start};
pub(super) use stop::{StopError, StopRequest, stop};
