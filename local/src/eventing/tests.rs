//! The events, compared with AWS's samples.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::{
    Build, BuildPhase, Deployment, DeploymentState, InstanceState, Origin, StateChange, build_state_change,
    deployment_state_change, instance_state_change, state_change,
};
use crate::engine::{
    ActionError, ActionRecord, Artifact, EngineEvent, EventKind, ExecutionRecord, ExecutionStatus, Place, StageRecord,
    StageStatus, TriggerType,
};

macro_rules! sample {
    ($name:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!("../../../events/", $name, ".json"))).unwrap()
    };
}

const EXECUTION: &str = "12345678-1234-5678-abcd-12345678abcd";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn origin(sample: &Value) -> Origin {
    let text = |name: &str| sample[name].as_str().unwrap().to_owned();
    Origin { account: text("account"), region: text("region") }
}

fn time_of(sample: &Value) -> Timestamp {
    at(sample["time"].as_str().unwrap())
}

/// The change as an event with the sample's id.
fn event(change: &StateChange, sample: &Value) -> Value {
    change.event(&origin(sample), sample["id"].as_str().unwrap())
}

fn action(name: &str, provider: &'static str) -> ActionRecord {
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
        ..blank(name, provider)
    };
    if provider == "S3" {
        action.output_artifacts = std::mem::take(&mut action.input_artifacts);
    }
    action
}

fn blank(name: &str, provider: &'static str) -> ActionRecord {
    ActionRecord {
        name: name.to_owned(),
        provider,
        status: None,
        action_execution_id: String::new(),
        started: None,
        updated: None,
        ended: None,
        summary: None,
        error: None,
        external_execution_id: None,
        percent_complete: None,
        configuration: BTreeMap::new(),
        input_artifacts: Vec::new(),
        output_artifacts: Vec::new(),
        current_revision: None,
        output_variables: BTreeMap::new(),
        jobs: Vec::new(),
        denials: Vec::new(),
        log: None,
    }
}

/// An execution of version `version` with one stage of one action.
fn execution(version: u32, stage: &str, action: ActionRecord) -> ExecutionRecord {
    let started = at("2023-10-26T13:49:39.208Z");
    ExecutionRecord {
        id: EXECUTION.to_owned(),
        pipeline: "myPipeline".to_owned(),
        pipeline_version: version,
        status: ExecutionStatus::InProgress,
        trigger: TriggerType::StartPipelineExecution,
        trigger_detail: "arn:aws:sts::123456789012:assumed-role/Admin/my-user".to_owned(),
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
        }],
    }
}

fn place(stage: &str, action: &str) -> Place {
    Place { pipeline: "myPipeline".into(), execution: EXECUTION.into(), stage: stage.into(), action: action.into() }
}

fn told(sample: &Value, kind: EventKind, record: &ExecutionRecord) -> Value {
    let change = state_change(&origin(sample), &EngineEvent { at: time_of(sample), kind }, record).unwrap();
    event(&change, sample)
}

#[test]
fn executions_and_stages_are_told_as_documented() {
    let (pipeline, execution_id) = ("myPipeline".to_owned(), EXECUTION.to_owned());
    let started = EventKind::ExecutionStarted {
        pipeline: pipeline.clone(),
        execution: execution_id.clone(),
        trigger: TriggerType::StartPipelineExecution,
    };
    let ended =
        |status| EventKind::ExecutionEnded { pipeline: pipeline.clone(), execution: execution_id.clone(), status };
    let stage = |stage: &str, status| EventKind::Stage {
        pipeline: pipeline.clone(),
        execution: execution_id.clone(),
        stage: stage.to_owned(),
        status,
    };
    let table = [
        (sample!("codepipeline-pipeline-started"), 1, "Prod", started),
        (sample!("codepipeline-pipeline-succeeded"), 3, "Prod", ended(ExecutionStatus::Succeeded)),
        (sample!("codepipeline-pipeline-failed"), 4, "Prod", ended(ExecutionStatus::Failed)),
        (sample!("codepipeline-stage-started"), 1, "Prod", stage("Prod", StageStatus::InProgress)),
        (sample!("codepipeline-stage-stopped"), 3, "Deploy", stage("Deploy", StageStatus::Stopped)),
    ];
    for (sample, version, stage, kind) in table {
        let record = execution(version, stage, blank("myAction", "CodeDeploy"));
        // Equal, with the floats as floats: `4.0` and `4` are different values.
        assert_eq!(told(&sample, kind, &record), sample);
    }
}

#[test]
fn an_execution_that_is_stopping_says_why() {
    let sample = sample!("codepipeline-pipeline-stopping");
    let mut record = execution(3, "Deploy", blank("Deploy", "CodeDeploy"));
    record.stop_reason = Some("Stopping the pipeline for an update".to_owned());
    let change = super::execution::of_execution(&origin(&sample), &record, "STOPPING", time_of(&sample));
    assert_eq!(event(&change, &sample), sample);
}

#[test]
fn actions_are_told_as_documented() {
    let sample = sample!("codepipeline-action-started");
    let record = execution(2, "Prod", action("myAction", "CodeDeploy"));
    let kind = EventKind::ActionStarted { place: place("Prod", "myAction"), provider: "CodeDeploy" };
    assert_eq!(told(&sample, kind, &record), sample);

    let sample = sample!("codepipeline-action-failed");
    let mut failed = action("Deploy", "CodeDeploy");
    failed.external_execution_id = Some("<ID>".to_owned());
    failed.error = Some(ActionError { code: "JobFailed".to_owned(), message: "Deployment <ID> failed".to_owned() });
    let kind = EventKind::ActionFailed {
        place: place("Deploy", "Deploy"),
        code: "JobFailed".to_owned(),
        message: "Deployment <ID> failed".to_owned(),
        external_execution_id: None,
    };
    assert_eq!(told(&sample, kind, &execution(4, "Deploy", failed)), sample);

    // AWS's sample is of another source provider, so that only what it consists of can be compared.
    let sample = sample!("codepipeline-action-succeeded");
    let mut source = action("Source", "S3");
    source.external_execution_id = Some("version".to_owned());
    source.summary = Some("Amazon S3 version id: version".to_owned());
    let kind =
        EventKind::ActionSucceeded { place: place("Source", "Source"), summary: None, external_execution_id: None };
    assert_eq!(shape(&told(&sample, kind, &execution(3, "Source", source))), shape(&sample));
}

#[test]
fn what_an_abandoned_action_and_other_states_are_called() {
    let record = execution(1, "Prod", action("myAction", "Lambda"));
    let sample = sample!("codepipeline-action-started");
    let abandoned = told(&sample, EventKind::ActionAbandoned { place: place("Prod", "myAction") }, &record);
    assert_eq!(
        (&abandoned["detail"]["state"], &abandoned["detail"]["type"]["category"]),
        (&"ABANDONED".into(), &"Invoke".into())
    );
    assert!(abandoned["detail"].get("start-time").is_none() && abandoned["detail"].get("execution-result").is_none());
    for (status, state) in [
        (ExecutionStatus::Superseded, "SUPERSEDED"),
        (ExecutionStatus::Stopped, "STOPPED"),
        (ExecutionStatus::Cancelled, "CANCELED"),
    ] {
        let kind = EventKind::ExecutionEnded { pipeline: "myPipeline".into(), execution: EXECUTION.into(), status };
        assert_eq!(told(&sample, kind, &record)["detail"]["state"], state);
    }
    for (status, state) in [(StageStatus::Succeeded, "SUCCEEDED"), (StageStatus::Failed, "FAILED")] {
        let (pipeline, execution, stage) = ("myPipeline".to_owned(), EXECUTION.to_owned(), "Prod".to_owned());
        let told = told(&sample, EventKind::Stage { pipeline, execution, stage, status }, &record);
        assert_eq!(told["detail"]["state"], state);
    }
    let quiet = EventKind::LogLine { place: place("Prod", "myAction"), line: String::new() };
    assert_eq!(state_change(&origin(&sample), &EngineEvent { at: time_of(&sample), kind: quiet }, &record), None);
}

#[test]
fn deployments_are_told_as_documented() {
    let deployment = |group_id: &str| Deployment {
        id: "d-123456789".into(),
        application: "myApplication".into(),
        group: "myDeploymentGroup".into(),
        group_id: group_id.into(),
    };
    let sample = sample!("codedeploy-deployment-state-change");
    let of_group = deployment("9fd2fbef-2157-40d8-91e7-6845af69e2d2");
    let change = deployment_state_change(&origin(&sample), &of_group, DeploymentState::Success, time_of(&sample));
    assert_eq!(event(&change, &sample), sample);

    let sample = sample!("codedeploy-instance-state-change");
    let of_group = deployment("8cd3bfa8-9e72-4cbe-a1e5-da4efc7efd49");
    let (origin, time) = (origin(&sample), time_of(&sample));
    let change = instance_state_change(&origin, &of_group, "i-0000000aaaaaaaaaa", InstanceState::Success, time);
    assert_eq!(event(&change, &sample), sample);
}

#[test]
fn builds_are_told_as_documented() {
    let sample = sample!("codebuild-build-state-change");
    let started = at("2017-09-01T16:12:29Z");
    let phase = |name: &str, started, ended| BuildPhase { name: name.into(), ended, started, context: None };
    let build = Build {
        project: "my-sample-project".into(),
        id: "8745a7a9-c340-456a-9166-edf953571bEX".into(),
        number: 55,
        status: "SUCCEEDED",
        initiator: "MyCodeBuildDemoUser".into(),
        image: "aws/codebuild/standard:2.0".into(),
        variables: vec![("TEST".into(), "TEST".into())],
        timeout_minutes: 60,
        source_version: "my-source-version".into(),
        artifact: Some("arn:aws:s3:::codebuild-123456789012-output-bucket/my-output-artifact.zip".into()),
        started,
        phases: vec![
            phase("SUBMITTED", started, Some(("SUCCEEDED", started))),
            phase("COMPLETED", at("2017-09-01T16:14:26Z"), None),
        ],
    };
    let told = event(&build_state_change(&origin(&sample), &build, time_of(&sample)), &sample);
    let mut expected = sample.clone();
    let additional = &mut expected["detail"]["additional-information"];
    // A build that CodePipeline started has no sources and no checksums of its own.
    additional["source"] = serde_json::json!({ "type": "CODEPIPELINE" });
    for checksum in ["md5sum", "sha256sum"] {
        additional["artifact"].as_object_mut().unwrap().remove(checksum);
    }
    let phases = additional["phases"].as_array_mut().unwrap();
    // AWS writes some of the durations as integers and some as floats; here all are floats.
    phases[0]["duration-in-seconds"] = serde_json::json!(0.0);
    phases.drain(1..10);
    assert_eq!(told, expected);
}

#[test]
fn a_failed_build_says_in_which_phase_and_why() {
    let sample = sample!("codebuild-build-state-change");
    let started = at("2017-09-01T16:12:29Z");
    let reason = "COMMAND_EXECUTION_ERROR: Error while executing command: make. Reason: exit status 2";
    let phase = BuildPhase {
        name: "BUILD".into(),
        ended: Some(("FAILED", at("2017-09-01T16:13:05Z"))),
        started,
        context: Some(reason.into()),
    };
    let build = Build {
        project: "shop".into(),
        id: "1".into(),
        number: 1,
        status: "FAILED",
        initiator: String::new(),
        image: String::new(),
        variables: vec![],
        timeout_minutes: 60,
        source_version: String::new(),
        artifact: None,
        started,
        phases: vec![phase],
    };
    let told = event(&build_state_change(&origin(&sample), &build, time_of(&sample)), &sample);
    let phase = &told["detail"]["additional-information"]["phases"][0];
    assert_eq!((&phase["phase-context"][0], &phase["duration-in-seconds"]), (&reason.into(), &36.0.into()));
    assert_eq!(told["detail"]["current-phase-context"], serde_json::json!([reason]).to_string());
}

/// The keys and the kinds of the values, without the values.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), shape(value))).collect(),
        Value::Array(items) => items.iter().map(shape).collect(),
        Value::Number(number) => if number.is_f64() { "float" } else { "integer" }.into(),
        Value::String(_) => "string".into(),
        Value::Bool(_) => "boolean".into(),
        Value::Null => "null".into(),
    }
}
