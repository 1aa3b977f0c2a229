//! What the work sees of a job.

use std::sync::Arc;

use aws_call::Aws;
use bytes::Bytes;
use owed_answer::{Deadline, Redaction};
use serde::de::DeserializeOwned;

use crate::error::JobError;
use crate::event::{Artifact, JobData};
use crate::outcome::OutputFile;
use crate::store::Object;
use crate::{bundle, entry, parameters};

/// A job, handed to the work.
#[derive(Clone, Debug)]
pub struct Job {
    pub(crate) id: String,
    pub(crate) data: Arc<JobData>,
    pub(crate) aws: Aws,
    pub(crate) deadline: Deadline,
    pub(crate) redaction: Arc<Redaction>,
}

impl Job {
    /// The job's id. A continued job has a new one each time.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// When the work has to be over.
    #[must_use]
    pub fn deadline(&self) -> Deadline {
        self.deadline
    }

    /// What the last invocation returned as its [`crate::Continuation::token`].
    #[must_use]
    pub fn continuation_token(&self) -> Option<&str> {
        self.data.continuation_token.as_deref().filter(|token| !token.is_empty())
    }

    /// The action's UserParameters, a JSON object. The error says where they are wrong.
    pub fn parameters<T: DeserializeOwned>(&self) -> Result<T, JobError> {
        parameters::read(self.data.user_parameters())
    }

    /// Keeps `secret` out of the result, whatever the work or a panic in it says.
    pub fn hide(&self, secret: &str) {
        self.redaction.hide(secret);
    }

    /// The file `path` of the input artifact `artifact`, which may be left out when there is only one. At most `limit`
    /// bytes are unpacked. Only the archive's directory and the file are fetched, with the job's own credentials.
    pub async fn read_input(&self, artifact: Option<&str>, path: &str, limit: u64) -> Result<Vec<u8>, JobError> {
        let path = path.trim_start_matches("./");
        let artifact = self.input_artifact(artifact, path)?;
        let credentials = self.data.artifact_credentials.to_sign_with()?;
        let object = Object { aws: &self.aws, credentials: &credentials, location: artifact.object()? };
        entry::read(&object, path, limit).await
    }

    /// Stores `files` as the first output artifact; nothing happens when the action declares none.
    pub(crate) async fn store(&self, files: &[OutputFile]) -> Result<(), JobError> {
        let Some(artifact) = self.data.output_artifacts.first() else { return Ok(()) };
        let content: Bytes = bundle::pack(files)?;
        let credentials = self.data.artifact_credentials.to_sign_with()?;
        let object = Object { aws: &self.aws, credentials: &credentials, location: artifact.object()? };
        object.put(content, self.data.encryption_key()).await?;
        tracing::info!(artifact = object.name(), "stored the output artifact");
        Ok(())
    }

    fn input_artifact(&self, name: Option<&str>, path: &str) -> Result<&Artifact, JobError> {
        let artifacts = &self.data.input_artifacts;
        let names = || artifacts.iter().map(|artifact| artifact.name.clone()).collect();
        match (name, artifacts.as_slice()) {
            (_, []) => Err(JobError::NoInputArtifact { path: path.to_owned() }),
            (Some(name), artifacts) => artifacts
                .iter()
                .find(|artifact| artifact.name == name)
                .ok_or_else(|| JobError::UnknownInputArtifact { name: name.to_owned(), names: names() }),
            (None, [artifact]) => Ok(artifact),
            (None, _) => Err(JobError::SeveralInputArtifacts { names: names(), path: path.to_owned() }),
        }
    }
}
