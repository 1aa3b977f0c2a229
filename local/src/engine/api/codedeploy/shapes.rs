//! Records in the shapes of the API.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::deploy::{AnyGroup, BlueGreenGroup, ComputePlatform, ReadyOption, RollbackEvent};
use crate::engine::api::seconds;
use crate::engine::codedeploy::{
    AppspecKind, DeploymentRecord, DeploymentState, EventRecord, EventStatus, Revision, TargetKind, TargetRecord,
};

/// A `deploymentInfo`.
pub(super) fn deployment(record: &DeploymentRecord, group: Option<&AnyGroup>) -> Value {
    let blue_green = match group {
        Some(AnyGroup::BlueGreen(group)) => Some(group),
        _ => None,
    };
    let mut info = json!({
        "applicationName": record.application,
        "deploymentGroupName": record.group,
        "deploymentConfigName": record.config_name,
        "deploymentId": record.id,
        "revision": revision(&record.revision, false),
        "status": record.status.text(),
        "createTime": seconds(record.created),
        "deploymentOverview": overview(record),
        "creator": record.creator,
        "ignoreApplicationStopFailures": false,
        "updateOutdatedInstancesOnly": false,
        "deploymentStyle": style(record.platform),
        "instanceTerminationWaitTimeStarted": record.termination_wait_started,
        "fileExistsBehavior": "DISALLOW",
        "deploymentStatusMessages": [],
        "computePlatform": record.platform,
    });
    let rollback = record.rollback.as_ref().map(|rollback| {
        let mut info = Map::new();
        insert(&mut info, "rollbackDeploymentId", rollback.rolled_back_by.as_ref().map(|id| json!(id)));
        insert(&mut info, "rollbackTriggeringDeploymentId", rollback.triggered_by.as_ref().map(|id| json!(id)));
        insert(&mut info, "rollbackMessage", Some(json!(rollback.message)));
        Value::Object(info)
    });
    let error = record.error.as_ref().map(|error| json!({ "code": error.code, "message": error.message }));
    if let Value::Object(info) = &mut info {
        insert(info, "previousRevision", record.previous_revision.as_ref().map(|known| revision(known, false)));
        insert(info, "errorInformation", error);
        insert(info, "startTime", record.started.map(seconds));
        insert(info, "completeTime", record.completed.map(seconds));
        insert(info, "description", record.description.as_ref().map(|text| json!(text)));
        insert(info, "rollbackInfo", rollback);
        if let Some(group) = blue_green {
            more(info, group);
        }
    }
    info
}

/// When a group's deployments are rolled back.
pub(super) fn auto_rollback(events: &[RollbackEvent]) -> Value {
    json!({ "enabled": !events.is_empty(), "events": events })
}

/// What a deployment and its group of the ECS or Lambda platform both show.
pub(super) fn more(info: &mut Map<String, Value>, group: &BlueGreenGroup) {
    info.insert("autoRollbackConfiguration".to_owned(), auto_rollback(&group.rollback));
    let Some(service) = &group.service else { return };
    let (action, minutes) = match service.ready {
        ReadyOption::Continue => ("CONTINUE_DEPLOYMENT", 0),
        ReadyOption::Wait(minutes) => ("STOP_DEPLOYMENT", minutes),
    };
    let blue_green = json!({
        "terminateBlueInstancesOnDeploymentSuccess": {
            "action": "TERMINATE", "terminationWaitTimeInMinutes": service.termination_wait_minutes,
        },
        "deploymentReadyOption": { "actionOnTimeout": action, "waitTimeInMinutes": minutes },
    });
    info.insert("blueGreenDeploymentConfiguration".to_owned(), blue_green);
    let [first, second] = &service.target_groups;
    let pair = json!({
        "targetGroups": [{ "name": first }, { "name": second }],
        "prodTrafficRoute": { "listenerArns": [service.production_listener_arn] },
        "testTrafficRoute": { "listenerArns": [service.test_listener_arn] },
    });
    info.insert("loadBalancerInfo".to_owned(), json!({ "targetGroupPairInfoList": [pair] }));
}

pub(super) fn style(platform: ComputePlatform) -> Value {
    match platform {
        ComputePlatform::Server => {
            json!({ "deploymentType": "IN_PLACE", "deploymentOption": "WITHOUT_TRAFFIC_CONTROL" })
        }
        _ => json!({ "deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL" }),
    }
}

/// A `RevisionLocation`. An appspec's content is shown by `GetApplicationRevision` alone: elsewhere it is null.
pub(super) fn revision(revision: &Revision, with_content: bool) -> Value {
    match revision {
        Revision::Appspec { kind, content, sha256 } => {
            let content = if with_content { json!(content) } else { Value::Null };
            let appspec = json!({ "content": content, "sha256": sha256 });
            match kind {
                AppspecKind::AppSpecContent => json!({ "revisionType": "AppSpecContent", "appSpecContent": appspec }),
                AppspecKind::String => json!({ "revisionType": "String", "string": appspec }),
            }
        }
        Revision::S3 { bucket, key, bundle_type, version, etag } => {
            let mut location = Map::new();
            for (name, value) in [("bucket", Some(bucket)), ("key", Some(key)), ("bundleType", Some(bundle_type))] {
                insert(&mut location, name, value.map(|text| json!(text)));
            }
            insert(&mut location, "version", version.as_ref().map(|text| json!(text)));
            insert(&mut location, "eTag", etag.as_ref().map(|text| json!(text)));
            json!({ "revisionType": "S3", "s3Location": location })
        }
    }
}

/// A `DeploymentTarget`.
pub(super) fn target(record: &DeploymentRecord, target: &TargetRecord) -> Value {
    // A target of a deployment that waits for somebody is ready as well.
    let waits = record.status == DeploymentState::Ready && target.status == EventStatus::InProgress;
    let mut shape = json!({
        "deploymentId": record.id,
        "targetId": target.id,
        "targetArn": target.arn,
        "lastUpdatedAt": seconds(target.updated),
        "lifecycleEvents": target.events.iter().map(event).collect::<Vec<_>>(),
        "status": if waits { "Ready" } else { target.status.text() },
    });
    let (kind, member) = match &target.kind {
        TargetKind::Instance => ("InstanceTarget", "instanceTarget"),
        TargetKind::Ecs(task_sets) => {
            let shown = task_sets.iter().map(|known| {
                json!({
                    // The model spells it so.
                    "identifer": known.id,
                    "desiredCount": known.running,
                    "pendingCount": 0,
                    "runningCount": known.running,
                    "status": known.status,
                    "trafficWeight": f64::from(known.traffic),
                    "targetGroup": { "name": known.target_group },
                    "taskSetLabel": known.label,
                })
            });
            shape["taskSetsInfo"] = shown.collect();
            ("ECSTarget", "ecsTarget")
        }
        TargetKind::Lambda(known) => {
            shape["lambdaFunctionInfo"] = json!({
                "functionName": known.function,
                "functionAlias": known.alias,
                "currentVersion": known.current_version,
                "targetVersion": known.target_version,
                "targetVersionWeight": f64::from(known.target_weight),
            });
            ("LambdaTarget", "lambdaTarget")
        }
    };
    json!({ "deploymentTargetType": kind, member: shape })
}

fn event(event: &EventRecord) -> Value {
    let mut shape = json!({ "lifecycleEventName": event.name, "status": event.status.text() });
    if let Value::Object(shape) = &mut shape {
        insert(shape, "startTime", event.started.map(seconds));
        insert(shape, "endTime", event.ended.map(seconds));
        let diagnostics = event.diagnostics.as_ref().map(|known| {
            json!({
                "errorCode": known.code,
                "scriptName": known.script,
                "message": known.message,
                "logTail": known.log_tail,
            })
        });
        insert(shape, "diagnostics", diagnostics);
    }
    shape
}

fn overview(record: &DeploymentRecord) -> Value {
    let count = |status| record.targets.iter().filter(|target| target.status == status).count();
    json!({
        "Pending": count(EventStatus::Pending),
        "InProgress": count(EventStatus::InProgress),
        "Succeeded": count(EventStatus::Succeeded),
        "Failed": count(EventStatus::Failed),
        "Skipped": count(EventStatus::Skipped),
        "Ready": 0,
    })
}

/// A short account of a deployment, as a group shows its last ones.
pub(super) fn last(record: &DeploymentRecord) -> Value {
    let mut shape = json!({
        "deploymentId": record.id, "status": record.status.text(), "createTime": seconds(record.created),
    });
    if let Value::Object(shape) = &mut shape {
        insert(shape, "endTime", record.completed.map(|time: Timestamp| seconds(time)));
    }
    shape
}

fn insert(map: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    if let Some(value) = value {
        map.insert(name.to_owned(), value);
    }
}
