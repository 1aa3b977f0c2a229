//! The local CodePipeline and CodeDeploy: their APIs, and an engine that executes pipelines and deployments as their
//! template defines them.
//!
//! The engine serves one emulator. The emulator's CloudFormation hands it the resolved properties of pipelines, build
//! projects and deployment groups (`POST /internal/resources`); the emulator's endpoint forwards the calls of the
//! services it lacks, with the verified caller (`POST /aws/{service}`). In turn the engine works through the emulator:
//! with sessions of the pipeline's role for artifacts and invocations, and by asking its IAM what a role may do.
//!
//! What AWS would do and the engine does not is refused when the pipeline is created, or answered as an unknown
//! operation. Nothing is ignored in silence.

mod actions;
mod api;
mod approvals;
mod builds;
mod clock;
mod codedeploy;
mod config;
mod console;
mod context;
mod denial;
mod emulated;
mod error;
mod event;
mod execution;
mod jobs;
mod passed_roles;
mod pipeline;
mod polling;
mod random;
mod record;
mod records;
mod reports;
mod resources;
mod server;
mod state;
#[cfg(test)]
mod tests;

pub use builds::{BuildPhase, BuildRecord};
pub use clock::Clock;
pub use codedeploy::{
    AppspecKind, Creator, DeploymentRecord, DeploymentState, Diagnostics, ErrorInformation, EventRecord, EventStatus,
    LambdaRecord, Revision, RollbackRecord, TargetKind, TargetRecord, TaskSetRecord,
};
pub use config::{EcsService, EmulatorAccess, EngineConfig};
pub use error::EngineError;
pub use event::{EngineEvent, EventKind, Place};
pub use record::{
    ActionError, ActionRecord, ActionStatus, Artifact, CurrentRevision, ExecutionRecord, ExecutionStatus,
    ExecutionType, JobRecord, JobStatus, Retries, RetryTrigger, SourceRevision, StageRecord, StageStatus, TriggerType,
};
pub use records::EngineRecords;
pub use reports::ReportRecord;
pub use server::Engine;
