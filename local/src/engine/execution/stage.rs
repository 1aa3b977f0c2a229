//! The actions of one stage, and what is remembered of the stage.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::task::JoinSet;

use super::action::{self, Made};
use super::flow::{Run, asked_to};
use super::stop::StopRequest;
use crate::engine::event::{EventKind, Place};
use crate::engine::pipeline::{RetryMode, Stage};
use crate::engine::record::{
    ActionError, ActionRecord, ActionStatus, JobStatus, RetryTrigger, StageRecord, StageStatus,
};

/// The actions of a stage: those of the same run order side by side, the next ones when all have succeeded. Of a stage
/// that is retried, the actions that are not to be run again have their result already.
pub(super) async fn through_the_actions(run: &Run, stage: &Stage) -> StageStatus {
    let open = run.open_actions(&stage.name);
    let orders: BTreeSet<u32> = open.iter().map(|index| stage.actions[*index].run_order).collect();
    for order in orders {
        if run.stop.borrow().is_some() {
            return StageStatus::Stopped;
        }
        let before = Arc::new(run.made());
        let mut group = JoinSet::new();
        for index in open.iter().copied().filter(|index| stage.actions[*index].run_order == order) {
            group.spawn(action::run(run.clone(), stage.name.clone(), index, Arc::clone(&before)));
        }
        let (mut succeeded, mut lost) = (true, false);
        let mut stop = run.stop.clone();
        loop {
            tokio::select! {
                ended = group.join_next() => match ended {
                    None => break,
                    Some(Ok(Some(more))) => run.add(more),
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

/// Makes a stage that failed ready to be run again: what is to be run again is set aside.
pub(super) fn begin_again(stage: &mut StageRecord, mode: RetryMode, trigger: RetryTrigger) {
    for action in &mut stage.actions {
        let again = mode == RetryMode::AllActions || action.status != Some(ActionStatus::Succeeded);
        if again && action.status.is_some() {
            let fresh = ActionRecord::waiting(&action.name, action.category, action.provider);
            stage.earlier.push(std::mem::replace(action, fresh));
        }
    }
    match trigger {
        RetryTrigger::AutomatedStageRetry => stage.retries.automatic += 1,
        RetryTrigger::ManualStageRetry => stage.retries.manual += 1,
    }
    stage.retries.latest = Some((Timestamp::now(), trigger));
    stage.status = Some(StageStatus::InProgress);
    stage.ended = None;
}

impl Run {
    /// The indices of the stage's actions that have no result yet.
    fn open_actions(&self, stage: &str) -> Vec<usize> {
        let memory = self.context.state();
        let record = memory.execution(&self.execution).map(|execution| &execution.record);
        let stage = record.and_then(|record| record.stages.iter().find(|known| known.name == stage));
        let actions = stage.into_iter().flat_map(|stage| stage.actions.iter().enumerate());
        actions.filter(|(_, action)| action.status.is_none()).map(|(index, _)| index).collect()
    }

    fn made(&self) -> Made {
        self.context.state().execution(&self.execution).map(|execution| execution.made.clone()).unwrap_or_default()
    }

    fn add(&self, more: Made) {
        if let Some(execution) = self.context.state().execution_mut(&self.execution) {
            execution.made.add(more);
        }
    }

    /// Begins the automatic retry of a stage, unless it had one.
    pub(super) fn resume(&self, name: &str, mode: RetryMode) -> bool {
        let trigger = RetryTrigger::AutomatedStageRetry;
        {
            let mut memory = self.context.state();
            let Some(execution) = memory.execution_mut(&self.execution) else { return false };
            let stage = execution.record.stages.iter_mut().find(|stage| stage.name == name);
            let Some(stage) = stage.filter(|stage| stage.retries.automatic == 0) else { return false };
            begin_again(stage, mode, trigger);
            execution.record.attempt += 1;
        }
        self.context.emit(EventKind::StageResumed {
            pipeline: self.pipeline.name.clone(),
            execution: self.execution.clone(),
            stage: name.to_owned(),
            trigger,
        });
        true
    }

    pub(super) fn stage(&self, name: &str, status: StageStatus) {
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
