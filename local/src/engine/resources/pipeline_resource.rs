//! `AWS::CodePipeline::Pipeline`.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::json;

use super::Asked;
use super::names::name_of;
use super::route::Outcome;
use crate::engine::context::Context;
use crate::engine::execution::{Disabled, Door, Start, StopRequest, start};
use crate::engine::pipeline::{Pipeline, pipeline_from_properties};
use crate::engine::polling;
use crate::engine::record::{ExecutionStatus, TriggerType};
use crate::engine::state::PipelineState;

/// Creates a pipeline, or changes `existing`. As on AWS, a new pipeline runs at once, and a changed one when
/// `RestartExecutionOnUpdate` says so.
pub(super) fn put(context: &Arc<Context>, asked: &Asked, existing: Option<&str>) -> Outcome {
    let name = name_of(asked, "Name")?;
    let replaces = existing.filter(|existing| *existing != name);
    let version = {
        let state = context.state();
        let known = state.pipelines.get(&name);
        if known.is_some() && (existing.is_none() || replaces.is_some()) {
            return Err(format!("a pipeline called {name:?} exists already"));
        }
        known.map_or(1, |known| known.definition.version + 1)
    };
    let pipeline = Arc::new(pipeline_from_properties(&name, version, &asked.properties, asked)?);
    {
        let mut state = context.state();
        let now = Timestamp::now();
        let created = state.pipelines.get(&name).map_or(now, |known| known.created);
        let known = state.pipelines.entry(name.clone()).or_insert_with(|| PipelineState {
            definition: Arc::clone(&pipeline),
            created,
            updated: now,
            queues: BTreeMap::new(),
            seen_revisions: BTreeMap::new(),
            request_tokens: BTreeMap::new(),
            pollers: Vec::new(),
        });
        let before = std::mem::replace(&mut known.definition, Arc::clone(&pipeline));
        known.updated = now;
        set_transitions(context, known, &before);
    }
    if let Some(old) = replaces {
        remove(context, old);
    }
    polling::watch(context, &pipeline);
    if version == 1 || pipeline.restart_on_update {
        // The pipeline is there all the same when a variable without a default keeps it from running.
        if let Err(error) = start(context, &name, Start::by(TriggerType::CreatePipeline, "")) {
            tracing::warn!(pipeline.name = %name, %error, "the new pipeline does not run yet");
        }
    }
    Ok((name, json!({ "Arn": pipeline.arn(), "Version": version.to_string() })))
}

/// Lets nobody into the stages that the template closes, and opens those that it closed before. What somebody closed by
/// a call stays as it is.
fn set_transitions(context: &Arc<Context>, known: &mut PipelineState, before: &Pipeline) {
    let pipeline = Arc::clone(&known.definition);
    for stage in &pipeline.stages {
        let queue = known.queues.entry(stage.name.clone()).or_default();
        if let Some(reason) = stage.disabled.clone() {
            queue.disable(Disabled { reason, by: pipeline.arn(), at: known.updated });
        } else if before.stages.iter().any(|old| old.name == stage.name && old.disabled.is_some()) {
            queue.enable(Door { context, pipeline: &pipeline.name, stage: &stage.name });
        }
    }
}

/// Removes a pipeline. Its executions are cut off.
pub(super) fn remove(context: &Arc<Context>, name: &str) {
    let mut state = context.state();
    for execution in state.executions.iter().filter(|execution| execution.record.pipeline == name) {
        if matches!(execution.record.status, ExecutionStatus::InProgress | ExecutionStatus::Stopping) {
            execution.stop.send_replace(Some(StopRequest::Abandon));
        }
    }
    let removed = state.pipelines.remove(name);
    drop(state);
    // Turns that were granted and not taken yet give themselves back when they are dropped, which needs the lock.
    for poller in removed.into_iter().flat_map(|pipeline| pipeline.pollers) {
        poller.abort();
    }
}
