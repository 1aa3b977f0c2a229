use jiff::Timestamp;
use serde_json::Value;

use super::super::deployment::state_changes;
use super::{event, origin, sample, time_of};
use crate::deploy::{ComputePlatform, group_id};
use crate::engine::{
    Creator, DeploymentRecord, DeploymentState, EngineEvent, EventKind, EventStatus, Revision, TargetKind, TargetRecord,
};

/// A deployment of `d-123456789` to instances with these statuses.
fn deployment(statuses: &[EventStatus]) -> DeploymentRecord {
    let instance = |status: &EventStatus| TargetRecord {
        id: "i-0000000aaaaaaaaaa".into(),
        arn: "arn:aws:ec2:us-east-1:123456789012:instance/i-0000000aaaaaaaaaa".into(),
        status: *status,
        updated: Timestamp::UNIX_EPOCH,
        events: vec![],
        kind: TargetKind::Instance,
    };
    let (bucket, key) = ("b".to_owned(), "k".to_owned());
    DeploymentRecord {
        id: "d-123456789".into(),
        application: "myApplication".into(),
        group: "myDeploymentGroup".into(),
        config_name: String::new(),
        platform: ComputePlatform::Server,
        revision: Revision::S3 { bucket, key, bundle_type: "zip".into(), version: None, etag: None },
        previous_revision: None,
        status: DeploymentState::InProgress,
        error: None,
        creator: Creator::User,
        description: None,
        rollback: None,
        created: Timestamp::UNIX_EPOCH,
        started: None,
        completed: None,
        termination_wait_started: false,
        targets: statuses.iter().map(instance).collect(),
    }
}

fn deployment_ended(status: DeploymentState) -> EventKind {
    EventKind::DeploymentEnded {
        deployment: "d-123456789".into(),
        application: "myApplication".into(),
        group: "myDeploymentGroup".into(),
        status,
    }
}

#[test]
fn deployments_are_told_as_documented() {
    let kind = || deployment_ended(DeploymentState::Succeeded);
    let record = deployment(&[EventStatus::Succeeded]);
    let [mut of_instance, mut of_deployment] =
        [sample!("codedeploy-instance-state-change"), sample!("codedeploy-deployment-state-change")];
    for (index, sample) in [&mut of_instance, &mut of_deployment].into_iter().enumerate() {
        // The group's id follows from its names here.
        sample["detail"]["instanceGroupId"] = group_id("myApplication", "myDeploymentGroup").into();
        let told = EngineEvent { at: time_of(sample), kind: kind() };
        let changes = state_changes(&origin(sample), &told, Some(&record));
        assert_eq!((changes.len(), &event(&changes[index], sample)), (2, &*sample));
    }
}

#[test]
fn what_the_states_of_deployments_are_called() {
    let sample = sample!("codedeploy-deployment-state-change");
    let states = |kind, record: Option<&DeploymentRecord>| -> Vec<Value> {
        let told = EngineEvent { at: time_of(&sample), kind };
        let changes = state_changes(&origin(&sample), &told, record);
        changes.into_iter().map(|mut change| change.detail["state"].take()).collect()
    };
    for (status, state) in
        [(DeploymentState::Failed, "FAILURE"), (DeploymentState::Stopped, "STOP"), (DeploymentState::Ready, "READY")]
    {
        assert_eq!(states(deployment_ended(status), None), [state]);
    }
    assert!(states(deployment_ended(DeploymentState::InProgress), None).is_empty());
    let mixed = deployment(&[EventStatus::Failed, EventStatus::Skipped, EventStatus::Succeeded]);
    let ended = states(deployment_ended(DeploymentState::Failed), Some(&mixed));
    assert_eq!(ended, ["FAILURE", "SUCCESS", "FAILURE"]);
    let (deployment, application, group) = (mixed.id.clone(), mixed.application.clone(), mixed.group.clone());
    let started = EventKind::DeploymentStarted { deployment, application, group };
    assert_eq!(states(started, Some(&mixed)), ["START"; 4]);
}
