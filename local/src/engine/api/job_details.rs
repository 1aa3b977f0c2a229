//! `GetJobDetails`. AWS's model says that it is for custom actions; whether it answers for Lambda jobs is not documented.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::error::ApiError;
use super::request::{Limits, read};
use crate::engine::context::Context;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Request {
    job_id: String,
}

pub(super) fn get(context: &Arc<Context>, body: &[u8]) -> Result<Value, ApiError> {
    let request: Request = read(body)?;
    Limits::default().id("jobId", &request.job_id).check()?;
    let state = context.state();
    let not_found =
        || ApiError::new("JobNotFoundException", format!("The job with id {} was not found.", request.job_id));
    Ok(json!({ "jobDetails": state.jobs.get(&request.job_id).ok_or_else(not_found)?.details }))
}
