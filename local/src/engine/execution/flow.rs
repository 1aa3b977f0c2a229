//! An execution on its way through the stages.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::{oneshot, watch};

use super::queue::{Admission, Door, Occupation};
use super::stop::StopRequest;
use super::{rollback, stage};
use crate::engine::context::Context;
use crate::engine::event::{EventKind, Place};
use crate::engine::pipeline::{OnFailure, Pipeline};
use crate::engine::record::{ExecutionStatus, StageStatus};

/// One execution, as its task knows it.
#[derive(Debug, Clone)]
pub(in crate::engine) struct Run {
    pub(in crate::engine) context: Arc<Context>,
    pub(in crate::engine) pipeline: Arc<Pipeline>,
    pub(in crate::engine) execution: String,
    pub(in crate::engine) variables: BTreeMap<String, String>,
    pub(in crate::engine) source_versions: BTreeMap<String, String>,
    pub(super) stop: watch::Receiver<Option<StopRequest>>,
}

/// The stages that an execution goes through.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    /// The index of the first one.
    pub(super) first: usize,
    /// The index of the last one.
    pub(super) last: usize,
    /// The first one is retried, and resumed already.
    pub(super) resumed: bool,
}

/// An execution's turn at the first stage of its way.
#[derive(Debug)]
pub(super) enum Turn {
    Waiting(oneshot::Receiver<Admission>),
    In(Occupation),
}

/// How the way ended.
struct End {
    status: ExecutionStatus,
    /// The stage that failed, with the execution's place in it.
    failed: Option<(usize, Occupation)>,
}

impl From<ExecutionStatus> for End {
    fn from(status: ExecutionStatus) -> Self {
        Self { status, failed: None }
    }
}

/// Runs the execution to its end.
pub(super) async fn run(run: Run, turn: Turn, way: Way) {
    let end = through_the_stages(&run, turn, way).await;
    if let Some(execution) = run.context.state().execution_mut(&run.execution) {
        execution.record.status = end.status;
        execution.record.ended = Some(Timestamp::now());
    }
    run.context.emit(EventKind::ExecutionEnded {
        pipeline: run.pipeline.name.clone(),
        execution: run.execution.clone(),
        status: end.status,
    });
    if let Some((index, occupation)) = end.failed
        && run.pipeline.stages[index].on_failure == Some(OnFailure::Rollback)
    {
        rollback::after_failure(&run, index, occupation);
    }
}

async fn through_the_stages(run: &Run, mut turn: Turn, way: Way) -> End {
    let stages = &run.pipeline.stages;
    for index in way.first..=way.last {
        let stage = &stages[index];
        let occupation = match turn {
            Turn::In(occupation) => occupation,
            Turn::Waiting(mut admission) => {
                let mut stop = run.stop.clone();
                let entered = tokio::select! {
                    biased;
                    () = asked_to(&mut stop, Option::is_some) => return ExecutionStatus::Stopped.into(),
                    entered = &mut admission => entered,
                };
                match entered {
                    Ok(Admission::Entered(occupation)) => occupation,
                    Ok(Admission::Superseded) => return ExecutionStatus::Superseded.into(),
                    // The queue is gone with its pipeline.
                    Err(_) => return ExecutionStatus::Cancelled.into(),
                }
            }
        };
        match through_the_stage(run, index, way.resumed && index == way.first).await {
            StageStatus::Succeeded => {}
            StageStatus::Stopped => return ExecutionStatus::Stopped.into(),
            StageStatus::Failed | StageStatus::InProgress => {
                return End { status: ExecutionStatus::Failed, failed: Some((index, occupation)) };
            }
        }
        if index == way.last {
            break;
        }
        // In line for the next stage before this one is left, so that nobody overtakes in between.
        match run.join(&stages[index + 1].name) {
            Some(admission) => turn = Turn::Waiting(admission),
            None => return ExecutionStatus::Cancelled.into(),
        }
        drop((stage, occupation));
    }
    let stopped = run.stop.borrow().is_some();
    if stopped { ExecutionStatus::Stopped.into() } else { ExecutionStatus::Succeeded.into() }
}

/// Runs a stage, and once more when it fails and its `OnFailure` says so: that retry is made once (CodePipeline user
/// guide, "Configure a stage for automatic retry on failure").
async fn through_the_stage(run: &Run, index: usize, resumed: bool) -> StageStatus {
    let stage = &run.pipeline.stages[index];
    if !resumed {
        run.stage(&stage.name, StageStatus::InProgress);
    }
    let status = stage::through_the_actions(run, stage).await;
    run.stage(&stage.name, status);
    let Some(OnFailure::Retry(mode)) = stage.on_failure else { return status };
    if status != StageStatus::Failed || run.stop.borrow().is_some() || !run.resume(&stage.name, mode) {
        return status;
    }
    let status = stage::through_the_actions(run, stage).await;
    run.stage(&stage.name, status);
    status
}

/// Waits until the execution is asked to stop in this way, or until nobody can ask any more.
pub(super) async fn asked_to(
    stop: &mut watch::Receiver<Option<StopRequest>>,
    way: impl FnMut(&Option<StopRequest>) -> bool,
) {
    // The value that this returns borrows from the channel and must not be kept.
    drop(stop.wait_for(way).await);
}

impl Run {
    pub(super) fn place(&self, stage: &str, action: &str) -> Place {
        Place {
            pipeline: self.pipeline.name.clone(),
            execution: self.execution.clone(),
            stage: stage.to_owned(),
            action: action.to_owned(),
        }
    }

    fn join(&self, stage: &str) -> Option<oneshot::Receiver<Admission>> {
        let mut memory = self.context.state();
        let pipeline = memory.pipelines.get_mut(&self.pipeline.name)?;
        let queue = pipeline.queues.entry(stage.to_owned()).or_default();
        let door = Door { context: &self.context, pipeline: &self.pipeline.name, stage };
        Some(queue.join(door, self.pipeline.execution_mode, &self.execution))
    }
}
