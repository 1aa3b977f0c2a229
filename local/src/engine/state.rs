//! Everything the engine remembers. It lives in memory and ends with the process.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::task::AbortHandle;

use super::approvals::Approvals;
use super::builds::BuildRecord;
use super::codedeploy::CodeDeploy;
use super::execution::{Made, StageQueue, StopRequest};
use super::jobs::Jobs;
use super::pipeline::Pipeline;
use super::record::{ActionRecord, ExecutionRecord};
use super::resources::Deployments;

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) pipelines: BTreeMap<String, PipelineState>,
    /// In the order of their starts.
    pub(super) executions: Vec<ExecutionState>,
    pub(super) jobs: Jobs,
    /// In the order of their starts.
    pub(super) builds: Vec<BuildRecord>,
    /// The ARNs of the report groups that builds have made.
    pub(super) report_groups: BTreeSet<String>,
    pub(super) approvals: Approvals,
    pub(super) deployments: Deployments,
    pub(super) codedeploy: CodeDeploy,
}

#[derive(Debug)]
pub(super) struct PipelineState {
    pub(super) definition: Arc<Pipeline>,
    pub(super) created: Timestamp,
    pub(super) updated: Timestamp,
    /// By the stage's name.
    pub(super) queues: BTreeMap<String, StageQueue>,
    /// Source action -> the revisions that were delivered or seen. A source nobody looked at yet is not there.
    pub(super) seen_revisions: BTreeMap<String, BTreeSet<String>>,
    /// Client request token -> the execution it started.
    pub(super) request_tokens: BTreeMap<String, String>,
    /// The tasks that look for new revisions.
    pub(super) pollers: Vec<AbortHandle>,
}

#[derive(Debug)]
pub(super) struct ExecutionState {
    pub(super) record: ExecutionRecord,
    /// The pipeline as it was at the start.
    pub(super) definition: Arc<Pipeline>,
    /// What its actions have made: a retry goes on from it, a rollback goes back to it.
    pub(super) made: Made,
    /// Source action -> the version it was told to take.
    pub(super) source_versions: BTreeMap<String, String>,
    pub(super) stop: watch::Sender<Option<StopRequest>>,
}

impl State {
    pub(super) fn execution(&self, id: &str) -> Option<&ExecutionState> {
        self.executions.iter().find(|execution| execution.record.id == id)
    }

    pub(super) fn execution_mut(&mut self, id: &str) -> Option<&mut ExecutionState> {
        self.executions.iter_mut().find(|execution| execution.record.id == id)
    }

    /// The record of an action by its names.
    pub(super) fn action_mut(&mut self, execution: &str, stage: &str, action: &str) -> Option<&mut ActionRecord> {
        let record = &mut self.execution_mut(execution)?.record;
        let stage = record.stages.iter_mut().find(|known| known.name == stage)?;
        stage.actions.iter_mut().find(|known| known.name == action)
    }

    /// A build by its id: project, colon, UUID.
    pub(super) fn build(&self, id: &str) -> Option<&BuildRecord> {
        let (project, uuid) = id.split_once(':')?;
        self.builds.iter().find(|build| build.uuid == uuid && build.project == project)
    }

    /// A pipeline's executions, the newest first.
    pub(super) fn executions_of<'s>(&'s self, pipeline: &'s str) -> impl Iterator<Item = &'s ExecutionRecord> {
        self.executions
            .iter()
            .rev()
            .map(|execution| &execution.record)
            .filter(move |record| record.pipeline == pipeline)
    }
}

impl PipelineState {
    /// The names of the source actions.
    pub(super) fn source_actions(&self) -> BTreeSet<&str> {
        self.definition.stages.first().into_iter().flat_map(|stage| &stage.actions).map(|a| a.name.as_str()).collect()
    }
}
