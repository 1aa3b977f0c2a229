//! A deployment as CodeDeploy's answers show it. The spelling is the model's, its mistakes included.

use serde_json::{Value, json};

use super::deployment::{Deployment, EventState, LifecycleEvent, Target};

/// A moment in which everything is said to have happened.
const MOMENT: f64 = 1_764_064_800.25;

/// `deploymentInfo`. The content of the `AppSpec` is never in it; only the digest is.
pub(super) fn deployment(deployment: &Deployment) -> Value {
    let (platform, configuration) = match deployment.target {
        Target::Ecs { .. } => ("ECS", "CodeDeployDefault.ECSAllAtOnce"),
        Target::Lambda { .. } => ("Lambda", "CodeDeployDefault.LambdaAllAtOnce"),
    };
    let mut info = json!({
        "applicationName": deployment.application,
        "deploymentGroupName": deployment.group,
        "deploymentConfigName": configuration,
        "deploymentId": deployment.id,
        "revision": {
            "revisionType": "AppSpecContent",
            "appSpecContent": { "content": null, "sha256": deployment.digest() },
        },
        "status": "InProgress",
        "createTime": MOMENT,
        "startTime": MOMENT,
        "deploymentOverview":
            { "Pending": 0, "InProgress": 1, "Succeeded": 0, "Failed": 0, "Skipped": 0, "Ready": 0 },
        "creator": deployment.creator,
        "ignoreApplicationStopFailures": false,
        "updateOutdatedInstancesOnly": false,
        "deploymentStyle": { "deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL" },
        "instanceTerminationWaitTimeStarted": false,
        "deploymentStatusMessages": [],
        "computePlatform": platform,
    });
    if deployment.creator == "codeDeployRollback" {
        info["rollbackInfo"] = json!({
            "rollbackTriggeringDeploymentId": "d-TRIGGERED",
            "rollbackMessage": "Deployment d-TRIGGERED failed, so the last known good revision is deployed.",
        });
    }
    info
}

/// `deploymentTarget`.
pub(super) fn target(deployment: &Deployment) -> Value {
    let id = deployment.target.id();
    let late = deployment.late_views > 0;
    let events: Vec<Value> = deployment.events.iter().map(|event| lifecycle_event(event, late)).collect();
    let mut target = json!({
        "deploymentId": deployment.id,
        "targetId": id,
        "lastUpdatedAt": MOMENT,
        "lifecycleEvents": events,
        "status": "InProgress",
    });
    match &deployment.target {
        Target::Ecs { cluster, service } => {
            target["targetArn"] = format!("arn:aws:ecs:us-east-1:111111111111:service/{cluster}/{service}").into();
            target["taskSetsInfo"] =
                json!([task_set("ecs-svc/1", "PRIMARY", 100.0, "Blue"), task_set("ecs-svc/2", "ACTIVE", 0.0, "Green")]);
            json!({ "deploymentTargetType": "ECSTarget", "ecsTarget": target })
        }
        Target::Lambda { function, current, target: version } => {
            target["targetArn"] = format!("arn:aws:lambda:us-east-1:111111111111:function:{function}:live").into();
            target["lambdaFunctionInfo"] = json!({
                "functionName": function,
                "functionAlias": "live",
                "currentVersion": current,
                "targetVersion": version,
                "targetVersionWeight": 0.0,
            });
            json!({ "deploymentTargetType": "LambdaTarget", "lambdaTarget": target })
        }
    }
}

/// The answer of `GetApplicationRevision`: here the content is.
pub(super) fn revision(deployment: &Deployment) -> Value {
    json!({
        "applicationName": deployment.application,
        "revision": {
            "revisionType": "AppSpecContent",
            "appSpecContent": { "content": deployment.appspec, "sha256": deployment.digest() },
        },
        "revisionInfo": { "deploymentGroups": [deployment.group], "firstUsedTime": MOMENT, "registerTime": MOMENT },
    })
}

fn lifecycle_event(event: &LifecycleEvent, late: bool) -> Value {
    let status = match event.state {
        EventState::InProgress if late => "Pending",
        EventState::Pending => "Pending",
        EventState::InProgress => "InProgress",
        EventState::Succeeded => "Succeeded",
        EventState::Failed => "Failed",
    };
    let mut view = json!({ "lifecycleEventName": event.name, "status": status });
    if status != "Pending" {
        view["startTime"] = MOMENT.into();
    }
    view
}

fn task_set(id: &str, status: &str, weight: f64, label: &str) -> Value {
    json!({
        "identifer": id,
        "desiredCount": 1,
        "pendingCount": 0,
        "runningCount": 1,
        "status": status,
        "trafficWeight": weight,
        "targetGroup": { "name": label.to_lowercase() },
        "taskSetLabel": label,
    })
}
