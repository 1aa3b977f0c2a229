//! `DisableStageTransition` and `EnableStageTransition`.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::caller::Caller;
use super::error::ApiError;
use super::request::{Limits, read};
use crate::engine::context::Context;
use crate::engine::execution::{Disabled, Door, StageQueue};
use crate::engine::pipeline::is_transition_reason;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DisableRequest {
    pipeline_name: String,
    stage_name: String,
    transition_type: String,
    reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct EnableRequest {
    pipeline_name: String,
    stage_name: String,
    transition_type: String,
}

pub(super) fn disable(context: &Arc<Context>, caller: &Caller, body: &[u8]) -> Result<Value, ApiError> {
    let request: DisableRequest = read(body)?;
    let mut limits = limits(&request.pipeline_name, &request.stage_name, &request.transition_type);
    limits.length("reason", &request.reason, 1, 300).pattern(
        "reason",
        "[a-zA-Z0-9!@ \\(\\)\\.\\*\\?\\-]+",
        request.reason.is_empty() || request.reason.len() > 300 || is_transition_reason(&request.reason),
    );
    limits.check()?;
    let why = Disabled { reason: request.reason, by: caller.arn.clone(), at: Timestamp::now() };
    let place = (request.pipeline_name.as_str(), request.stage_name.as_str(), request.transition_type.as_str());
    change(context, place, |queue, _| queue.disable(why))
}

pub(super) fn enable(context: &Arc<Context>, body: &[u8]) -> Result<Value, ApiError> {
    let request: EnableRequest = read(body)?;
    limits(&request.pipeline_name, &request.stage_name, &request.transition_type).check()?;
    let place = (request.pipeline_name.as_str(), request.stage_name.as_str(), request.transition_type.as_str());
    change(context, place, StageQueue::enable)
}

fn limits(pipeline: &str, stage: &str, kind: &str) -> Limits {
    let mut limits = Limits::default();
    limits.name("pipelineName", pipeline).name("stageName", stage).one_of(
        "transitionType",
        kind,
        &["Inbound", "Outbound"],
    );
    limits
}

fn change(
    context: &Arc<Context>,
    (pipeline, stage, kind): (&str, &str, &str),
    change: impl FnOnce(&mut StageQueue, Door<'_>),
) -> Result<Value, ApiError> {
    let mut memory = context.state();
    let known = memory.pipelines.get_mut(pipeline).ok_or_else(|| ApiError::pipeline_not_found(pipeline))?;
    let index = known.definition.stages.iter().position(|known| known.name == stage);
    let index = index.ok_or_else(|| ApiError::stage_not_found(pipeline, stage))?;
    if kind == "Outbound" {
        let message = "the local CodePipeline does not know outbound transitions: name the next stage's inbound one";
        return Err(ApiError::validation(message));
    }
    if index == 0 {
        return Err(ApiError::validation(format!("stage {stage:?} is the first one, which has no inbound transition")));
    }
    let queue = known.queues.entry(stage.to_owned()).or_default();
    change(queue, Door { context, pipeline, stage });
    Ok(json!({}))
}
