//! A job of a Lambda invoke action, replayed: the smoke test against the example shop.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};

use super::{Answer, ReplayError, ReplayOptions, Verdict, artifact, running, text};
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
        let text = |pointer: &'static str| {
            let missing = || ReplayError::Incomplete { path: path.to_owned(), kind: "job", field: &pointer[1..] };
            job.pointer(pointer).and_then(Value::as_str).map(str::to_owned).ok_or_else(missing)
        };
        let inputs = job.pointer("/data/inputArtifacts").and_then(Value::as_array).into_iter().flatten();
        Ok(Self {
            id: text("/id")?,
            event,
            credentials: Credentials {
                access_key_id: text("/data/artifactCredentials/accessKeyId")?,
                secret_access_key: text("/data/artifactCredentials/secretAccessKey")?,
                session_token: text("/data/artifactCredentials/sessionToken").ok(),
            },
            inputs: inputs.filter_map(location).collect(),
            encryption_key: text("/data/encryptionKey/id").ok(),
        })
    }

    pub(super) async fn replay(
        &self,
        path: &Path,
        options: &ReplayOptions,
        out: &mut impl Write,
        progress: &mut impl FnMut(&str),
    ) -> Result<Verdict, ReplayError> {
        let function = options.function("smoke-test", progress).await?;
        let shop = options.shop(progress).await?;
        let aws = Aws::start(running::aws_settings(self.credentials.clone()), None).await?;
        aws.add_job(&self.id);
        if let Some(key) = &self.encryption_key {
            aws.require_encryption_key(key);
        }
        let bundle = artifact::of_storefront(&options.storefront())?;
        for location in &self.inputs {
            aws.add_object(&location.bucket, &location.key, bundle.object.clone());
        }

        text::event(out, path, &format!("a CodePipeline job, {}", self.id))?;
        text::site(out, shop.url(), "staging and production")?;
        for input in &self.inputs {
            let size = text::bytes(bundle.object.length());
            let place = format!("{}/{}", input.bucket, input.key);
            text::fact(out, "Artifact", &format!("{place}: {} files, {size}", bundle.files))?;
        }
        progress("running the function");
        let environments = json!({ "staging": shop.url(), "production": shop.url() });
        let environment = BTreeMap::from([("ENVIRONMENT_URLS".to_owned(), environments.to_string())]);
        let (invocation, log) = running::invoke(function, "smoke-test", environment, &aws, &self.event).await?;
        let verdict = Verdict { answer: Answer::Job(aws.results(&self.id)), invocation };
        text::ending(out, &aws, &verdict, &log)?;
        Ok(verdict)
    }
}

fn location(artifact: &Value) -> Option<Location> {
    let place = artifact.pointer("/location/s3Location")?;
    Some(Location { bucket: place["bucketName"].as_str()?.to_owned(), key: place["objectKey"].as_str()?.to_owned() })
}
