//! A source action of S3: one version of an object, copied into the artifact store.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Failure, Success, Task};
use crate::emulator::client::{Caller, ClientError, ObjectKey};
use crate::engine::context::Context;
use crate::engine::pipeline::{Action, Pipeline};
use crate::engine::record::SourceRevision;

pub(super) async fn run(task: &Task) -> Result<Success, Failure> {
    let role = task.role();
    let session = task.session(role, "codepipeline.amazonaws.com").await?;
    let caller = task.caller(&session);
    let (bucket, key) = (task.configured("S3Bucket"), task.configured("S3ObjectKey"));
    let object = ObjectKey { bucket, key, version: task.source_version.as_deref() };
    let read = task.emulated()?.services.get_object(&caller, object).await;
    let (head, content) = read.map_err(|error| {
        if error.is_not_found() {
            looked(task);
        }
        let mut failure = task.client_failure(role, &error);
        failure.message = format!("source object {key} in bucket {bucket}: {}", failure.message);
        failure
    })?;
    let Some(version) = head.version_id else {
        return Err(Failure::new(
            "ConfigurationError",
            format!("source bucket {bucket} keeps no versions: enable versioning, a release is one version"),
        ));
    };
    let mut artifacts = task.outputs.clone();
    for artifact in &mut artifacts {
        task.write_artifact(&caller, role, artifact, content.clone()).await?;
        artifact.revision = Some(version.clone());
    }
    let summary = format!("Amazon S3 version id: {version}");
    remember(task, &version, &summary);
    let variables = [("BucketName", bucket), ("ETag", &head.etag), ("ObjectKey", key), ("VersionId", &version)];
    Ok(Success {
        summary: Some(summary),
        external_execution_id: Some(version.clone()),
        output_variables: variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        artifacts,
    })
}

/// An execution that found nothing has looked: what comes later is new.
fn looked(task: &Task) {
    if let Some(pipeline) = task.context.state().pipelines.get_mut(&task.place.pipeline) {
        pipeline.seen_revisions.entry(task.place.action.clone()).or_default();
    }
}

fn remember(task: &Task, version: &str, summary: &str) {
    let mut state = task.context.state();
    if let Some(pipeline) = state.pipelines.get_mut(&task.place.pipeline) {
        pipeline.seen_revisions.entry(task.place.action.clone()).or_default().insert(version.to_owned());
    }
    if let Some(execution) = state.execution_mut(&task.place.execution) {
        execution.record.source_revisions.extend(task.outputs.iter().map(|artifact| SourceRevision {
            action: task.place.action.clone(),
            artifact: artifact.name.clone(),
            id: version.to_owned(),
            summary: summary.to_owned(),
        }));
    }
}

/// A session of the role with which a source action looks for revisions, outside of any execution.
pub(in crate::engine) async fn source_caller(
    context: &Arc<Context>,
    pipeline: &Pipeline,
    action: &Action,
) -> Result<Option<Caller>, ClientError> {
    let Some(emulated) = context.emulated.get() else { return Ok(None) };
    let session = emulated.session(pipeline.role_of(action), "codepipeline.amazonaws.com", "source-poll").await?;
    Ok(Some(Caller { credentials: session.credentials(), region: pipeline.region.clone() }))
}

/// The newest version of the action's object; nothing when there is no object.
pub(in crate::engine) async fn look_for_version(
    context: &Arc<Context>,
    caller: &Caller,
    configuration: &BTreeMap<String, String>,
) -> Result<Option<String>, ClientError> {
    let Some(emulated) = context.emulated.get() else { return Ok(None) };
    let value = |key: &str| configuration.get(key).map(String::as_str).unwrap_or_default();
    let object = ObjectKey { bucket: value("S3Bucket"), key: value("S3ObjectKey"), version: None };
    match emulated.services.head_object(caller, object).await {
        Ok(head) => Ok(head.version_id),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}
