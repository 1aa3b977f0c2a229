//! How an execution starts.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::watch;
use uuid::Uuid;

use super::action::Made;
use super::flow::{self, Run, Turn, Way};
use super::queue::Door;
use crate::engine::context::Context;
use crate::engine::event::EventKind;
use crate::engine::pipeline::{Pipeline, Provider};
use crate::engine::record::{
    ActionRecord, ExecutionRecord, ExecutionStatus, ExecutionType, Retries, StageRecord, TriggerType,
};
use crate::engine::state::{ExecutionState, State};

/// What is started, and by whom.
#[derive(Debug)]
pub(in crate::engine) struct Start {
    pub(in crate::engine) trigger: TriggerType,
    /// Who or what that was.
    pub(in crate::engine) trigger_detail: String,
    /// Values of the pipeline's variables, instead of their defaults.
    pub(in crate::engine) variables: BTreeMap<String, String>,
    /// Source action -> the version it shall take, instead of the newest.
    pub(in crate::engine) source_versions: BTreeMap<String, String>,
    /// A second start with the same token is the first one again.
    pub(in crate::engine) request_token: Option<String>,
}

/// Why no execution started.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(in crate::engine) enum StartError {
    #[error("no pipeline is called {0:?}")]
    PipelineNotFound(String),
    #[error("{0}")]
    Invalid(String),
}

impl Start {
    /// A start without anything special.
    pub(in crate::engine) fn by(trigger: TriggerType, detail: &str) -> Self {
        Self {
            trigger,
            trigger_detail: detail.to_owned(),
            variables: BTreeMap::new(),
            source_versions: BTreeMap::new(),
            request_token: None,
        }
    }
}

/// Starts an execution of `pipeline` and returns its id.
pub(in crate::engine) fn start(context: &Arc<Context>, pipeline: &str, start: Start) -> Result<String, StartError> {
    let mut memory = context.state();
    let not_found = || StartError::PipelineNotFound(pipeline.to_owned());
    let known = memory.pipelines.get_mut(pipeline).ok_or_else(not_found)?;
    if let Some(earlier) = start.request_token.as_ref().and_then(|token| known.request_tokens.get(token)) {
        return Ok(earlier.clone());
    }
    let definition = Arc::clone(&known.definition);
    let variables = values_of_variables(&definition, start.variables)?;
    if let Some(unknown) = start.source_versions.keys().find(|action| !known.source_actions().contains(action.as_str()))
    {
        return Err(StartError::Invalid(format!("sourceRevisions names {unknown:?}, which is no source action")));
    }
    let id = Uuid::new_v4().to_string();
    if let Some(token) = start.request_token {
        known.request_tokens.insert(token, id.clone());
    }
    // An execution takes its place at the first stage under the same lock as it starts, so that executions come to
    // every stage in the order of their starts.
    let stage = definition.stages[0].name.as_str();
    let admission = known.queues.entry(stage.to_owned()).or_default().join(
        Door { context, pipeline, stage },
        definition.execution_mode,
        &id,
    );
    let way = Way { first: 0, last: definition.stages.len() - 1, resumed: false };
    let record = new_record(&definition, &id, (start.trigger, start.trigger_detail), variables);
    let run = remember(context, &mut memory, &definition, record, Made::default(), start.source_versions);
    drop(memory);
    told(context, pipeline, &id, start.trigger);
    context.spawn(flow::run(run, Turn::Waiting(admission), way));
    Ok(id)
}

/// Adds an execution to those that are known, and returns it as its task knows it.
pub(super) fn remember(
    context: &Arc<Context>,
    memory: &mut State,
    definition: &Arc<Pipeline>,
    record: ExecutionRecord,
    made: Made,
    source_versions: BTreeMap<String, String>,
) -> Run {
    let (stop, stop_receiver) = watch::channel(None);
    let run = Run {
        context: Arc::clone(context),
        pipeline: Arc::clone(definition),
        execution: record.id.clone(),
        variables: record.variables.clone(),
        source_versions: source_versions.clone(),
        stop: stop_receiver,
    };
    let definition = Arc::clone(definition);
    memory.executions.push(ExecutionState { record, definition, made, source_versions, stop });
    run
}

/// Tells the observers of an execution that started.
pub(super) fn told(context: &Context, pipeline: &str, execution: &str, trigger: TriggerType) {
    let (pipeline, execution) = (pipeline.to_owned(), execution.to_owned());
    context.emit(EventKind::ExecutionStarted { pipeline, execution, trigger });
}

fn values_of_variables(
    pipeline: &Pipeline,
    mut given: BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, StartError> {
    let mut values = BTreeMap::new();
    for variable in &pipeline.variables {
        let value = given.remove(&variable.name).or_else(|| variable.default.clone());
        let missing = || StartError::Invalid(format!("variable {:?} has no default and was given none", variable.name));
        values.insert(variable.name.clone(), value.ok_or_else(missing)?);
    }
    match given.into_keys().next() {
        Some(unknown) => Err(StartError::Invalid(format!("the pipeline has no variable {unknown:?}"))),
        None => Ok(values),
    }
}

/// The record of an execution that goes through the pipeline and has not entered any stage.
pub(super) fn new_record(
    pipeline: &Pipeline,
    id: &str,
    (trigger, trigger_detail): (TriggerType, String),
    variables: BTreeMap<String, String>,
) -> ExecutionRecord {
    let action = |name: &str, provider: Provider| {
        let (category, _, provider) = provider.action_type();
        ActionRecord::waiting(name, category, provider)
    };
    let stages = pipeline.stages.iter().map(|stage| StageRecord {
        name: stage.name.clone(),
        status: None,
        started: None,
        ended: None,
        actions: stage.actions.iter().map(|known| action(&known.name, known.provider)).collect(),
        earlier: Vec::new(),
        retries: Retries::default(),
    });
    ExecutionRecord {
        id: id.to_owned(),
        pipeline: pipeline.name.clone(),
        pipeline_version: pipeline.version,
        status: ExecutionStatus::InProgress,
        trigger,
        trigger_detail,
        execution_type: ExecutionType::Standard,
        attempt: 1,
        started: Timestamp::now(),
        ended: None,
        stop_reason: None,
        variables,
        source_revisions: Vec::new(),
        stages: stages.collect(),
    }
}
