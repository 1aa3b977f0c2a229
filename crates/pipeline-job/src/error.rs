//! What goes wrong around a job.

use crate::outcome::FailureKind;

/// Why a job cannot be done or answered. The text is meant for the pipeline's console.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// The event is none of CodePipeline's, so there is nobody to answer.
    #[error("the event is not a CodePipeline job: {reason}")]
    NotAJob {
        /// What is missing.
        reason: &'static str,
    },
    /// The result did not reach CodePipeline.
    #[error("the result of job {job} could not be reported: {reason}")]
    NotReported {
        /// The job's id.
        job: String,
        /// What CodePipeline or the network said.
        reason: String,
    },
    /// The action passes no parameters.
    #[error("the action has no UserParameters; set them to a JSON object")]
    NoParameters,
    /// The action's parameters are not what the function takes.
    #[error("UserParameters {0}")]
    Parameters(String),
    /// The action has no input artifact.
    #[error("the action has no input artifact; give it the one that holds {path:?}")]
    NoInputArtifact {
        /// The file that was wanted.
        path: String,
    },
    /// The action has several input artifacts and none was chosen.
    #[error("the action has {} input artifacts ({}); name the one that holds {path:?}", names.len(), names.join(", "))]
    SeveralInputArtifacts {
        /// Their names.
        names: Vec<String>,
        /// The file that was wanted.
        path: String,
    },
    /// The chosen artifact is not among the action's.
    #[error("the action has no input artifact {name:?}; it has {}", one_or_none(names))]
    UnknownInputArtifact {
        /// The name asked for.
        name: String,
        /// The names there are.
        names: Vec<String>,
    },
    /// The event does not say where an artifact is.
    #[error("the event names no S3 object for the artifact {artifact:?}")]
    NoLocation {
        /// The artifact's name.
        artifact: String,
    },
    /// The event brings no credentials for its artifacts.
    #[error("the event brings no credentials for the job's artifacts")]
    NoCredentials,
    /// S3 refused to read or write an artifact.
    #[error("{message}")]
    Refused {
        /// What was refused, and what to do.
        message: String,
        /// The kind of failure it makes.
        kind: FailureKind,
    },
    /// The artifact is no zip archive that can be read.
    #[error("the artifact {artifact} is not a zip archive that can be read: {reason}")]
    NotAZip {
        /// The artifact's object.
        artifact: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The artifact lacks a file.
    #[error("the artifact {artifact} has no file {path:?}; it has {}", one_or_none(others))]
    NoSuchFile {
        /// The artifact's object.
        artifact: String,
        /// The file that was wanted.
        path: String,
        /// A few files that are there, those of the same name first.
        others: Vec<String>,
    },
    /// The file is larger than the caller reads.
    #[error("the file {path:?} of the artifact {artifact} is larger than {limit} bytes")]
    TooLarge {
        /// The artifact's object.
        artifact: String,
        /// The file.
        path: String,
        /// The caller's limit.
        limit: u64,
    },
    /// The file cannot be unpacked.
    #[error("the file {path:?} of the artifact {artifact} cannot be unpacked: {reason}")]
    Damaged {
        /// The artifact's object.
        artifact: String,
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The output artifact could not be made.
    #[error("the output artifact cannot be packed: {0}")]
    Bundle(#[from] zip::result::ZipError),
}

impl JobError {
    /// The kind of failure that CodePipeline shows for it.
    #[must_use]
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Refused { kind, .. } => *kind,
            Self::NotReported { .. } => FailureKind::SystemUnavailable,
            Self::Bundle(_) => FailureKind::JobFailed,
            _ => FailureKind::ConfigurationError,
        }
    }
}

fn one_or_none(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
