//! The API of CodeBuild, as far as alerts and people need it: what became of a build, and what its tests said.

mod builds;
mod reports;

use std::sync::Arc;

use axum::body::Bytes;
use http::HeaderMap;
use serde_json::Value;

use super::caller::Caller;
use super::error::ApiError;
use crate::engine::context::Context;

/// The most builds or reports of one call.
const BATCH: usize = 100;

/// What the API can be asked.
#[derive(Debug, Clone, Copy)]
pub(super) enum Operation {
    BatchGetBuilds,
    BatchGetReports,
    DescribeTestCases,
}

impl Operation {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "BatchGetBuilds" => Self::BatchGetBuilds,
            "BatchGetReports" => Self::BatchGetReports,
            "DescribeTestCases" => Self::DescribeTestCases,
            _ => return None,
        })
    }
}

/// Answers a call, which each operation authorises for what it asks about.
pub(super) async fn answer(
    context: &Arc<Context>,
    operation: Operation,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<Value, ApiError> {
    let caller = Caller::from_headers(headers)?;
    match operation {
        Operation::BatchGetBuilds => builds::batch_get(context, &caller, body).await,
        Operation::BatchGetReports => reports::batch_get(context, &caller, body).await,
        Operation::DescribeTestCases => reports::test_cases(context, &caller, body).await,
    }
}

fn invalid(message: String) -> ApiError {
    ApiError::new("InvalidInputException", message)
}
