//! The actions that ran in an execution.

use std::collections::HashMap;

use aws_sdk_codepipeline::types::{
    ActionExecutionDetail, ActionExecutionFilter, ActionExecutionInput, ActionExecutionStatus, ActionTypeId,
};
use jiff::Timestamp;
use ledger::Execution;
use tokio::time::Instant;

use crate::sources::{Gap, Sources, ask, owned, reason, timestamp};

/// Pages of a hundred. An execution with more runs of actions than that is told of by its last ones.
const PAGES: usize = 3;

/// One run of an action.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ActionRun {
    /// The id of the run.
    pub(crate) id: String,
    pub(crate) stage: String,
    pub(crate) action: String,
    pub(crate) category: String,
    pub(crate) provider: String,
    pub(crate) status: Status,
    pub(crate) started: Option<Timestamp>,
    /// Its id in the service behind it: of a build, a deployment, the token of an approval.
    pub(crate) external_id: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) summary: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    /// The ARN of who changed it last.
    pub(crate) by: Option<String>,
    pub(crate) variables: HashMap<String, String>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Status {
    #[default]
    Running,
    Succeeded,
    Failed,
    /// Abandoned, or a status that this version does not know.
    Ended,
}

impl Sources {
    /// The runs of actions in `execution`, the latest first.
    pub(crate) async fn actions(&self, execution: &Execution, by: Instant) -> Result<Vec<ActionRun>, Gap> {
        ask("the actions of the execution", by, self.read_actions(execution)).await
    }

    async fn read_actions(&self, execution: &Execution) -> Result<Vec<ActionRun>, String> {
        let filter = ActionExecutionFilter::builder().pipeline_execution_id(&execution.id).build();
        let (mut runs, mut token) = (Vec::new(), None);
        for _ in 0..PAGES {
            let call = self.codepipeline.list_action_executions().pipeline_name(&execution.pipeline);
            let call = call.filter(filter.clone()).max_results(100).set_next_token(token);
            let answer = Box::pin(call.send()).await.map_err(|error| reason(&error))?;
            runs.extend(answer.action_execution_details().iter().map(ActionRun::read));
            token = answer.next_token().map(str::to_owned);
            if token.is_none() {
                break;
            }
        }
        runs.sort_by_key(|run| std::cmp::Reverse(run.started));
        Ok(runs)
    }
}

impl ActionRun {
    fn read(detail: &ActionExecutionDetail) -> Self {
        let text = |text: Option<&str>| owned(text).unwrap_or_default();
        let kind = detail.input().and_then(ActionExecutionInput::action_type_id);
        let output = detail.output();
        let result = output.and_then(|output| output.execution_result());
        let error = result.and_then(|result| result.error_details());
        Self {
            id: text(detail.action_execution_id()),
            stage: text(detail.stage_name()),
            action: text(detail.action_name()),
            category: kind.map(|kind| kind.category().as_str().to_owned()).unwrap_or_default(),
            provider: text(kind.map(ActionTypeId::provider)),
            status: detail.status().map(status).unwrap_or_default(),
            started: detail.start_time().and_then(timestamp),
            external_id: owned(result.and_then(|result| result.external_execution_id())),
            url: owned(result.and_then(|result| result.external_execution_url())),
            summary: owned(result.and_then(|result| result.external_execution_summary())),
            code: owned(error.and_then(|error| error.code())),
            message: owned(error.and_then(|error| error.message())),
            by: owned(detail.updated_by()),
            variables: output.and_then(|output| output.output_variables()).cloned().unwrap_or_default(),
        }
    }

    /// Whether it is a manual approval.
    pub(crate) fn is_approval(&self) -> bool {
        self.category == "Approval"
    }
}

fn status(status: &ActionExecutionStatus) -> Status {
    match status.as_str() {
        "InProgress" => Status::Running,
        "Succeeded" => Status::Succeeded,
        "Failed" => Status::Failed,
        _ => Status::Ended,
    }
}
