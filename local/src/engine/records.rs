//! The engine's records, looked up while it works.

use std::sync::Arc;

use super::builds::BuildRecord;
use super::codedeploy::DeploymentRecord;
use super::context::Context;
use super::record::ExecutionRecord;

/// A handle to look up what happened, as it stands. It can outlive the engine, which then changes nothing any more.
#[derive(Debug, Clone)]
pub struct EngineRecords(Arc<Context>);

impl EngineRecords {
    pub(super) fn of(context: &Arc<Context>) -> Self {
        Self(Arc::clone(context))
    }

    /// The execution with this id.
    #[must_use]
    pub fn execution(&self, id: &str) -> Option<ExecutionRecord> {
        self.0.state().execution(id).map(|execution| execution.record.clone())
    }

    /// The build with this id: project, colon, UUID.
    #[must_use]
    pub fn build(&self, id: &str) -> Option<BuildRecord> {
        self.0.state().build(id).cloned()
    }

    /// The deployment with this id.
    #[must_use]
    pub fn deployment(&self, id: &str) -> Option<DeploymentRecord> {
        self.0.state().codedeploy.deployment(id).cloned()
    }
}
