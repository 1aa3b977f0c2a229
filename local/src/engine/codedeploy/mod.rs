//! The local CodeDeploy: what becomes of deployments.
//!
//! Deployments to instances are carried out by `crate::deploy` and recorded here. Those of the ECS and Lambda platforms are
//! carried out here: their lifecycle events one after the other, hooks by the emulator's Lambda, traffic by the local
//! listeners or the emulator's aliases, in the name of the group's service role.

mod access;
mod alarms;
mod create;
mod deployment;
mod ecs;
mod failure;
mod hook;
mod in_place;
mod lambda;
mod lifecycle;
mod record;
mod revision;
mod rollback;
mod shift;
mod signals;
mod state;

pub(super) use create::{CreateError, NewDeployment, create};
pub(super) use hook::Rejection;
pub(super) use in_place::InPlace;
pub(super) use signals::Stop;
pub(super) use state::CodeDeploy;

pub use record::{
    Creator, DeploymentRecord, DeploymentState, Diagnostics, ErrorInformation, EventRecord, EventStatus, LambdaRecord,
    RollbackRecord, TargetKind, TargetRecord, TaskSetRecord,
};
pub use revision::{AppspecKind, Revision};
