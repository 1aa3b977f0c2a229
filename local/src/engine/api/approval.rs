//! `PutApprovalResult`.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::caller::Caller;
use super::error::ApiError;
use super::request::{Limits, read};
use super::seconds;
use crate::engine::approvals::{Answer, Refused};
use crate::engine::context::Context;
use crate::engine::event::Place;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Request {
    pipeline_name: String,
    stage_name: String,
    action_name: String,
    token: String,
    result: ApprovalResult,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ApprovalResult {
    summary: String,
    status: String,
}

pub(super) fn put(context: &Arc<Context>, caller: &Caller, body: &[u8]) -> Result<Value, ApiError> {
    let request: Request = read(body)?;
    Limits::default()
        .name("pipelineName", &request.pipeline_name)
        .name("stageName", &request.stage_name)
        .name("actionName", &request.action_name)
        .id("token", &request.token)
        .length("result.summary", &request.result.summary, 0, 512)
        .one_of("result.status", &request.result.status, &["Approved", "Rejected"])
        .check()?;
    let (pipeline, stage, action) = (&request.pipeline_name, &request.stage_name, &request.action_name);
    let mut memory = context.state();
    let known = memory.pipelines.get(pipeline).ok_or_else(|| ApiError::pipeline_not_found(pipeline))?;
    let stages = &known.definition.stages;
    let known = stages.iter().find(|known| known.name == *stage);
    let known = known.ok_or_else(|| ApiError::stage_not_found(pipeline, stage))?;
    if !known.actions.iter().any(|known| known.name == *action) {
        let message = format!("stage {stage:?} of pipeline {pipeline:?} has no action {action:?}");
        return Err(ApiError::new("ActionNotFoundException", message));
    }
    let answer = Answer {
        approved: request.result.status == "Approved",
        summary: request.result.summary,
        by: caller.arn.clone(),
    };
    let place =
        Place { pipeline: pipeline.clone(), execution: String::new(), stage: stage.clone(), action: action.clone() };
    // The two errors have AWS's words.
    match memory.approvals.answer(&place, &request.token, answer) {
        Ok(()) => Ok(json!({ "approvedAt": seconds(Timestamp::now()) })),
        Err(Refused::Token) => Err(ApiError::new(
            "InvalidApprovalTokenException",
            "The approval request already received a response or has expired.",
        )),
        Err(Refused::Completed) => Err(ApiError::new(
            "ApprovalAlreadyCompletedException",
            "The approval action has already been approved or rejected.",
        )),
    }
}
