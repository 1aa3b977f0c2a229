//! The jobs of Lambda invoke actions, from the invocation to the result.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use serde_json::Value;
use tokio::sync::oneshot;

use super::event::Place;
use super::record::{CurrentRevision, JobStatus};

/// A result that a job was given.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum JobResult {
    Continued { token: String, details: Details },
    Succeeded { details: Details, output_variables: BTreeMap<String, String> },
    Failed { code: String, message: String, external_execution_id: Option<String> },
}

/// What a success result says of the work.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Details {
    pub(super) summary: Option<String>,
    pub(super) external_execution_id: Option<String>,
    pub(super) percent_complete: Option<u8>,
    pub(super) revision: Option<CurrentRevision>,
}

/// One job. Its `Debug` form shows no credentials.
pub(super) struct Job {
    pub(super) place: Place,
    /// What `GetJobDetails` shows; it holds credentials.
    pub(super) details: Value,
    /// Where the result is awaited; nothing once it is there or nobody waits any more.
    waiting: Option<oneshot::Sender<JobResult>>,
}

/// Why a result is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rejection {
    Unknown,
    NotInProgress,
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("place", &self.place)
            .field("waiting", &self.waiting.is_some())
            .finish_non_exhaustive()
    }
}

#[derive(Debug, Default)]
pub(super) struct Jobs(HashMap<String, Job>);

impl Jobs {
    /// Adds a job and returns where its result will come.
    pub(super) fn open(&mut self, id: &str, place: Place, details: Value) -> oneshot::Receiver<JobResult> {
        let (sender, receiver) = oneshot::channel();
        let job = Job { place, details, waiting: Some(sender) };
        self.0.insert(id.to_owned(), job);
        receiver
    }

    pub(super) fn get(&self, id: &str) -> Option<&Job> {
        self.0.get(id)
    }

    /// Hands over a result. A job takes one.
    pub(super) fn answer(&mut self, id: &str, result: JobResult) -> Result<Place, Rejection> {
        let job = self.0.get_mut(id).ok_or(Rejection::Unknown)?;
        let waiting = job.waiting.take().ok_or(Rejection::NotInProgress)?;
        // The action may have stopped waiting a moment ago.
        waiting.send(result).map_err(|_| Rejection::NotInProgress)?;
        Ok(job.place.clone())
    }

    /// Takes no more result for a job, and forgets its credentials.
    pub(super) fn close(&mut self, id: &str) {
        if let Some(job) = self.0.get_mut(id) {
            job.waiting = None;
            if let Some(data) = job.details.get_mut("data").and_then(Value::as_object_mut) {
                data.remove("artifactCredentials");
            }
        }
    }
}

impl JobResult {
    pub(super) fn status(&self) -> JobStatus {
        match self {
            Self::Continued { .. } => JobStatus::Continued,
            Self::Succeeded { .. } => JobStatus::Succeeded,
            Self::Failed { .. } => JobStatus::Failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn place() -> Place {
        let text = |text: &str| text.to_owned();
        Place { pipeline: text("p"), execution: text("e"), stage: text("s"), action: text("a") }
    }

    fn failed() -> JobResult {
        JobResult::Failed { code: "JobFailed".into(), message: "m".into(), external_execution_id: None }
    }

    #[test]
    fn a_job_takes_one_result_while_somebody_waits() {
        let mut jobs = Jobs::default();
        assert_eq!(jobs.answer("1", failed()), Err(Rejection::Unknown));

        let mut result = jobs.open("1", place(), json!({}));
        assert_eq!(jobs.answer("1", failed()), Ok(place()));
        assert_eq!(result.try_recv().unwrap(), failed());
        assert_eq!(jobs.answer("1", failed()), Err(Rejection::NotInProgress));

        drop(jobs.open("2", place(), json!({})));
        assert_eq!(jobs.answer("2", failed()), Err(Rejection::NotInProgress));

        let _result = jobs.open("3", place(), json!({}));
        jobs.close("3");
        assert_eq!(jobs.answer("3", failed()), Err(Rejection::NotInProgress));
    }

    #[test]
    fn a_closed_job_has_no_credentials() {
        let mut jobs = Jobs::default();
        let details = json!({ "data": { "artifactCredentials": { "secretAccessKey": "s" }, "inputArtifacts": [] } });
        let _result = jobs.open("1", place(), details);
        assert!(!format!("{jobs:?}").contains("secretAccessKey"), "{jobs:?}");
        jobs.close("1");
        assert_eq!(jobs.get("1").unwrap().details, json!({ "data": { "inputArtifacts": [] } }));
    }
}
