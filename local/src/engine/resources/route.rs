//! Which resource a request is about.

use std::sync::Arc;

use axum::body::Bytes;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde_json::{Value, json};

use super::asked::ChangeKind;
use super::{Asked, deployments, pipeline_resource};
use crate::engine::context::Context;

/// The physical id and attributes of a resource, or why it is refused: then the stack fails with these words.
pub(super) type Outcome = Result<(String, Value), String>;

/// Answers a request of the emulator's CloudFormation.
pub(in crate::engine) fn handle(context: &Arc<Context>, body: &Bytes) -> Response {
    let asked = serde_json::from_slice(body).map_err(|error| format!("the request is not understood: {error}"));
    let outcome = asked.and_then(|asked: Asked| {
        change(context, &asked).map_err(|problem| {
            // Some problems name the type themselves.
            let problem = problem.strip_prefix(&format!("{}: ", asked.kind)).unwrap_or(&problem);
            format!("{} ({}): {problem}", asked.logical_id.as_deref().unwrap_or("a resource"), asked.kind)
        })
    });
    let (status, answer) = match outcome {
        Ok((id, attributes)) => (StatusCode::OK, json!({ "physical_id": id, "attributes": attributes })),
        Err(message) => (StatusCode::BAD_REQUEST, json!({ "message": message })),
    };
    (status, [(header::CONTENT_TYPE, "application/json")], answer.to_string()).into_response()
}

fn change(context: &Arc<Context>, asked: &Asked) -> Outcome {
    let existing = || asked.physical_id.as_deref().ok_or_else(|| "physical_id is missing".to_owned());
    match (asked.kind.as_str(), asked.action) {
        ("AWS::CodePipeline::Pipeline", ChangeKind::Create) => pipeline_resource::put(context, asked, None),
        ("AWS::CodePipeline::Pipeline", ChangeKind::Update) => {
            pipeline_resource::put(context, asked, Some(existing()?))
        }
        ("AWS::CodePipeline::Pipeline", ChangeKind::Delete) => {
            pipeline_resource::remove(context, existing()?);
            Ok((existing()?.to_owned(), json!({})))
        }
        (_, ChangeKind::Create) => deployments::put(context, asked, None),
        (_, ChangeKind::Update) => deployments::put(context, asked, Some(existing()?)),
        (_, ChangeKind::Delete) => deployments::remove(context, asked, existing()?),
    }
}
