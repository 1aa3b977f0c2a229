//! One action: what it is given, who carries it out, and what is remembered of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use super::flow::Run;
use crate::engine::actions::{self, Failure, Success, Task};
use crate::engine::event::EventKind;
use crate::engine::pipeline::{Action, resolve};
use crate::engine::random;
use crate::engine::record::{ActionError, ActionStatus, Artifact};

/// The longest error message that AWS keeps, in characters.
const MESSAGE_LIMIT: usize = 5000;

/// What the actions of an execution have made so far.
#[derive(Debug, Clone, Default)]
pub(in crate::engine) struct Made {
    artifacts: BTreeMap<String, Artifact>,
    /// Namespace -> name -> value.
    variables: BTreeMap<String, BTreeMap<String, String>>,
}

impl Made {
    pub(super) fn add(&mut self, more: Self) {
        self.artifacts.extend(more.artifacts);
        self.variables.extend(more.variables);
    }
}

/// Runs the action with this index in the stage. Nothing is returned when it failed.
pub(super) async fn run(run: Run, stage: String, index: usize, before: Arc<Made>) -> Option<Made> {
    let action = run.pipeline.stages.iter().find(|known| known.name == stage)?.actions.get(index)?.clone();
    let outputs: Vec<Artifact> = action.outputs.iter().map(|name| new_artifact(&run, name)).collect();
    let task = Task {
        context: Arc::clone(&run.context),
        pipeline: Arc::clone(&run.pipeline),
        place: run.place(&stage, &action.name),
        action_execution_id: Uuid::new_v4().to_string(),
        // Artifacts that no earlier action made are refused when the pipeline is created.
        inputs: action.inputs.iter().filter_map(|name| before.artifacts.get(name).cloned()).collect(),
        outputs,
        configuration: BTreeMap::new(),
        source_version: run.source_versions.get(&action.name).cloned(),
        action,
    };
    begin(&task);
    let result = match resolved(&run, &task.action, &before) {
        Ok(configuration) => {
            let task = Task { configuration, ..task.clone() };
            task.update(|record| record.configuration.clone_from(&task.configuration));
            actions::carry_out(&task).await
        }
        Err(failure) => Err(failure),
    };
    match result {
        Ok(success) => Some(succeed(&task, success)),
        Err(failure) => {
            fail(&task, failure);
            None
        }
    }
}

fn resolved(run: &Run, action: &Action, before: &Made) -> Result<BTreeMap<String, String>, Failure> {
    let value = |namespace: &str, name: &str| match (namespace, name) {
        ("codepipeline", "PipelineExecutionId") => Some(run.execution.clone()),
        ("variables", name) => run.variables.get(name).cloned(),
        (namespace, name) => before.variables.get(namespace)?.get(name).cloned(),
    };
    let mut configuration = BTreeMap::new();
    for (key, text) in &action.configuration {
        let text = resolve(text, value).map_err(|unresolved| {
            // AWS says the first sentence; it leaves the reader to find out which.
            Failure::new(
                "ConfigurationError",
                format!(
                    "An action in this pipeline failed because one or more variables could not be resolved: \
                     Action name={}. Configuration.{key} refers to {}",
                    action.name,
                    unresolved.join(", ")
                ),
            )
        })?;
        configuration.insert(key.clone(), text);
    }
    Ok(configuration)
}

/// Keys look like AWS's: pipeline and artifact name, cut to 20 and 10 characters, and seven random ones.
fn new_artifact(run: &Run, name: &str) -> Artifact {
    let start = |text: &str, length: usize| text.chars().take(length).collect::<String>();
    let random = random::characters(7, random::MIXED_CASE);
    Artifact {
        name: name.to_owned(),
        bucket: run.pipeline.artifact_store.bucket.clone(),
        key: format!("{}/{}/{random}", start(&run.pipeline.name, 20), start(name, 10)),
        revision: None,
    }
}

fn begin(task: &Task) {
    task.update(|record| {
        record.status = Some(ActionStatus::InProgress);
        record.action_execution_id.clone_from(&task.action_execution_id);
        record.started = Some(Timestamp::now());
        record.input_artifacts.clone_from(&task.inputs);
        record.output_artifacts.clone_from(&task.outputs);
    });
    task.context.emit(EventKind::ActionStarted { place: task.place.clone(), provider: task.action.provider.name() });
}

fn succeed(task: &Task, success: Success) -> Made {
    task.update(|record| {
        record.status = Some(ActionStatus::Succeeded);
        record.ended = Some(Timestamp::now());
        record.summary.clone_from(&success.summary);
        if success.external_execution_id.is_some() {
            record.external_execution_id.clone_from(&success.external_execution_id);
        }
        record.output_variables.clone_from(&success.output_variables);
        record.output_artifacts.clone_from(&success.artifacts);
    });
    task.context.emit(EventKind::ActionSucceeded {
        place: task.place.clone(),
        summary: success.summary,
        external_execution_id: success.external_execution_id,
    });
    let artifacts = success.artifacts.into_iter().map(|artifact| (artifact.name.clone(), artifact)).collect();
    let variables = task.action.namespace.iter().map(|name| (name.clone(), success.output_variables.clone())).collect();
    Made { artifacts, variables }
}

fn fail(task: &Task, failure: Failure) {
    let message: String = failure.message.chars().take(MESSAGE_LIMIT).collect();
    task.update(|record| {
        record.status = Some(ActionStatus::Failed);
        record.ended = Some(Timestamp::now());
        record.error = Some(ActionError { code: failure.code.clone(), message: message.clone() });
        if failure.external_execution_id.is_some() {
            record.external_execution_id.clone_from(&failure.external_execution_id);
        }
    });
    task.context.emit(EventKind::ActionFailed {
        place: task.place.clone(),
        code: failure.code,
        message,
        external_execution_id: failure.external_execution_id,
    });
}
