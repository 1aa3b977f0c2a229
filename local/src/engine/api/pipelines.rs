//! `GetPipeline` and `ListPipelines`.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::error::ApiError;
use super::page::page;
use super::request::{Limits, read};
use super::seconds;
use crate::engine::context::Context;
use crate::engine::pipeline::{Action, Pipeline, PipelineVariable};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct GetRequest {
    name: String,
    version: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ListRequest {
    next_token: Option<String>,
    max_results: Option<i64>,
}

pub(super) fn get(context: &Arc<Context>, body: &[u8]) -> Result<Value, ApiError> {
    let request: GetRequest = read(body)?;
    Limits::default().name("name", &request.name).range("version", request.version, 1, i64::MAX).check()?;
    let state = context.state();
    let known = state.pipelines.get(&request.name).ok_or_else(|| ApiError::pipeline_not_found(&request.name))?;
    if let Some(version) = request.version.filter(|version| *version != i64::from(known.definition.version)) {
        return Err(ApiError::new(
            "PipelineVersionNotFoundException",
            format!(
                "pipeline {:?} has version {}; version {version} is not kept here",
                request.name, known.definition.version
            ),
        ));
    }
    Ok(json!({
        "pipeline": definition(&known.definition),
        "metadata": {
            "pipelineArn": known.definition.arn(),
            "created": seconds(known.created),
            "updated": seconds(known.updated),
        },
    }))
}

pub(super) fn list(context: &Arc<Context>, body: &[u8]) -> Result<Value, ApiError> {
    let request: ListRequest = read(body)?;
    Limits::default()
        .optional("nextToken", request.next_token.as_ref(), 1, 2048)
        .range("maxResults", request.max_results, 1, 1000)
        .check()?;
    let state = context.state();
    let pipelines = state.pipelines.values().map(|known| {
        json!({
            "name": known.definition.name,
            "version": known.definition.version,
            "pipelineType": known.definition.kind.text(),
            "executionMode": known.definition.execution_mode.text(),
            "created": seconds(known.created),
            "updated": seconds(known.updated),
        })
    });
    let (pipelines, next) = page(pipelines, request.next_token.as_deref(), request.max_results.unwrap_or(1000))?;
    let mut answer = json!({ "pipelines": pipelines });
    if let Some(token) = next {
        answer["nextToken"] = token.into();
    }
    Ok(answer)
}

fn definition(pipeline: &Pipeline) -> Value {
    let mut store = json!({ "type": "S3", "location": pipeline.artifact_store.bucket });
    if let Some(key) = &pipeline.artifact_store.kms_key {
        store["encryptionKey"] = json!({ "id": key, "type": "KMS" });
    }
    let stages = pipeline.stages.iter().map(|stage| {
        let mut shown = json!({ "name": stage.name, "actions": stage.actions.iter().map(action).collect::<Vec<_>>() });
        if let Some(on_failure) = stage.on_failure {
            shown["onFailure"] = on_failure.shown();
        }
        shown
    });
    let mut definition = json!({
        "name": pipeline.name,
        "roleArn": pipeline.role_arn,
        "artifactStore": store,
        "stages": stages.collect::<Vec<_>>(),
        "version": pipeline.version,
        "executionMode": pipeline.execution_mode.text(),
        "pipelineType": pipeline.kind.text(),
    });
    if !pipeline.variables.is_empty() {
        definition["variables"] = pipeline.variables.iter().map(variable).collect();
    }
    definition
}

fn action(action: &Action) -> Value {
    let (category, owner, provider) = action.provider.action_type();
    let artifacts = |names: &[String]| names.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>();
    let mut shown = json!({
        "name": action.name,
        "actionTypeId": { "category": category, "owner": owner, "provider": provider, "version": "1" },
        "runOrder": action.run_order,
        "configuration": action.configuration,
        "outputArtifacts": artifacts(&action.outputs),
        "inputArtifacts": artifacts(&action.inputs),
    });
    if let Some(timeout) = action.timeout {
        shown["timeoutInMinutes"] = (timeout.as_secs() / 60).into();
    }
    if let Some(role) = &action.role_arn {
        shown["roleArn"] = role.as_str().into();
    }
    if let Some(namespace) = &action.namespace {
        shown["namespace"] = namespace.as_str().into();
    }
    shown
}

fn variable(variable: &PipelineVariable) -> Value {
    let mut shown = json!({ "name": variable.name });
    if let Some(default) = &variable.default {
        shown["defaultValue"] = default.as_str().into();
    }
    if let Some(description) = &variable.description {
        shown["description"] = description.as_str().into();
    }
    shown
}
