//! The parts of a pipeline.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{OnFailure, Provider};

/// A pipeline that passed every check.
#[derive(Debug, Clone)]
pub(in crate::engine) struct Pipeline {
    pub(in crate::engine) name: String,
    pub(in crate::engine) kind: PipelineType,
    pub(in crate::engine) execution_mode: ExecutionMode,
    pub(in crate::engine) role_arn: String,
    pub(in crate::engine) artifact_store: ArtifactStore,
    pub(in crate::engine) variables: Vec<PipelineVariable>,
    pub(in crate::engine) stages: Vec<Stage>,
    pub(in crate::engine) restart_on_update: bool,
    pub(in crate::engine) account: String,
    pub(in crate::engine) region: String,
    /// Counts up with each update, from 1.
    pub(in crate::engine) version: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum PipelineType {
    V1,
    V2,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum ExecutionMode {
    /// A newer execution overtakes one that waits for a stage.
    Superseded,
    /// Executions wait in line.
    Queued,
    /// Executions do not wait for each other.
    Parallel,
}

#[derive(Debug, Clone)]
pub(in crate::engine) struct ArtifactStore {
    pub(in crate::engine) bucket: String,
    /// The customer's KMS key, when there is one.
    pub(in crate::engine) kms_key: Option<String>,
}

#[derive(Debug, Clone)]
pub(in crate::engine) struct PipelineVariable {
    pub(in crate::engine) name: String,
    pub(in crate::engine) default: Option<String>,
    pub(in crate::engine) description: Option<String>,
}

#[derive(Debug, Clone)]
pub(in crate::engine) struct Stage {
    pub(in crate::engine) name: String,
    pub(in crate::engine) actions: Vec<Action>,
    pub(in crate::engine) on_failure: Option<OnFailure>,
    /// Why the template lets nothing into the stage.
    pub(in crate::engine) disabled: Option<String>,
}

#[derive(Debug, Clone)]
pub(in crate::engine) struct Action {
    pub(in crate::engine) name: String,
    pub(in crate::engine) provider: Provider,
    pub(in crate::engine) run_order: u32,
    /// As the template has it: variables are not resolved.
    pub(in crate::engine) configuration: BTreeMap<String, String>,
    pub(in crate::engine) inputs: Vec<String>,
    pub(in crate::engine) outputs: Vec<String>,
    pub(in crate::engine) namespace: Option<String>,
    /// The action's own role, instead of the pipeline's.
    pub(in crate::engine) role_arn: Option<String>,
    /// Of an approval: how long it waits.
    pub(in crate::engine) timeout: Option<Duration>,
}

impl Pipeline {
    /// `arn:aws:codepipeline:REGION:ACCOUNT:NAME`, without a resource type.
    pub(in crate::engine) fn arn(&self) -> String {
        format!("arn:aws:codepipeline:{}:{}:{}", self.region, self.account, self.name)
    }

    /// The role in whose name an action works.
    pub(in crate::engine) fn role_of<'p>(&'p self, action: &'p Action) -> &'p str {
        action.role_arn.as_deref().unwrap_or(&self.role_arn)
    }
}

impl ExecutionMode {
    pub(in crate::engine) const fn text(self) -> &'static str {
        match self {
            Self::Superseded => "SUPERSEDED",
            Self::Queued => "QUEUED",
            Self::Parallel => "PARALLEL",
        }
    }
}

impl PipelineType {
    pub(in crate::engine) const fn text(self) -> &'static str {
        match self {
            Self::V1 => "V1",
            Self::V2 => "V2",
        }
    }
}
