//! What the stand-in holds and remembers.

use std::collections::BTreeMap;

use serde_json::Value;

use super::call::Call;
use super::codedeploy::{Deployment, HookStatus};
use super::codepipeline::{JobResult, JobState};
use super::fault::Faults;
use super::object::Object;

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
    pub(super) faults: Faults,
    pub(super) calls: Vec<Call>,
}
