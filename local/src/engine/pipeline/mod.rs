//! A pipeline as its template defines it.

mod checks;
mod definition;
mod properties;
mod provider;
mod text;
mod variables;

pub(super) use definition::{Action, ArtifactStore, ExecutionMode, Pipeline, PipelineType, PipelineVariable, Stage};
pub(super) use properties::pipeline_from_properties;
pub(super) use provider::Provider;
pub(super) use variables::{is_name, resolve};
