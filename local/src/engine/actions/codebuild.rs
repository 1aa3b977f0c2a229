//! A build action of CodeBuild.

use std::collections::BTreeMap;
use std::path::PathBuf;

use bytes::Bytes;
use serde::Deserialize;
use uuid::Uuid;

use super::{Failure, Success, Task, reports};
use crate::build::{self, Access, BuildOutcome, BuildRequest, BuildStatus, PRIMARY_ARTIFACT, Project};
use crate::emulator::client::Caller;
use crate::engine::builds::{BuildRecord, split_context};
use crate::engine::event::EventKind;
use crate::engine::record::Artifact;

const SERVICE: &str = "codebuild.amazonaws.com";

pub(super) async fn run(task: &Task) -> Result<Success, Failure> {
    let name = task.configured("ProjectName");
    let arn = format!("arn:aws:codebuild:{}:{}:project/{name}", task.pipeline.region, task.pipeline.account);
    for action in ["codebuild:StartBuild", "codebuild:BatchGetBuilds"] {
        task.demand(task.role(), action, &arn).await?;
    }
    let (project, number) = next_build(task, name).ok_or_else(|| {
        Failure::new("JobFailed", format!("Error calling startBuild: Project cannot be found: {arn}"))
    })?;
    let uuid = Uuid::new_v4().to_string();
    let mut record = BuildRecord::new(name, &uuid, &project, number);
    record.account.clone_from(&task.pipeline.account);
    record.region.clone_from(&task.pipeline.region);
    record.initiator = initiator(task);
    record.source_version = task.inputs[0].revision.clone().unwrap_or_default();
    record.artifact = task.outputs.first().cloned();
    record.variables.extend(action_variables(task)?);
    let id = record.id();
    task.update(|record| record.external_execution_id = Some(id.clone()));
    task.context.state().builds.push(record.clone());
    task.context.emit(EventKind::Build(Box::new(record)));
    let built = build(task, project, number, &id).await;
    change_build(task, &id, |build| build.end(built.as_ref().err().map(|failure| failure.message.as_str())));
    if let Some(record) = task.context.state().build(&id).cloned() {
        task.context.emit(EventKind::Build(Box::new(record)));
    }
    built.map_err(|failure| Failure { external_execution_id: Some(id), ..failure })
}

fn change_build(task: &Task, id: &str, change: impl FnOnce(&mut BuildRecord)) {
    let mut state = task.context.state();
    if let Some(build) = state.builds.iter_mut().find(|build| build.id() == id) {
        change(build);
    }
}

async fn build(task: &Task, project: Project, number: u64, id: &str) -> Result<Success, Failure> {
    // CodeBuild reads and writes the artifacts with the project's own role.
    let role = project.service_role.clone();
    let session = task.session(&role, SERVICE).await?;
    let caller = task.caller(&session);
    let source = &task.inputs[0];
    let content = task.read_artifact(&caller, &role, source).await?;
    let source_zip = task.context.config.work_dir.join(format!("{}.zip", task.action_execution_id));
    tokio::fs::write(&source_zip, &content).await.map_err(|error| Failure::machine(&source_zip, &error))?;
    let mut environment = environment(task)?;
    environment.insert("CODEBUILD_BUILD_NUMBER".to_owned(), number.to_string());
    let request = BuildRequest {
        project,
        build_id: id.to_owned(),
        source_zip: source_zip.clone(),
        resolved_source_version: source.revision.clone().unwrap_or_default(),
        environment,
        work_dir: task.context.config.work_dir.clone(),
        access: Access { endpoint: task.emulated()?.services.endpoint().to_owned(), session },
        images: task.context.config.images.clone(),
        cache_dir: task.context.config.cache_dir.clone(),
    };
    let on_line = |line: &str| {
        task.context.emit(EventKind::LogLine { place: task.place.clone(), line: line.to_owned() });
    };
    let outcome = build::run(request, on_line).await.map_err(|error| Failure::new("InternalError", error.to_string()));
    // What is unpacked stays for the next build of the same sources; the archive itself is in the store.
    let _ = tokio::fs::remove_file(&source_zip).await;
    let mut outcome = outcome?;
    task.update(|record| record.log = Some(outcome.log.clone()));
    let made = std::mem::take(&mut outcome.reports);
    let (reports, refusal) = reports::make(task, task.configured("ProjectName"), &role, made).await;
    change_build(task, id, |build| build.worked(&outcome, reports));
    if outcome.status != BuildStatus::Succeeded {
        let message = terminated(&outcome);
        task.update(|record| record.summary = Some(message.clone()));
        return Err(Failure::new("JobFailed", message));
    }
    if let Some(refusal) = refusal {
        return Err(refusal);
    }
    let artifacts = upload(task, &caller, &role, &outcome).await?;
    Ok(Success {
        summary: None,
        external_execution_id: Some(id.to_owned()),
        output_variables: outcome.exported_variables,
        artifacts,
    })
}

/// As CodePipeline words it, in the action's error and in its summary.
fn terminated(outcome: &BuildOutcome) -> String {
    let phase = outcome.failure().map(|(phase, context)| {
        let (code, message) = split_context(context);
        format!(". Phase: {phase}, Code: {code}, Message: {message}")
    });
    format!("Build terminated with state: {}{}", outcome.status, phase.unwrap_or_default())
}

async fn upload(task: &Task, caller: &Caller, role: &str, outcome: &BuildOutcome) -> Result<Vec<Artifact>, Failure> {
    for artifact in &task.outputs {
        let archive = archive_of(task, outcome, &artifact.name)?;
        let content = tokio::fs::read(&archive).await.map_err(|error| Failure::machine(&archive, &error))?;
        task.write_artifact(caller, role, artifact, Bytes::from(content)).await?;
    }
    Ok(task.outputs.clone())
}

/// A single output artifact is the buildspec's primary one; several are its secondary ones of the same names.
fn archive_of(task: &Task, outcome: &BuildOutcome, name: &str) -> Result<PathBuf, Failure> {
    let alone = task.outputs.len() == 1;
    let primary = outcome.artifacts.get(PRIMARY_ARTIFACT).filter(|_| alone);
    primary.or_else(|| outcome.artifacts.get(name)).cloned().ok_or_else(|| {
        let place = if alone { "artifacts" } else { "artifacts.secondary-artifacts" };
        Failure::new("JobFailed", format!("the buildspec makes no artifact for {name}: name its files under {place}"))
    })
}

fn next_build(task: &Task, name: &str) -> Option<(Project, u64)> {
    let mut state = task.context.state();
    let known = state.deployments.projects.get_mut(name)?;
    known.builds += 1;
    Some((known.project.clone(), known.builds))
}

/// A variable of the action's `EnvironmentVariables`, which is JSON in a text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Variable {
    name: String,
    value: String,
    r#type: Option<String>,
}

fn environment(task: &Task) -> Result<BTreeMap<String, String>, Failure> {
    let mut environment = task.context.config.build_environment.clone();
    environment.insert("AWS_REGION".to_owned(), task.pipeline.region.clone());
    environment.insert("CODEBUILD_INITIATOR".to_owned(), initiator(task));
    environment.extend(action_variables(task)?);
    Ok(environment)
}

fn initiator(task: &Task) -> String {
    format!("codepipeline/{}", task.place.pipeline)
}

fn action_variables(task: &Task) -> Result<BTreeMap<String, String>, Failure> {
    let text = task.configuration.get("EnvironmentVariables").map_or("[]", String::as_str);
    variables(text).map_err(|problem| Failure::new("ConfigurationError", problem))
}

fn variables(text: &str) -> Result<BTreeMap<String, String>, String> {
    let variables: Vec<Variable> =
        serde_json::from_str(text).map_err(|error| format!("EnvironmentVariables is not understood: {error}"))?;
    let mut values = BTreeMap::new();
    for Variable { name, value, r#type } in variables {
        if let Some(kind) = r#type.filter(|kind| kind != "PLAINTEXT") {
            return Err(format!("EnvironmentVariables: {name} is of type {kind}: the local CodeBuild knows PLAINTEXT"));
        }
        values.insert(name, value);
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn environment_variables() {
        let table = [
            ("[]", Ok(0)),
            (r#"[{"name":"A","value":"1"},{"name":"B","value":"","type":"PLAINTEXT"}]"#, Ok(2)),
            (r#"[{"name":"A","value":"x","type":"SECRETS_MANAGER"}]"#, Err("A is of type SECRETS_MANAGER")),
            (r#"[{"name":"A"}]"#, Err("missing field `value`")),
            (r#"[{"name":"A","value":"1","secret":true}]"#, Err("unknown field `secret`")),
            ("{}", Err("not understood")),
            ("", Err("not understood")),
        ];
        for (text, expected) in table {
            match (variables(text), expected) {
                (Ok(values), Ok(count)) => assert_eq!(values.len(), count, "{text}"),
                (Err(problem), Err(part)) => assert!(problem.contains(part), "{problem}"),
                other => panic!("{text}: {other:?}"),
            }
        }
    }
}
