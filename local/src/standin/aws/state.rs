//! What the stand-in holds and remembers.

use std::collections::BTreeMap;

use super::call::Call;
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
    pub(super) secrets: BTreeMap<String, String>,
    pub(super) faults: Faults,
    pub(super) calls: Vec<Call>,
}
