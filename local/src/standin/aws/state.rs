//! What the stand-in holds and remembers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::call::Call;
use super::codedeploy::{Deployment, HookStatus};
use super::codepipeline::{JobResult, JobState};
use super::dynamodb::Table;
use super::fault::Fault;
use super::object::Object;
use super::pipelines::PipelineView;
use super::sns::Notification;
use super::sqs::QueuedMessage;
use crate::standin::Faults;

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) jobs: BTreeMap<String, JobState>,
    pub(super) results: Vec<(String, JobResult)>,
    /// By `bucket/key`.
    pub(super) objects: BTreeMap<String, Object>,
    /// The key that uploads have to be encrypted with.
    pub(super) encryption_key: Option<String>,
    /// What was uploaded, by `bucket/key`.
    pub(super) uploads: Vec<(String, Object)>,
    /// Beginnings of `bucket/key` that the function's own role may read and write.
    pub(super) granted: Vec<String>,
    pub(super) secrets: BTreeMap<String, String>,
    pub(super) deployments: BTreeMap<String, Deployment>,
    /// What hooks reported, by deployment.
    pub(super) hook_statuses: Vec<(String, HookStatus)>,
    /// By ARN, as `DescribeTaskDefinition` gives them.
    pub(super) task_definitions: BTreeMap<String, Value>,
    /// The task definition of a service revision, by the revision's ARN.
    pub(super) service_revisions: BTreeMap<String, String>,
    /// The environment of a function's version, by name and version.
    pub(super) functions: BTreeMap<(String, String), BTreeMap<String, String>>,
    pub(super) pipelines: BTreeMap<String, PipelineView>,
    /// Deployments that are only looked at: `deploymentInfo`, and `deploymentTarget` by target.
    pub(super) shown_deployments: BTreeMap<String, (Value, BTreeMap<String, Value>)>,
    /// By id, as `BatchGetBuilds` gives them.
    pub(super) builds: BTreeMap<String, Value>,
    /// The test cases of a report, by its ARN.
    pub(super) test_cases: BTreeMap<String, Vec<Value>>,
    /// Lines, by log group and stream.
    pub(super) logs: BTreeMap<(String, String), Vec<String>>,
    pub(super) tables: BTreeMap<String, Table>,
    /// ARNs of topics, and what they took.
    pub(super) topics: BTreeSet<String>,
    pub(super) notifications: Vec<Notification>,
    /// URLs of queues, and what they took.
    pub(super) queues: BTreeSet<String>,
    pub(super) queued: Vec<QueuedMessage>,
    pub(super) faults: Faults<Fault>,
    pub(super) calls: Vec<Call>,
}
