//! An execution on its way through the stages.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;

use super::action::{self, Made};
use super::queue::{Admission, Door};
use super::stop::StopRequest;
use crate::engine::context::Context;
use crate::engine::event::{EventKind, Place};
use crate::engine::pipeline::{Pipeline, Stage};
use crate::engine::record::{ActionError, ActionStatus, ExecutionStatus, JobStatus, StageStatus};

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

/// Runs the execution to its end. `admission` is its turn at the first stage.
pub(super) async fn run(run: Run, admission: oneshot::Receiver<Admission>) {
    let status = through_the_stages(&run, admission).await;
    if let Some(execution) = run.context.state().execution_mut(&run.execution) {
        execution.record.status = status;
        execution.record.ended = Some(Timestamp::now());
    }
    run.context.emit(EventKind::ExecutionEnded {
        pipeline: run.pipeline.name.clone(),
        execution: run.execution.clone(),
        status,
    });
}

async fn through_the_stages(run: &Run, mut admission: oneshot::Receiver<Admission>) -> ExecutionStatus {
    let mut made = Made::default();
    let stages = &run.pipeline.stages;
    for (index, stage) in stages.iter().enumerate() {
        let mut stop = run.stop.clone();
        let entered = tokio::select! {
            biased;
            () = asked_to(&mut stop, Option::is_some) => return ExecutionStatus::Stopped,
            entered = &mut admission => entered,
        };
        let occupation = match entered {
            Ok(Admission::Entered(occupation)) => occupation,
            Ok(Admission::Superseded) => return ExecutionStatus::Superseded,
            // The queue is gone with its pipeline.
            Err(_) => return ExecutionStatus::Cancelled,
        };
        run.stage(&stage.name, StageStatus::InProgress);
        let status = through_the_actions(run, stage, &mut made).await;
        run.stage(&stage.name, status);
        match status {
            StageStatus::Succeeded => {}
            StageStatus::Stopped => return ExecutionStatus::Stopped,
            StageStatus::Failed | StageStatus::InProgress => return ExecutionStatus::Failed,
        }
        // In line for the next stage before this one is left, so that nobody overtakes in between.
        if let Some(next) = stages.get(index + 1) {
            match run.join(&next.name) {
                Some(turn) => admission = turn,
                None => return ExecutionStatus::Cancelled,
            }
        }
        drop(occupation);
    }
    if run.stop.borrow().is_some() { ExecutionStatus::Stopped } else { ExecutionStatus::Succeeded }
}

/// The actions of a stage: those of the same run order side by side, the next ones when all have succeeded.
async fn through_the_actions(run: &Run, stage: &Stage, made: &mut Made) -> StageStatus {
    let orders: BTreeSet<u32> = stage.actions.iter().map(|action| action.run_order).collect();
    for order in orders {
        if run.stop.borrow().is_some() {
            return StageStatus::Stopped;
        }
        let before = Arc::new(made.clone());
        let mut group = JoinSet::new();
        for (index, _) in stage.actions.iter().enumerate().filter(|(_, action)| action.run_order == order) {
            group.spawn(action::run(run.clone(), stage.name.clone(), index, Arc::clone(&before)));
        }
        let (mut succeeded, mut lost) = (true, false);
        let mut stop = run.stop.clone();
        loop {
            tokio::select! {
                ended = group.join_next() => match ended {
                    None => break,
                    Some(Ok(Some(more))) => made.add(more),
                    Some(Ok(None)) => succeeded = false,
                    Some(Err(_)) => lost = true,
                },
                () = asked_to(&mut stop, |asked| *asked == Some(StopRequest::Abandon)) => {
                    group.shutdown().await;
                    run.abandon(stage);
                    return StageStatus::Stopped;
                }
            }
        }
        if lost {
            run.fail_unfinished(stage);
        }
        if lost || !succeeded {
            return StageStatus::Failed;
        }
    }
    StageStatus::Succeeded
}

/// Waits until the execution is asked to stop in this way, or until nobody can ask any more.
async fn asked_to(stop: &mut watch::Receiver<Option<StopRequest>>, way: impl FnMut(&Option<StopRequest>) -> bool) {
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

    fn stage(&self, name: &str, status: StageStatus) {
        {
            let mut memory = self.context.state();
            let Some(execution) = memory.execution_mut(&self.execution) else { return };
            let Some(stage) = execution.record.stages.iter_mut().find(|stage| stage.name == name) else { return };
            stage.status = Some(status);
            let now = Some(Timestamp::now());
            if status == StageStatus::InProgress { stage.started = now } else { stage.ended = now }
        }
        self.context.emit(EventKind::Stage {
            pipeline: self.pipeline.name.clone(),
            execution: self.execution.clone(),
            stage: name.to_owned(),
            status,
        });
    }

    /// An action whose task ended without a word has a defect of the engine to blame, and the record says so.
    fn fail_unfinished(&self, stage: &Stage) {
        let message = "the local CodePipeline failed while it carried out this action; its log says where";
        for place in self.end_unfinished(stage, ActionStatus::Failed, Some(message)) {
            self.context.emit(EventKind::ActionFailed {
                place,
                code: "InternalError".to_owned(),
                message: message.to_owned(),
                external_execution_id: None,
            });
        }
    }

    fn abandon(&self, stage: &Stage) {
        for place in self.end_unfinished(stage, ActionStatus::Abandoned, None) {
            self.context.emit(EventKind::ActionAbandoned { place });
        }
    }

    fn end_unfinished(&self, stage: &Stage, status: ActionStatus, message: Option<&str>) -> Vec<Place> {
        let mut memory = self.context.state();
        let mut ended = Vec::new();
        for action in &stage.actions {
            let Some(record) = memory.action_mut(&self.execution, &stage.name, &action.name) else { continue };
            if record.status != Some(ActionStatus::InProgress) {
                continue;
            }
            let now = Some(Timestamp::now());
            record.status = Some(status);
            record.updated = now;
            record.ended = now;
            record.error =
                message.map(|text| ActionError { code: "InternalError".to_owned(), message: text.to_owned() });
            let mut jobs = Vec::new();
            for job in record.jobs.iter_mut().filter(|job| job.status == JobStatus::InProgress) {
                job.status = JobStatus::Abandoned;
                job.ended = now;
                jobs.push(job.id.clone());
            }
            for job in jobs {
                memory.jobs.close(&job);
            }
            ended.push(self.place(&stage.name, &action.name));
        }
        ended
    }
}
