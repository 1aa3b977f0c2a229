use serde_json::Value;

use super::super::translate::state_change;
use super::records::{EXECUTION, action, execution, place};
use super::{event, origin, sample, time_of};
use crate::engine::{
    ActionError, ActionRecord, EngineEvent, EventKind, ExecutionRecord, ExecutionStatus, StageStatus, TriggerType,
};

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
        let record = execution(version, stage, ActionRecord::waiting("myAction", "Deploy", "CodeDeploy"));
        // Equal, with the floats as floats: `4.0` and `4` are different values.
        assert_eq!(told(&sample, kind, &record), sample);
    }
}

#[test]
fn an_execution_that_is_stopping_says_why() {
    let sample = sample!("codepipeline-pipeline-stopping");
    let mut record = execution(3, "Deploy", ActionRecord::waiting("Deploy", "Deploy", "CodeDeploy"));
    record.stop_reason = Some("Stopping the pipeline for an update".to_owned());
    let change = super::super::execution::of_execution(&origin(&sample), &record, "STOPPING", time_of(&sample));
    assert_eq!(event(&change, &sample), sample);
}

#[test]
fn actions_are_told_as_documented() {
    let sample = sample!("codepipeline-action-started");
    let record = execution(2, "Prod", action("myAction", ("Deploy", "CodeDeploy")));
    let kind = EventKind::ActionStarted { place: place("Prod", "myAction"), provider: "CodeDeploy" };
    assert_eq!(told(&sample, kind, &record), sample);

    let sample = sample!("codepipeline-action-failed");
    let mut failed = action("Deploy", ("Deploy", "CodeDeploy"));
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
    let mut source = action("Source", ("Source", "S3"));
    source.external_execution_id = Some("version".to_owned());
    source.summary = Some("Amazon S3 version id: version".to_owned());
    let kind =
        EventKind::ActionSucceeded { place: place("Source", "Source"), summary: None, external_execution_id: None };
    assert_eq!(shape(&told(&sample, kind, &execution(3, "Source", source))), shape(&sample));
}

#[test]
fn what_an_abandoned_action_and_other_states_are_called() {
    let record = execution(1, "Prod", action("myAction", ("Invoke", "Lambda")));
    let sample = sample!("codepipeline-action-started");
    let abandoned = told(&sample, EventKind::ActionAbandoned { place: place("Prod", "myAction") }, &record);
    assert_eq!(
        (&abandoned["detail"]["state"], &abandoned["detail"]["type"]["category"]),
        (&"ABANDONED".into(), &"Invoke".into())
    );
    assert!(abandoned["detail"].get("start-time").is_none() && abandoned["detail"].get("execution-result").is_none());
    // CodeBuild has two: the action says which one it is.
    let record = execution(1, "Prod", action("myAction", ("Test", "CodeBuild")));
    let started = EventKind::ActionStarted { place: place("Prod", "myAction"), provider: "CodeBuild" };
    let kind = &told(&sample, started, &record)["detail"]["type"];
    assert_eq!((&kind["category"], &kind["provider"]), (&"Test".into(), &"CodeBuild".into()));
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
