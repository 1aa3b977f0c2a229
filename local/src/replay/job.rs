//! A job of a Lambda invoke action, replayed: the smoke test against the example shop.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};

use super::fields::Fields;
use super::steps::Replay;
use super::{Answer, ReplayError, Verdict, artifact, running, text};
use crate::standin::Credentials;
use crate::standin::aws::Aws;

/// What the stand-ins have to know of a job.
#[derive(Debug, Clone)]
pub struct Job {
    /// The job's id.
    pub id: String,
    /// The whole event, as the function gets it.
    pub event: Vec<u8>,
    /// The credentials of its artifacts.
    pub credentials: Credentials,
    /// Where its input artifacts lie.
    pub inputs: Vec<Location>,
    /// The key that its output artifacts have to be encrypted with.
    pub encryption_key: Option<String>,
}

/// Where an artifact lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The bucket's name.
    pub bucket: String,
    /// The object's key.
    pub key: String,
}

impl Job {
    /// Reads a job, the value of the event's one key.
    pub(super) fn new(path: &Path, job: &Value, event: Vec<u8>) -> Result<Self, ReplayError> {
        let fields = Fields { path, kind: "job", value: job };
        let inputs = job.pointer("/data/inputArtifacts").and_then(Value::as_array).into_iter().flatten();
        Ok(Self {
            id: fields.text("/id")?,
            event,
            credentials: Credentials {
                access_key_id: fields.text("/data/artifactCredentials/accessKeyId")?,
                secret_access_key: fields.text("/data/artifactCredentials/secretAccessKey")?,
                session_token: fields.text("/data/artifactCredentials/sessionToken").ok(),
            },
            inputs: inputs.filter_map(location).collect(),
            encryption_key: fields.text("/data/encryptionKey/id").ok(),
        })
    }

    pub(super) async fn replay(
        &self,
        mut replay: Replay<'_, impl Write, impl FnMut(&str)>,
    ) -> Result<Verdict, ReplayError> {
        let function = replay.function("smoke-test").await?;
        let shop = replay.shop().await?;
        let aws = Aws::start(running::aws_settings(self.credentials.clone()), None).await?;
        aws.add_job(&self.id);
        if let Some(key) = &self.encryption_key {
            aws.require_encryption_key(key);
        }
        let bundle = artifact::of_storefront(&replay.options.storefront())?;
        for location in &self.inputs {
            aws.add_object(&location.bucket, &location.key, bundle.object.clone());
        }

        replay.event(&format!("a CodePipeline job, {}", self.id))?;
        replay.site(&shop, "staging and production")?;
        for input in &self.inputs {
            let size = text::bytes(bundle.object.length());
            let place = format!("{}/{}", input.bucket, input.key);
            replay.fact("Artifact", &format!("{place}: {} files, {size}", bundle.files))?;
        }
        let environments = json!({ "staging": shop.url(), "production": shop.url() });
        let environment = BTreeMap::from([("ENVIRONMENT_URLS".to_owned(), environments.to_string())]);
        let (invocation, log) = replay.invoke((function, "smoke-test"), environment, &aws, &self.event).await?;
        let answer = Answer::Job(aws.results(&self.id));
        replay.end(&aws, Verdict { answer, invocation }, &log)
    }
}

fn location(artifact: &Value) -> Option<Location> {
    let place = artifact.pointer("/location/s3Location")?;
    Some(Location { bucket: place["bucketName"].as_str()?.to_owned(), key: place["objectKey"].as_str()?.to_owned() })
}
