//! How a stage that failed is retried, in the same execution (CodePipeline user guide, "Configuring stage retry for a
//! failed stage or failed actions").

use std::sync::Arc;

use super::flow::{self, Run, Turn, Way};
use super::queue::Door;
use super::stage::begin_again;
use crate::engine::context::Context;
use crate::engine::event::EventKind;
use crate::engine::pipeline::{ExecutionMode, RetryMode};
use crate::engine::record::{ExecutionRecord, ExecutionStatus, ExecutionType, RetryTrigger, StageStatus};

/// Why a stage is not retried.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(in crate::engine) enum RetryError {
    #[error("no pipeline is called {0:?}")]
    PipelineNotFound(String),
    #[error("the pipeline has no stage {0:?}")]
    StageNotFound(String),
    #[error("the pipeline has no execution {0:?}")]
    ExecutionNotFound(String),
    #[error("a later execution, {0}, was in the stage: only the latest can be retried")]
    NotLatest(String),
    #[error("{0}")]
    NotRetryable(&'static str),
}

/// Retries `stage` in an execution of `pipeline` that failed in it.
pub(in crate::engine) fn retry(
    context: &Arc<Context>,
    (pipeline, stage): (&str, &str),
    execution: &str,
    mode: RetryMode,
) -> Result<(), RetryError> {
    let mut memory = context.state();
    let known = memory.pipelines.get(pipeline).ok_or_else(|| RetryError::PipelineNotFound(pipeline.to_owned()))?;
    let definition = Arc::clone(&known.definition);
    let index = definition.stages.iter().position(|known| known.name == stage);
    let index = index.ok_or_else(|| RetryError::StageNotFound(stage.to_owned()))?;
    let failed = memory.execution(execution).filter(|known| known.record.pipeline == pipeline);
    let failed = failed.ok_or_else(|| RetryError::ExecutionNotFound(execution.to_owned()))?;
    // What was edited is another structure, even when it is the same again.
    if !Arc::ptr_eq(&failed.definition, &definition) {
        return Err(RetryError::NotRetryable("the pipeline was changed since the stage failed"));
    }
    let record = &failed.record.stages[index];
    if record.status != Some(StageStatus::Failed) || failed.record.status != ExecutionStatus::Failed {
        return Err(RetryError::NotRetryable("the stage has no failed actions, or still runs"));
    }
    let is_rollback = failed.record.execution_type != ExecutionType::Standard;
    let entered =
        |record: &&ExecutionRecord| record.stages.iter().any(|known| known.name == stage && known.status.is_some());
    let last = memory.executions_of(pipeline).find(entered).filter(|last| last.id != execution);
    if let Some(later) = last.filter(|_| definition.execution_mode != ExecutionMode::Parallel) {
        return Err(RetryError::NotLatest(later.id.clone()));
    }
    let door = Door { context, pipeline, stage };
    let queue = memory.pipelines.get_mut(pipeline).and_then(|known| known.queues.get_mut(stage));
    let occupation = queue.and_then(|queue| queue.enter(door, definition.execution_mode, execution));
    let occupation = occupation.ok_or(RetryError::NotRetryable("another execution is in the stage"))?;
    let Some(failed) = memory.execution_mut(execution) else {
        // The place in the stage gives itself back, which needs the lock.
        drop(memory);
        return Err(RetryError::ExecutionNotFound(execution.to_owned()));
    };
    begin_again(&mut failed.record.stages[index], mode, RetryTrigger::ManualStageRetry);
    failed.record.status = ExecutionStatus::InProgress;
    failed.record.ended = None;
    failed.record.attempt += 1;
    // Who asked it to stop got their answer when it failed.
    failed.stop.send_replace(None);
    let run = Run {
        context: Arc::clone(context),
        pipeline: definition,
        execution: execution.to_owned(),
        variables: failed.record.variables.clone(),
        source_versions: failed.source_versions.clone(),
        stop: failed.stop.subscribe(),
    };
    drop(memory);
    let (pipeline, execution) = (pipeline.to_owned(), execution.to_owned());
    context.emit(EventKind::ExecutionResumed { pipeline: pipeline.clone(), execution: execution.clone() });
    let (stage, trigger) = (stage.to_owned(), RetryTrigger::ManualStageRetry);
    context.emit(EventKind::StageResumed { pipeline, execution, stage, trigger });
    let last = if is_rollback { index } else { run.pipeline.stages.len() - 1 };
    context.spawn(flow::run(run, Turn::In(occupation), Way { first: index, last, resumed: true }));
    Ok(())
}
