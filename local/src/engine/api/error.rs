//! Errors as the JSON services answer them.

use http::StatusCode;
use serde_json::{Value, json};

/// An error that the API answers with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ApiError {
    status: StatusCode,
    /// E.g. `ValidationException`.
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl ApiError {
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code, message: message.into() }
    }

    pub(super) fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationException", message)
    }

    pub(super) fn internal(message: impl Into<String>) -> Self {
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, code: "InternalFailure", message: message.into() }
    }

    pub(super) fn unknown_operation(service: &str, operation: &str) -> Self {
        let service = match service {
            "codebuild" => "CodeBuild",
            "codedeploy" => "CodeDeploy",
            _ => "CodePipeline",
        };
        Self::new("UnknownOperationException", format!("the local {service} does not know {operation}"))
    }

    pub(super) fn pipeline_not_found(name: &str) -> Self {
        Self::new("PipelineNotFoundException", format!("no pipeline is called {name:?}"))
    }

    pub(super) fn execution_not_found(pipeline: &str, execution: &str) -> Self {
        let message = format!("pipeline {pipeline:?} has no execution {execution:?}");
        Self::new("PipelineExecutionNotFoundException", message)
    }

    pub(super) fn stage_not_found(pipeline: &str, stage: &str) -> Self {
        Self::new("StageNotFoundException", format!("pipeline {pipeline:?} has no stage {stage:?}"))
    }

    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    pub(super) fn content(&self) -> Value {
        json!({ "__type": self.code, "message": self.message })
    }
}
