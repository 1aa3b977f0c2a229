//! How a job ends.

use bytes::Bytes;

use crate::error::JobError;

/// How the work ended when it did not fail.
#[derive(Debug)]
pub enum JobOutcome {
    /// The job is done.
    Succeeded(Success),
    /// CodePipeline shall invoke the function again, with a new job that carries the token.
    InProgress(Continuation),
}

/// A job that is done.
#[derive(Debug, Default)]
pub struct Success {
    /// One line for the pipeline's console; cut to 2048 characters, left out when empty.
    pub summary: String,
    /// Output variables: names of `A-Z a-z 0-9 @ - _` and values that are not empty, at most 122880 bytes together.
    pub variables: Vec<(String, String)>,
    /// What the work is called elsewhere; cut to 1500 characters.
    pub external_execution_id: Option<String>,
    /// What the action's output artifact holds; used when it declares one.
    pub files: Vec<OutputFile>,
}

/// A job that goes on in another invocation. It can have no output variables and no output artifact yet.
#[derive(Debug, Default)]
pub struct Continuation {
    /// What the next invocation gets, 1 to 2048 characters.
    pub token: String,
    /// One line for the pipeline's console; cut to 2048 characters, left out when empty.
    pub summary: String,
    /// 0 to 100.
    pub percent_complete: Option<u8>,
    /// What the work is called elsewhere; cut to 1500 characters.
    pub external_execution_id: Option<String>,
}

/// One file of an output artifact.
#[derive(Clone, Debug)]
pub struct OutputFile {
    /// Its path in the artifact.
    pub path: String,
    /// Its content.
    pub content: Bytes,
}

/// Why a job failed.
#[derive(Debug)]
pub struct Failure {
    /// What kind of failure CodePipeline shows.
    pub kind: FailureKind,
    /// What happened and what to do; cut to 5000 characters.
    pub message: String,
    /// What the work is called elsewhere; cut to 1500 characters.
    pub external_execution_id: Option<String>,
    /// What the action's output artifact holds; used when it declares one.
    pub files: Vec<OutputFile>,
}

/// CodePipeline's failure types that a function has use for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The job did what it should and the answer is no.
    JobFailed,
    /// The action, the function or the artifact is not as it has to be.
    ConfigurationError,
    /// A permission is missing.
    PermissionError,
    /// A service that the job needs did not answer.
    SystemUnavailable,
}

impl Failure {
    /// A failure of `kind`, without files.
    #[must_use]
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), external_execution_id: None, files: Vec::new() }
    }

    /// A failure of the configuration.
    #[must_use]
    pub fn configuration(message: impl Into<String>) -> Self {
        Self::new(FailureKind::ConfigurationError, message)
    }
}

impl From<JobError> for Failure {
    fn from(error: JobError) -> Self {
        Self::new(error.kind(), error.to_string())
    }
}
