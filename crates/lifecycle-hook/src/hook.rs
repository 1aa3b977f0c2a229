//! What the work sees of a hook.

use std::sync::{Arc, Mutex, PoisonError};

use aws_call::Aws;
use owed_answer::{Deadline, Redaction};

use crate::outcome::HookFailure;
use crate::report::Notes;
use crate::version::{self, Version};

/// A hook, handed to the work.
#[derive(Clone, Debug)]
pub struct Hook {
    pub(crate) group: String,
    pub(crate) lifecycle_event: String,
    pub(crate) version: Result<Version, HookFailure>,
    pub(crate) aws: Aws,
    pub(crate) deadline: Deadline,
    pub(crate) shared: Arc<Shared>,
}

/// What is known and what must not be said, also when the work is gone.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    pub(crate) redaction: Redaction,
    notes: Mutex<Notes>,
}

impl Shared {
    pub(crate) fn note(&self, note: impl FnOnce(&mut Notes)) {
        note(&mut self.notes.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub(crate) fn notes(&self) -> Notes {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Hook {
    /// What is deployed to: the deployment group as `application/group`, or the ECS service as `cluster/service`.
    #[must_use]
    pub fn group(&self) -> &str {
        &self.group
    }

    /// CodeDeploy's lifecycle event, such as `AfterAllowTestTraffic`, or ECS's lifecycle stage.
    #[must_use]
    pub fn lifecycle_event(&self) -> &str {
        &self.lifecycle_event
    }

    /// When the work has to be over.
    #[must_use]
    pub fn deadline(&self) -> Deadline {
        self.deadline
    }

    /// The version under test, or why it could not be found.
    pub fn version(&self) -> Result<&Version, &HookFailure> {
        self.version.as_ref()
    }

    /// The revision that the version under test was built from, which takes a call of ECS or of Lambda. The report
    /// names it.
    pub async fn revision(&self) -> Result<String, HookFailure> {
        let version = self.version.as_ref().map_err(Clone::clone)?;
        let revision = version::revision(&self.aws, version).await?;
        self.shared.note(|notes| notes.revision = Some(revision.clone()));
        Ok(revision)
    }

    /// Names the environment under test in the report.
    pub fn tests(&self, environment: &str) {
        self.shared.note(|notes| notes.environment = Some(environment.to_owned()));
    }

    /// Keeps `secret` out of the report and the log, whatever the work or a panic in it says.
    pub fn hide(&self, secret: &str) {
        self.shared.redaction.hide(secret);
    }
}
