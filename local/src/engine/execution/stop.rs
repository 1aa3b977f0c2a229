//! How an execution is stopped.

use std::sync::Arc;

use crate::engine::context::Context;
use crate::engine::event::EventKind;
use crate::engine::record::ExecutionStatus;

/// What becomes of the actions that run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum StopRequest {
    /// They end first.
    Wait,
    /// They are cut off.
    Abandon,
}

/// Why an execution is not stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum StopError {
    NotFound,
    /// It has ended.
    NotStoppable,
    /// It was asked the same already.
    Duplicate,
}

/// Asks an execution of `pipeline` to stop.
pub(in crate::engine) fn stop(
    context: &Arc<Context>,
    pipeline: &str,
    execution: &str,
    request: StopRequest,
    reason: Option<String>,
) -> Result<(), StopError> {
    let mut state = context.state();
    let known = state.execution_mut(execution).filter(|known| known.record.pipeline == pipeline);
    let known = known.ok_or(StopError::NotFound)?;
    let asked = *known.stop.borrow();
    match (known.record.status, asked) {
        (ExecutionStatus::InProgress, _) => {}
        // Somebody who waited may lose patience.
        (ExecutionStatus::Stopping, Some(StopRequest::Wait)) if request == StopRequest::Abandon => {}
        (ExecutionStatus::Stopping, _) => return Err(StopError::Duplicate),
        _ => return Err(StopError::NotStoppable),
    }
    known.record.status = ExecutionStatus::Stopping;
    known.record.stop_reason = reason;
    known.stop.send_replace(Some(request));
    if asked.is_none() {
        context.emit(EventKind::ExecutionStopping { pipeline: pipeline.to_owned(), execution: execution.to_owned() });
    }
    Ok(())
}
