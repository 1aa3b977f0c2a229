//! Which kind of event a file holds.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{CodeDeployHook, DeliveryEvent, DestinationRecord, EcsHook, Job, ReplayError};

/// An event that can be replayed.
#[derive(Debug, Clone)]
pub enum Event {
    /// A job of a Lambda invoke action.
    CodePipelineJob(Job),
    /// A lifecycle event hook of CodeDeploy.
    CodeDeployHook(CodeDeployHook),
    /// A lifecycle hook of an ECS blue/green deployment.
    EcsHook(EcsHook),
    /// The record of an event that failed for the last time.
    DestinationRecord(DestinationRecord),
    /// An event that tells how a delivery goes.
    Delivery(DeliveryEvent),
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
        let has = |key: &str| value.get(key).is_some();
        if let Some(job) = value.get("CodePipeline.job") {
            Job::new(path, job, text).map(Self::CodePipelineJob)
        } else if has("DeploymentId") {
            CodeDeployHook::new(path, &value, text).map(Self::CodeDeployHook)
        } else if has("lifecycleStage") {
            EcsHook::new(path, &value, text).map(Self::EcsHook)
        } else if has("requestContext") && has("requestPayload") {
            DestinationRecord::new(path, &value, text).map(Self::DestinationRecord)
        } else {
            let unknown = || ReplayError::UnknownKind { path: path.to_owned(), keys: keys(&value) };
            DeliveryEvent::read(&value, &text).map(Self::Delivery).ok_or_else(unknown)
        }
    }
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
    use crate::replay::{Location, Owed};

    const JOB: &str = r#"{"CodePipeline.job":{"id":"1","data":{
        "artifactCredentials":{"accessKeyId":"a","secretAccessKey":"b"},
        "inputArtifacts":[{"location":{"s3Location":{"bucketName":"bucket","objectKey":"key"}}},{"location":null}]}}}"#;
    const HOOK: &str = r#"{"DeploymentId":"d-1","LifecycleEventHookExecutionId":"x"}"#;
    const ECS_HOOK: &str = r#"{"lifecycleStage":"PRE_SCALE_UP","executionDetails":{
        "serviceArn":"arn:aws:ecs:r:1:service/c/s","targetServiceRevisionArn":"revision"}}"#;

    fn parse(text: &str) -> Result<Event, ReplayError> {
        Event::parse(Path::new("event.json"), text.into())
    }

    #[test]
    fn a_job_is_known_by_its_top_key() {
        let Event::CodePipelineJob(job) = parse(JOB).unwrap() else { panic!("not a job") };
        assert_eq!((job.id.as_str(), job.event.as_slice()), ("1", JOB.as_bytes()));
        assert_eq!(job.inputs, [Location { bucket: "bucket".to_owned(), key: "key".to_owned() }]);
        assert_eq!((job.credentials.session_token, job.encryption_key), (None, None));
    }

    #[test]
    fn hooks_are_told_apart() {
        let Event::CodeDeployHook(hook) = parse(HOOK).unwrap() else { panic!("not CodeDeploy's") };
        assert_eq!((hook.deployment.as_str(), hook.execution.as_str()), ("d-1", "x"));
        let Event::EcsHook(hook) = parse(ECS_HOOK).unwrap() else { panic!("not ECS's") };
        assert_eq!((hook.stage.as_str(), hook.service.as_str()), ("PRE_SCALE_UP", "c/s"));
    }

    #[test]
    fn a_record_says_who_waits() {
        let record = |payload: &str| format!(r#"{{"requestContext":{{}},"requestPayload":{payload}}}"#);
        let Event::DestinationRecord(of_job) = parse(&record(JOB)).unwrap() else { panic!("not a record") };
        assert!(matches!(of_job.owed, Owed::Job(job) if job.id == "1"));
        let Event::DestinationRecord(of_hook) = parse(&record(HOOK)).unwrap() else { panic!("not a record") };
        assert!(matches!(of_hook.owed, Owed::CodeDeployHook(hook) if hook.deployment == "d-1"));
    }

    #[test]
    fn an_event_that_tells_of_a_delivery_is_told_from_the_others() {
        let text = r#"{"detail-type":"Change","source":"aws.codepipeline","detail":{"pipeline":"p"}}"#;
        let Event::Delivery(event) = parse(text).unwrap() else { panic!("not of a delivery") };
        assert_eq!(event.event, text.as_bytes());
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
            (r#"{"DeploymentId":"d-1"}"#, "no LifecycleEventHookExecutionId"),
            (r#"{"lifecycleStage":"PRE_SCALE_UP"}"#, "no executionDetails/serviceArn"),
            (r#"{"requestContext":{},"requestPayload":{}}"#, "no DeploymentId"),
        ];
        for (text, part) in cases {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(part) && error.contains("event.json"), "{text}: {error}");
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = Event::read(Path::new("/nowhere/event.json")).unwrap_err().to_string();
        assert!(error.contains("/nowhere/event.json"), "{error}");
    }
}
