//! How a stage goes back to what an earlier execution made of it (CodePipeline user guide, "Configuring stage rollback"):
//! a new execution runs that stage alone, with the earlier one's artifacts and variables.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;
use uuid::Uuid;

use super::flow::{self, Run, Turn, Way};
use super::queue::{Door, Occupation};
use super::start::{new_record, remember, told};
use crate::engine::context::Context;
use crate::engine::pipeline::{ExecutionMode, Pipeline};
use crate::engine::record::{ExecutionType, StageStatus, TriggerType};
use crate::engine::state::{ExecutionState, State};

/// Why a stage is not rolled back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(in crate::engine) enum RollbackError {
    #[error("no pipeline is called {0:?}")]
    PipelineNotFound(String),
    #[error("the pipeline has no stage {0:?}")]
    StageNotFound(String),
    #[error("the pipeline has no execution {0:?}")]
    ExecutionNotFound(String),
    #[error("execution {0} was started before the pipeline was changed last: its structure is another")]
    Outdated(String),
    #[error("{0}")]
    Unable(String),
}

/// Rolls `stage` back to what the execution `target` made of it, for `caller`. Returns the new execution's id.
pub(in crate::engine) fn roll_back(
    context: &Arc<Context>,
    (pipeline, stage): (&str, &str),
    target: &str,
    caller: &str,
) -> Result<String, RollbackError> {
    let mut memory = context.state();
    let known = memory.pipelines.get(pipeline).ok_or_else(|| RollbackError::PipelineNotFound(pipeline.to_owned()))?;
    let definition = Arc::clone(&known.definition);
    let index = definition.stages.iter().position(|known| known.name == stage);
    let index = index.ok_or_else(|| RollbackError::StageNotFound(stage.to_owned()))?;
    check(&memory, &definition, index, target)?;
    let door = Door { context, pipeline, stage };
    let known = memory.pipelines.get_mut(pipeline);
    let queue = known.map(|known| known.queues.entry(stage.to_owned()).or_default());
    let occupation = queue.and_then(|queue| queue.enter(door, definition.execution_mode, ""));
    let occupation = occupation.ok_or_else(|| RollbackError::Unable(format!("stage {stage:?} is in progress")))?;
    // AWS shows the caller in braces.
    let trigger = (TriggerType::ManualRollback, format!("{{{caller}}}"));
    let (run, occupation) = prepare(context, &mut memory, &definition, index, target, trigger, occupation);
    drop(memory);
    let id = run.execution.clone();
    begin(run, index, occupation, TriggerType::ManualRollback);
    Ok(id)
}

/// Rolls a stage back that failed in `run`, when an earlier execution succeeded in it. `occupation` is the failed
/// execution's place in the stage, which the rollback takes over, so that nobody comes in between.
pub(super) fn after_failure(run: &Run, index: usize, occupation: Occupation) {
    let context = &run.context;
    let mut memory = context.state();
    let failed = memory.execution(&run.execution).map(|known| known.record.execution_type.clone());
    let pipeline = memory.pipelines.get(&run.pipeline.name);
    let current = pipeline.is_some_and(|known| Arc::ptr_eq(&known.definition, &run.pipeline));
    // A rollback that fails is not followed by another: it would go back to the same.
    if failed != Some(ExecutionType::Standard) || !current {
        drop(memory);
        return;
    }
    let mut newest_first = memory.executions.iter().rev();
    let target = newest_first.find(|known| known.record.id != run.execution && is_target(known, &run.pipeline, index));
    let Some(target) = target.map(|known| known.record.id.clone()) else {
        // The place in the stage gives itself back, which needs the lock.
        drop(memory);
        return;
    };
    let detail = json!({ "FailedPipelineExecutionId": run.execution }).to_string();
    let trigger = (TriggerType::AutomatedRollback, detail);
    let (next, occupation) = prepare(context, &mut memory, &run.pipeline, index, &target, trigger, occupation);
    drop(memory);
    begin(next, index, occupation, TriggerType::AutomatedRollback);
}

fn check(memory: &State, pipeline: &Arc<Pipeline>, index: usize, target: &str) -> Result<(), RollbackError> {
    let unable = |reason: String| Err(RollbackError::Unable(reason));
    let name = &pipeline.stages[index].name;
    let known = memory.execution(target).filter(|known| known.record.pipeline == pipeline.name);
    let known = known.ok_or_else(|| RollbackError::ExecutionNotFound(target.to_owned()))?;
    if index == 0 {
        return unable(format!("stage {name:?} is the source stage, which cannot be rolled back"));
    }
    if pipeline.execution_mode == ExecutionMode::Parallel {
        return unable("a pipeline whose execution mode is PARALLEL cannot be rolled back".to_owned());
    }
    if known.record.execution_type != ExecutionType::Standard {
        return unable(format!("execution {target} is a rollback itself: name the execution that it went back to"));
    }
    if !Arc::ptr_eq(&known.definition, pipeline) {
        return Err(RollbackError::Outdated(target.to_owned()));
    }
    if !is_target(known, pipeline, index) {
        return unable(format!("execution {target} did not succeed in stage {name:?}"));
    }
    Ok(())
}

/// Whether an execution can be gone back to.
fn is_target(known: &ExecutionState, pipeline: &Arc<Pipeline>, index: usize) -> bool {
    known.record.execution_type == ExecutionType::Standard
        && Arc::ptr_eq(&known.definition, pipeline)
        && known.record.stages[index].status == Some(StageStatus::Succeeded)
}

/// Makes the new execution, with its place in the stage.
fn prepare(
    context: &Arc<Context>,
    memory: &mut State,
    pipeline: &Arc<Pipeline>,
    index: usize,
    target: &str,
    trigger: (TriggerType, String),
    mut occupation: Occupation,
) -> (Run, Occupation) {
    let id = Uuid::new_v4().to_string();
    let (variables, revisions, made) = memory
        .execution(target)
        .map(|known| (known.record.variables.clone(), known.record.source_revisions.clone(), known.made.clone()))
        .unwrap_or_default();
    let mut record = new_record(pipeline, &id, trigger, variables);
    record.execution_type = ExecutionType::Rollback { target: target.to_owned() };
    record.source_revisions = revisions;
    let run = remember(context, memory, pipeline, record, made, BTreeMap::new());
    let stage = &pipeline.stages[index].name;
    if let Some(queue) = memory.pipelines.get_mut(&pipeline.name).and_then(|known| known.queues.get_mut(stage)) {
        queue.hand_over(&mut occupation, &id);
    }
    (run, occupation)
}

fn begin(run: Run, index: usize, occupation: Occupation, trigger: TriggerType) {
    let context = Arc::clone(&run.context);
    told(&context, &run.pipeline.name, &run.execution, trigger);
    let way = Way { first: index, last: index, resumed: false };
    context.spawn(flow::run(run, Turn::In(occupation), way));
}
