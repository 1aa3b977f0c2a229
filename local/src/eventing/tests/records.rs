//! Records of the engine, as they are behind AWS's samples.

use std::collections::BTreeMap;

use super::at;
use crate::engine::{
    ActionRecord, Artifact, BuildRecord, ExecutionRecord, ExecutionStatus, ExecutionType, Place, Retries, StageRecord,
    TriggerType,
};
use crate::eventing::Origin;

pub(super) const EXECUTION: &str = "12345678-1234-5678-abcd-12345678abcd";

pub(super) fn action(name: &str, (category, provider): (&'static str, &'static str)) -> ActionRecord {
    let record = |name: &str| Artifact {
        name: name.to_owned(),
        bucket: "codepipeline-us-east-1-BUCKETEXAMPLE".to_owned(),
        key: "myPipeline/SourceArti/KEYEXAMPLE".to_owned(),
        revision: None,
    };
    let mut action = ActionRecord {
        action_execution_id: "47f821c5-a902-44b2-ae61-b878d31ecd21".to_owned(),
        started: Some(at("2023-10-26T13:51:09.981Z")),
        input_artifacts: vec![record("SourceArtifact")],
        ..ActionRecord::waiting(name, category, provider)
    };
    if provider == "S3" {
        action.output_artifacts = std::mem::take(&mut action.input_artifacts);
    }
    action
}

/// An execution of version `version` with one stage of one action.
pub(super) fn execution(version: u32, stage: &str, action: ActionRecord) -> ExecutionRecord {
    let started = at("2023-10-26T13:49:39.208Z");
    ExecutionRecord {
        id: EXECUTION.to_owned(),
        pipeline: "myPipeline".to_owned(),
        pipeline_version: version,
        status: ExecutionStatus::InProgress,
        trigger: TriggerType::StartPipelineExecution,
        trigger_detail: "arn:aws:sts::123456789012:assumed-role/Admin/my-user".to_owned(),
        execution_type: ExecutionType::Standard,
        attempt: 1,
        started,
        ended: None,
        stop_reason: None,
        variables: BTreeMap::new(),
        source_revisions: Vec::new(),
        stages: vec![StageRecord {
            name: stage.to_owned(),
            status: None,
            started: Some(started),
            ended: None,
            actions: vec![action],
            earlier: Vec::new(),
            retries: Retries::default(),
        }],
    }
}

pub(super) fn place(stage: &str, action: &str) -> Place {
    Place { pipeline: "myPipeline".into(), execution: EXECUTION.into(), stage: stage.into(), action: action.into() }
}

/// A build that runs.
pub(super) fn build(origin: &Origin, project: &str, uuid: &str) -> BuildRecord {
    BuildRecord {
        project: project.to_owned(),
        uuid: uuid.to_owned(),
        account: origin.account.clone(),
        region: origin.region.clone(),
        number: 1,
        status: None,
        initiator: String::new(),
        service_role: String::new(),
        image: String::new(),
        compute_type: "BUILD_GENERAL1_SMALL".to_owned(),
        container: "LINUX_CONTAINER",
        privileged: false,
        variables: BTreeMap::new(),
        timeout_minutes: 60,
        queued_timeout_minutes: 480,
        source_version: String::new(),
        artifact: None,
        exported_variables: BTreeMap::new(),
        log: Some((format!("/aws/codebuild/{project}"), uuid.to_owned())),
        reports: Vec::new(),
        log_file: None,
        started: at("2017-09-01T16:12:29Z"),
        ended: None,
        phases: Vec::new(),
    }
}
