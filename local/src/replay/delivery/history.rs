//! What CodePipeline shows of an execution that was made up for an event.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::owned;
use crate::standin::aws::ExecutionView;

/// A change that an execution delivers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    id: String,
    message: String,
    author: String,
    branch: String,
    repository: String,
}

impl Change {
    /// The change that an event's trigger names, with made-up words for what it leaves out.
    pub(super) fn of_trigger(trigger: &Value) -> Self {
        let text = |name: &str, otherwise: &str| owned(&trigger[name]).unwrap_or_else(|| otherwise.to_owned());
        Self {
            id: text("commit-id", "0123456789abcdef0123456789abcdef01234567"),
            message: text("commit-message", "Change the cart"),
            author: text("author-display-name", "Jane Doe"),
            branch: text("branch-name", "main"),
            repository: text("full-repository-name", "example/storefront"),
        }
    }

    /// The change that is out.
    pub(super) fn released() -> Self {
        let trigger = json!({
            "commit-id": "fedcba9876543210fedcba9876543210fedcba98", "commit-message": "Show the prices",
        });
        Self::of_trigger(&trigger)
    }

    fn summary(&self) -> String {
        json!({ "ProviderType": "GitHub", "CommitMessage": self.message }).to_string()
    }
}

/// An execution of this change with a source action and these actions.
pub(super) fn execution(id: &str, status: &str, change: &Change, at: Timestamp, actions: Vec<Value>) -> ExecutionView {
    let mut source = action("Source", "Source", ("Source", "CodeStarSourceConnection"), "Succeeded", at);
    source["output"] = json!({ "outputVariables": {
        "CommitId": change.id, "CommitMessage": change.message, "AuthorDisplayName": change.author,
        "BranchName": change.branch, "FullRepositoryName": change.repository, "ProviderType": "GitHub",
    }});
    ExecutionView {
        id: id.to_owned(),
        execution: json!({
            "pipelineVersion": 1, "status": status, "executionMode": "QUEUED", "executionType": "STANDARD",
            "artifactRevisions": [
                { "name": "SourceOutput", "revisionId": change.id, "revisionSummary": change.summary() },
            ],
            "trigger": { "triggerType": "WebhookV2", "triggerDetail": "arn:aws:codestar-connections:x" },
        }),
        actions: actions.into_iter().chain([source]).collect(),
        source_revisions: vec![json!({
            "actionName": "Source", "revisionId": change.id, "revisionSummary": change.summary(),
        })],
        succeeded_in: Vec::new(),
    }
}

/// The execution that was the last to succeed in this stage.
pub(super) fn released(stage: &str, at: Timestamp) -> ExecutionView {
    let id = "87654321-4321-8765-dcba-87654321dcba";
    let mut execution = execution(id, "Succeeded", &Change::released(), at, Vec::new());
    execution.succeeded_in.push(stage.to_owned());
    execution
}

/// A run of an action that began a minute before `at`, for the function leaves out what began after its event.
pub(super) fn action(
    stage: &str,
    name: &str,
    (category, provider): (&str, &str),
    status: &str,
    at: Timestamp,
) -> Value {
    let started = at.as_second() - 60;
    json!({
        "actionExecutionId": format!("{stage}-{name}"),
        "pipelineVersion": 1,
        "stageName": stage,
        "actionName": name,
        "startTime": started,
        "lastUpdateTime": started + 30,
        "status": status,
        "input": { "actionTypeId": { "category": category, "owner": "AWS", "provider": provider, "version": "1" } },
    })
}

/// A failed run, with its id in the service behind it and the reason.
pub(super) fn failed(mut action: Value, id: &str, message: &str) -> Value {
    action["output"] = json!({ "executionResult": {
        "externalExecutionId": id, "errorDetails": { "code": "JobFailed", "message": message },
    }});
    action
}

/// The state of a stage in which an action waits for an answer.
pub(super) fn waiting(stage: &str, action: &str, execution: &str, token: &str, at: Timestamp) -> Value {
    json!({
        "stageName": stage,
        "latestExecution": { "pipelineExecutionId": execution, "status": "InProgress" },
        "actionStates": [{
            "actionName": action,
            "latestExecution": { "status": "InProgress", "token": token, "lastStatusChange": at.as_second() },
        }],
    })
}
