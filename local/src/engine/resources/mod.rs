//! The resources of a stack that live in the engine: made, changed and removed by the emulator's CloudFormation.

mod asked;
mod deployments;
mod names;
mod pipeline_resource;
mod route;

pub(in crate::engine) use asked::Asked;
pub(in crate::engine) use deployments::Deployments;
pub(in crate::engine) use route::handle;
