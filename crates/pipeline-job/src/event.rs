//! The event of a Lambda invoke action (CodePipeline User Guide, "JSON event example").
//!
//! Nothing here derives `Serialize` or prints credentials: no raw event is ever logged.

use std::fmt;

use aws_credential_types::Credentials;
use serde::Deserialize;
use serde_json::Value;

use crate::error::JobError;
use crate::lenient::{lenient, lenient_list};

/// A job as CodePipeline sends it.
#[derive(Debug)]
pub(crate) struct JobEvent {
    pub(crate) id: String,
    pub(crate) data: JobData,
}

impl JobEvent {
    /// Reads an event. Only an id is needed to answer; whatever else is missing becomes a failed result.
    pub(crate) fn read(event: &Value) -> Result<Self, JobError> {
        let job =
            event.get("CodePipeline.job").ok_or(JobError::NotAJob { reason: "it has no key \"CodePipeline.job\"" })?;
        let id = job.get("id").ok_or(JobError::NotAJob { reason: "its \"CodePipeline.job\" has no \"id\"" })?;
        let id = id
            .as_str()
            .filter(|id| !id.is_empty())
            .ok_or(JobError::NotAJob { reason: "the \"id\" of its \"CodePipeline.job\" is not a text" })?;
        let data = job.get("data").and_then(|data| JobData::deserialize(data).ok()).unwrap_or_default();
        Ok(Self { id: id.to_owned(), data })
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct JobData {
    #[serde(deserialize_with = "lenient")]
    action_configuration: ActionConfiguration,
    #[serde(deserialize_with = "lenient_list")]
    pub(crate) input_artifacts: Vec<Artifact>,
    #[serde(deserialize_with = "lenient_list")]
    pub(crate) output_artifacts: Vec<Artifact>,
    #[serde(deserialize_with = "lenient")]
    pub(crate) artifact_credentials: ArtifactCredentials,
    #[serde(deserialize_with = "lenient")]
    pub(crate) continuation_token: Option<String>,
    #[serde(deserialize_with = "lenient")]
    encryption_key: EncryptionKey,
}

impl JobData {
    /// `UserParameters`, a text by documentation.
    pub(crate) fn user_parameters(&self) -> Option<&Value> {
        self.action_configuration.configuration.user_parameters.as_ref()
    }

    /// The id, alias or ARN of the key that artifacts are encrypted with.
    pub(crate) fn encryption_key(&self) -> Option<&str> {
        self.encryption_key.id.as_deref().filter(|id| !id.is_empty())
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ActionConfiguration {
    #[serde(deserialize_with = "lenient")]
    configuration: Configuration,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Configuration {
    #[serde(rename = "UserParameters")]
    user_parameters: Option<Value>,
}

/// What a pipeline's author passes may be anything, so it is not printed.
impl fmt::Debug for Configuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Configuration").finish_non_exhaustive()
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct EncryptionKey {
    #[serde(deserialize_with = "lenient")]
    id: Option<String>,
}

/// An artifact and the place of its object.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Artifact {
    #[serde(deserialize_with = "lenient")]
    pub(crate) name: String,
    #[serde(deserialize_with = "lenient")]
    location: Location,
}

impl Artifact {
    /// Where the artifact's object is, or is to be stored.
    pub(crate) fn object(&self) -> Result<&S3Location, JobError> {
        let location = &self.location.s3_location;
        if location.bucket_name.is_empty() || location.object_key.is_empty() {
            return Err(JobError::NoLocation { artifact: self.name.clone() });
        }
        Ok(location)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Location {
    #[serde(deserialize_with = "lenient")]
    s3_location: S3Location,
}

/// An object of S3, in the region of the action.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct S3Location {
    #[serde(deserialize_with = "lenient")]
    pub(crate) bucket_name: String,
    #[serde(deserialize_with = "lenient")]
    pub(crate) object_key: String,
}

/// The temporary credentials for the job's artifacts.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ArtifactCredentials {
    #[serde(deserialize_with = "lenient")]
    access_key_id: String,
    #[serde(deserialize_with = "lenient")]
    secret_access_key: String,
    #[serde(deserialize_with = "lenient")]
    session_token: Option<String>,
}

impl ArtifactCredentials {
    /// Credentials to sign with, when the event has them.
    pub(crate) fn to_sign_with(&self) -> Result<Credentials, JobError> {
        if self.access_key_id.is_empty() || self.secret_access_key.is_empty() {
            return Err(JobError::NoCredentials);
        }
        Ok(Credentials::new(
            &self.access_key_id,
            &self.secret_access_key,
            self.session_token.clone().filter(|token| !token.is_empty()),
            None,
            "job",
        ))
    }

    /// What must never be printed.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        [Some(self.secret_access_key.as_str()), self.session_token.as_deref()].into_iter().flatten()
    }
}

impl fmt::Debug for ArtifactCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}
