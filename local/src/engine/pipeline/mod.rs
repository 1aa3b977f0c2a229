//! A pipeline as its template defines it.

mod checks;
mod definition;
mod on_failure;
mod properties;
mod provider;
mod text;
mod triggers;
mod variables;

pub(super) use checks::is_transition_reason;
pub(super) use definition::{Action, ArtifactStore, ExecutionMode, Pipeline, PipelineType, PipelineVariable, Stage};
pub(super) use on_failure::{OnFailure, RetryMode};
pub(super) use properties::pipeline_from_properties;
pub(super) use provider::Provider;
pub(super) use variables::{is_name, resolve};
