//! What CodePipeline shows of pipelines and executions, as a test has it.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::answer::{ServiceError, json_response};
use super::model::{Member, Shape, optional, read, required};
use super::state::State;

const NAME: Shape = Shape::Text { min: 1, max: 100, pattern: None };
const ID: Shape = Shape::Text { min: 1, max: 100, pattern: None };
const TOKEN: Shape = Shape::Text { min: 1, max: 2048, pattern: None };
const PAGE: Shape = Shape::Integer { min: 1, max: 100 };

const GET_PIPELINE_EXECUTION: &[Member] = &[required("pipelineName", NAME), required("pipelineExecutionId", ID)];

const GET_PIPELINE_STATE: &[Member] = &[required("name", NAME)];

const LIST_PIPELINES: &[Member] =
    &[optional("nextToken", TOKEN), optional("maxResults", Shape::Integer { min: 1, max: 1000 })];

const LIST_ACTION_EXECUTIONS: &[Member] = &[
    required("pipelineName", NAME),
    optional("filter", Shape::Structure(&[optional("pipelineExecutionId", ID)])),
    optional("maxResults", PAGE),
    optional("nextToken", TOKEN),
];

const LIST_PIPELINE_EXECUTIONS: &[Member] = &[
    required("pipelineName", NAME),
    optional(
        "filter",
        Shape::Structure(&[optional("succeededInStage", Shape::Structure(&[optional("stageName", NAME)]))]),
    ),
    optional("maxResults", PAGE),
    optional("nextToken", TOKEN),
];

/// A pipeline, as CodePipeline shows it.
#[derive(Debug, Clone, Default)]
pub struct PipelineView {
    /// `stageStates` of its state.
    pub stage_states: Vec<Value>,
    /// Its executions, the newest first.
    pub executions: Vec<ExecutionView>,
}

/// An execution, as CodePipeline shows it.
#[derive(Debug, Clone, Default)]
pub struct ExecutionView {
    /// Its id.
    pub id: String,
    /// The members of `pipelineExecution` besides its names.
    pub execution: Value,
    /// Its `actionExecutionDetails`, the newest first, without the execution's id.
    pub actions: Vec<Value>,
    /// The `sourceRevisions` of its summary.
    pub source_revisions: Vec<Value>,
    /// The stages that it succeeded in.
    pub succeeded_in: Vec<String>,
}

/// Answers an operation that reads; nothing when it is another.
pub(super) fn answer(state: &State, operation: &str, body: &[u8]) -> Option<Result<Response<Bytes>, ServiceError>> {
    let answer = match operation {
        "GetPipelineExecution" => execution(state, body),
        "GetPipelineState" => pipeline_state(state, body),
        "ListActionExecutions" => actions(state, body),
        "ListPipelineExecutions" => executions(state, body),
        "ListPipelines" => read(body, LIST_PIPELINES).map(|_| {
            let pipelines: Vec<Value> = state.pipelines.keys().map(|name| json!({ "name": name })).collect();
            json!({ "pipelines": pipelines })
        }),
        _ => return None,
    };
    Some(answer.map(|answer| json_response(StatusCode::OK, &answer)))
}

fn execution(state: &State, body: &[u8]) -> Result<Value, ServiceError> {
    let request = read(body, GET_PIPELINE_EXECUTION)?;
    let (name, known) = pipeline(state, &request["pipelineName"])?;
    let id = request["pipelineExecutionId"].as_str().unwrap_or_default();
    let found = known.executions.iter().find(|execution| execution.id == id).ok_or_else(|| not_found(id))?;
    let mut shown = found.execution.clone();
    shown["pipelineName"] = name.into();
    shown["pipelineExecutionId"] = id.into();
    Ok(json!({ "pipelineExecution": shown }))
}

fn pipeline_state(state: &State, body: &[u8]) -> Result<Value, ServiceError> {
    let request = read(body, GET_PIPELINE_STATE)?;
    let (name, known) = pipeline(state, &request["name"])?;
    Ok(json!({ "pipelineName": name, "pipelineVersion": 1, "stageStates": known.stage_states }))
}

fn actions(state: &State, body: &[u8]) -> Result<Value, ServiceError> {
    let request = read(body, LIST_ACTION_EXECUTIONS)?;
    let (_, known) = pipeline(state, &request["pipelineName"])?;
    let wanted = request["filter"]["pipelineExecutionId"].as_str();
    if let Some(id) = wanted.filter(|id| known.executions.iter().all(|execution| execution.id != **id)) {
        return Err(not_found(id));
    }
    let of = known.executions.iter().filter(|execution| wanted.is_none_or(|id| execution.id == id));
    let details: Vec<Value> = of
        .flat_map(|execution| {
            execution.actions.iter().map(|action| {
                let mut action = action.clone();
                action["pipelineExecutionId"] = execution.id.clone().into();
                action
            })
        })
        .collect();
    Ok(json!({ "actionExecutionDetails": details }))
}

fn executions(state: &State, body: &[u8]) -> Result<Value, ServiceError> {
    let request = read(body, LIST_PIPELINE_EXECUTIONS)?;
    let (_, known) = pipeline(state, &request["pipelineName"])?;
    let succeeded_in = request["filter"]["succeededInStage"]["stageName"].as_str();
    let limit = request["maxResults"].as_u64().and_then(|limit| usize::try_from(limit).ok()).unwrap_or(100);
    let of = known.executions.iter().filter(|execution| {
        succeeded_in.is_none_or(|stage| execution.succeeded_in.iter().any(|succeeded| succeeded == stage))
    });
    let summaries: Vec<Value> = of
        .take(limit)
        .map(|execution| {
            json!({
                "pipelineExecutionId": execution.id,
                "status": execution.execution["status"],
                "sourceRevisions": execution.source_revisions,
            })
        })
        .collect();
    Ok(json!({ "pipelineExecutionSummaries": summaries }))
}

fn pipeline<'s>(state: &'s State, name: &Value) -> Result<(&'s str, &'s PipelineView), ServiceError> {
    let name = name.as_str().unwrap_or_default();
    let known = state.pipelines.get_key_value(name).map(|(name, view)| (name.as_str(), view));
    known.ok_or_else(|| {
        let message = format!("Account '111111111111' does not have a pipeline with name '{name}'");
        ServiceError::client("PipelineNotFoundException", message)
    })
}

fn not_found(id: &str) -> ServiceError {
    ServiceError::client("PipelineExecutionNotFoundException", format!("The execution {id} does not exist."))
}
