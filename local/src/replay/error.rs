//! Why an event could not be replayed.

use std::io;
use std::path::PathBuf;

use super::BuildError;
use crate::standin::StandinError;

/// Why an event could not be replayed.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The event's file cannot be read.
    #[error("cannot read the event {path}: {source}", path = .path.display())]
    Read {
        /// The file asked for.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The event's file is not JSON.
    #[error("the event {path} is not JSON: {source}", path = .path.display())]
    Json {
        /// The file asked for.
        path: PathBuf,
        /// Where and why.
        source: serde_json::Error,
    },
    /// No function here takes such an event.
    #[error(
        "the event {path} is of no kind that can be replayed: its top keys are {keys}; known are a CodePipeline job \
         (\"CodePipeline.job\"), a CodeDeploy hook (\"DeploymentId\"), an ECS hook (\"lifecycleStage\"), a destination \
         record (\"requestContext\" and \"requestPayload\"), an event (\"detail-type\" and \"detail\"), a notification of one \
         (\"detailType\" and \"detail\"), an approval (\"approval\", alone or in \"Records\") and an alarm (\"alarmData\")",
        path = .path.display()
    )]
    UnknownKind {
        /// The file asked for.
        path: PathBuf,
        /// The keys that were found.
        keys: String,
    },
    /// An event lacks what the local system has to know to play its part.
    #[error("the {kind} of {path} has no {field}: the stand-ins need it", path = .path.display())]
    Incomplete {
        /// The file asked for.
        path: PathBuf,
        /// What the file was taken for.
        kind: &'static str,
        /// The field, from the job or hook on.
        field: &'static str,
    },
    /// A binary could not be built.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// A stand-in could not do its part.
    #[error(transparent)]
    Standin(#[from] StandinError),
    /// The example shop did not come up.
    #[error("the example shop did not answer at {url}: {reason}")]
    Shop {
        /// Where it should have answered.
        url: String,
        /// What was seen instead, with the end of its log.
        reason: String,
    },
    /// The artifact could not be made.
    #[error("cannot make an artifact of {path}: {source}", path = .path.display())]
    Artifact {
        /// The file or folder in question.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// The result could not be written.
    #[error("cannot write the result: {0}")]
    Write(#[from] io::Error),
}
