//! From what the engine tells its observers to what CodePipeline tells EventBridge.

use super::state_change::{Origin, StateChange};
use super::{action, execution};
use crate::engine::{EngineEvent, EventKind, ExecutionRecord, ExecutionStatus, Place, StageStatus};

/// The state change that CodePipeline would tell, when it would. `record` is the execution that the event is about.
///
/// The record may have moved on since; what the event itself says about the state is what counts.
pub(super) fn state_change(origin: &Origin, event: &EngineEvent, record: &ExecutionRecord) -> Option<StateChange> {
    let at = event.at;
    let of_execution = |state| Some(execution::of_execution(origin, record, state, at));
    let of_action = |place: &Place, state| {
        let stage = record.stages.iter().find(|stage| stage.name == place.stage)?;
        let action = stage.actions.iter().find(|action| action.name == place.action)?;
        Some(action::of_action(origin, record, (&stage.name, action), state, at))
    };
    match &event.kind {
        EventKind::ExecutionStarted { .. } => of_execution("STARTED"),
        EventKind::ExecutionResumed { .. } => of_execution("RESUMED"),
        EventKind::ExecutionStopping { .. } => of_execution("STOPPING"),
        EventKind::ExecutionEnded { status, .. } => of_execution(match status {
            ExecutionStatus::Succeeded => "SUCCEEDED",
            ExecutionStatus::Failed => "FAILED",
            ExecutionStatus::Stopped => "STOPPED",
            ExecutionStatus::Superseded => "SUPERSEDED",
            // One L in the events, two in the API.
            ExecutionStatus::Cancelled => "CANCELED",
            ExecutionStatus::InProgress | ExecutionStatus::Stopping => return None,
        }),
        EventKind::Stage { stage, status, .. } => {
            let state = match status {
                StageStatus::InProgress => "STARTED",
                StageStatus::Succeeded => "SUCCEEDED",
                StageStatus::Failed => "FAILED",
                StageStatus::Stopped => "STOPPED",
            };
            Some(execution::of_stage(origin, record, stage, state, at))
        }
        EventKind::StageResumed { stage, .. } => Some(execution::of_stage(origin, record, stage, "RESUMED", at)),
        EventKind::ActionStarted { place, .. } => of_action(place, "STARTED"),
        EventKind::ActionSucceeded { place, .. } => of_action(place, "SUCCEEDED"),
        EventKind::ActionFailed { place, .. } => of_action(place, "FAILED"),
        EventKind::ActionAbandoned { place } => of_action(place, "ABANDONED"),
        _ => None,
    }
}

/// The execution that an event is about, when there is a state change to tell.
pub(super) fn execution_of(event: &EngineEvent) -> Option<&str> {
    match &event.kind {
        EventKind::ExecutionStarted { execution, .. }
        | EventKind::ExecutionResumed { execution, .. }
        | EventKind::ExecutionStopping { execution, .. }
        | EventKind::StageResumed { execution, .. }
        | EventKind::ExecutionEnded { execution, .. }
        | EventKind::Stage { execution, .. } => Some(execution),
        EventKind::ActionStarted { place, .. }
        | EventKind::ActionSucceeded { place, .. }
        | EventKind::ActionFailed { place, .. }
        | EventKind::ActionAbandoned { place } => Some(&place.execution),
        _ => None,
    }
}
