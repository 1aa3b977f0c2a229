//! Which kind of event a file holds, and what the stand-ins have to know of it.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::ReplayError;
use crate::standin::Credentials;

/// An event that can be replayed.
#[derive(Debug, Clone)]
pub enum Event {
    /// A job of a Lambda invoke action.
    CodePipelineJob(Job),
}

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

impl Event {
    /// Reads an event and tells its kind.
    pub fn read(path: &Path) -> Result<Self, ReplayError> {
        let text = fs::read(path).map_err(|source| ReplayError::Read { path: path.to_owned(), source })?;
        Self::parse(path, text)
    }

    fn parse(path: &Path, text: Vec<u8>) -> Result<Self, ReplayError> {
        let value: Value =
            serde_json::from_slice(&text).map_err(|source| ReplayError::Json { path: path.to_owned(), source })?;
        match value.get("CodePipeline.job") {
            Some(job) => Job::new(path, job, text).map(Self::CodePipelineJob),
            None => Err(ReplayError::UnknownKind { path: path.to_owned(), keys: keys(&value) }),
        }
    }
}

impl Job {
    fn new(path: &Path, job: &Value, event: Vec<u8>) -> Result<Self, ReplayError> {
        let text = |pointer: &'static str| {
            let missing = || ReplayError::Incomplete { path: path.to_owned(), field: &pointer[1..] };
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
}

fn location(artifact: &Value) -> Option<Location> {
    let place = artifact.pointer("/location/s3Location")?;
    Some(Location { bucket: place["bucketName"].as_str()?.to_owned(), key: place["objectKey"].as_str()?.to_owned() })
}

fn keys(value: &Value) -> String {
    match value.as_object() {
        Some(map) if !map.is_empty() => map.keys().map(|key| format!("{key:?}")).collect::<Vec<_>>().join(", "),
        Some(_) => "none".to_owned(),
        None => "none (it is no JSON object)".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JOB: &str = r#"{"CodePipeline.job":{"id":"1","data":{
        "artifactCredentials":{"accessKeyId":"a","secretAccessKey":"b"},
        "inputArtifacts":[{"location":{"s3Location":{"bucketName":"bucket","objectKey":"key"}}},{"location":null}]}}}"#;

    #[test]
    fn a_job_is_known_by_its_top_key() {
        let Event::CodePipelineJob(job) = Event::parse(Path::new("job.json"), JOB.into()).unwrap();
        assert_eq!((job.id.as_str(), job.event.as_slice()), ("1", JOB.as_bytes()));
        assert_eq!(job.inputs, [Location { bucket: "bucket".to_owned(), key: "key".to_owned() }]);
        assert_eq!((job.credentials.session_token, job.encryption_key), (None, None));
    }

    #[test]
    fn what_cannot_be_replayed_says_why() {
        let cases = [
            ("{", "not JSON"),
            ("[]", "no JSON object"),
            ("{}", "top keys are none"),
            (r#"{"detail-type":1,"source":2}"#, r#"top keys are "detail-type", "source""#),
            (r#"{"CodePipeline.job":{}}"#, "no id"),
            (r#"{"CodePipeline.job":{"id":"1"}}"#, "no data/artifactCredentials/accessKeyId"),
        ];
        for (text, part) in cases {
            let error = Event::parse(Path::new("event.json"), text.into()).unwrap_err().to_string();
            assert!(error.contains(part) && error.contains("event.json"), "{text}: {error}");
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = Event::read(Path::new("/nowhere/event.json")).unwrap_err().to_string();
        assert!(error.contains("/nowhere/event.json"), "{error}");
    }
}
