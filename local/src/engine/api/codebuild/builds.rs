//! `BatchGetBuilds`.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{BATCH, invalid};
use crate::engine::api::caller::{self, Caller};
use crate::engine::api::error::ApiError;
use crate::engine::api::request::read;
use crate::engine::api::seconds;
use crate::engine::builds::{BuildPhase, BuildRecord, split_context};
use crate::engine::context::Context;
use crate::engine::reports::ReportRecord;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    ids: Vec<String>,
}

/// `BatchGetBuilds`, authorised for the project of each build.
pub(super) async fn batch_get(context: &Arc<Context>, caller: &Caller, body: &Bytes) -> Result<Value, ApiError> {
    let request: Request = read(body)?;
    let ids = &request.ids;
    if ids.is_empty() || ids.len() > BATCH {
        return Err(invalid(format!("{} ids are given: expected 1 to {BATCH}", ids.len())));
    }
    let mut projects = BTreeSet::new();
    for id in ids {
        let (project, _) = id.split_once(':').ok_or_else(|| invalid(format!("Invalid build ID: {id}")))?;
        projects.insert(project);
    }
    for project in projects {
        let resource = format!("arn:aws:codebuild:{}:{}:project/{project}", caller.region, caller.account);
        caller::authorise(context, caller, "codebuild:BatchGetBuilds", &resource, body).await?;
    }
    let state = context.state();
    let (found, missing): (Vec<&String>, Vec<&String>) = ids.iter().partition(|id| state.build(id).is_some());
    let builds: Vec<Value> = found.iter().filter_map(|id| state.build(id)).map(shape).collect();
    Ok(json!({ "builds": builds, "buildsNotFound": missing }))
}

fn shape(build: &BuildRecord) -> Value {
    let variables = build.variables.iter();
    let variables: Vec<Value> =
        variables.map(|(name, value)| json!({ "name": name, "value": value, "type": "PLAINTEXT" })).collect();
    let exported = build.exported_variables.iter();
    let exported: Vec<Value> = exported.map(|(name, value)| json!({ "name": name, "value": value })).collect();
    let mut shown = json!({
        "id": build.id(),
        "arn": build.arn(),
        "buildNumber": build.number,
        "startTime": seconds(build.started),
        "currentPhase": build.phases.last().map(|phase| phase.name),
        "buildStatus": build.status_text(),
        "sourceVersion": build.source_version,
        "resolvedSourceVersion": build.source_version,
        "projectName": build.project,
        "phases": build.phases.iter().map(phase).collect::<Vec<_>>(),
        "source": { "type": "CODEPIPELINE" },
        "environment": {
            "type": build.container,
            "image": build.image,
            "computeType": build.compute_type,
            "environmentVariables": variables,
            "privilegedMode": build.privileged,
        },
        "serviceRole": build.service_role,
        "logs": logs(build),
        "timeoutInMinutes": build.timeout_minutes,
        "queuedTimeoutInMinutes": build.queued_timeout_minutes,
        "buildComplete": build.ended.is_some(),
        "initiator": build.initiator,
        "exportedEnvironmentVariables": exported,
        "reportArns": build.reports.iter().map(ReportRecord::arn).collect::<Vec<_>>(),
    });
    if let Some(ended) = build.ended {
        shown["endTime"] = seconds(ended);
    }
    if let Some(artifact) = &build.artifact {
        shown["artifacts"] = json!({ "location": format!("arn:aws:s3:::{}/{}", artifact.bucket, artifact.key) });
    }
    shown
}

fn phase(phase: &BuildPhase) -> Value {
    let mut shown = json!({ "phaseType": phase.name, "startTime": seconds(phase.started) });
    if let Some((status, ended)) = phase.ended {
        let context = phase.context.as_deref().map(split_context);
        shown["phaseStatus"] = json!(status);
        shown["endTime"] = seconds(ended);
        shown["durationInSeconds"] = json!(ended.duration_since(phase.started).as_secs());
        shown["contexts"] =
            context.into_iter().map(|(code, message)| json!({ "statusCode": code, "message": message })).collect();
    }
    shown
}

fn logs(build: &BuildRecord) -> Value {
    let Some((group, stream)) = &build.log else {
        return json!({ "cloudWatchLogs": { "status": "DISABLED" } });
    };
    let (region, account) = (&build.region, &build.account);
    json!({
        "groupName": group,
        "streamName": stream,
        "deepLink": build.log_link(),
        "cloudWatchLogsArn": format!("arn:aws:logs:{region}:{account}:log-group:{group}:log-stream:{stream}"),
        "cloudWatchLogs": { "status": "ENABLED", "groupName": group },
    })
}
