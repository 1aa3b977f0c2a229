//! What an execution is: its revisions, what started it, whether it is a rollback.

use alert::Revision;
use aws_sdk_codepipeline::types::{PipelineExecution, TriggerType};
use ledger::Execution;
use tokio::time::Instant;

use crate::sources::revision::of_artifact;
use crate::sources::{Gap, Sources, ask, owned, reason};

/// What an execution is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ExecutionFacts {
    pub(crate) revisions: Vec<Revision>,
    /// What started it, in words.
    pub(crate) trigger: Option<String>,
    /// The execution that it rolls back to; empty when only the kind is known. Nothing for a normal run.
    pub(crate) rolls_back_to: Option<String>,
}

impl Sources {
    /// What `execution` is.
    pub(crate) async fn execution(&self, execution: &Execution, by: Instant) -> Result<ExecutionFacts, Gap> {
        let read = async {
            let call = self.codepipeline.get_pipeline_execution().pipeline_name(&execution.pipeline);
            let answer =
                Box::pin(call.pipeline_execution_id(&execution.id).send()).await.map_err(|error| reason(&error))?;
            Ok(answer.pipeline_execution().map(facts).unwrap_or_default())
        };
        ask("the execution", by, read).await
    }
}

fn facts(execution: &PipelineExecution) -> ExecutionFacts {
    let trigger = execution.trigger();
    let kind = trigger.and_then(|trigger| trigger.trigger_type()).map(TriggerType::as_str).unwrap_or_default();
    let detail = trigger.and_then(|trigger| trigger.trigger_detail());
    let rolls_back =
        execution.execution_type().is_some_and(|kind| kind.as_str() == "ROLLBACK") || is_rollback_trigger(kind);
    let target = execution.rollback_metadata().and_then(|data| data.rollback_target_pipeline_execution_id());
    ExecutionFacts {
        revisions: execution.artifact_revisions().iter().filter_map(of_artifact).collect(),
        trigger: trigger_in_words(kind, detail),
        rolls_back_to: rolls_back.then(|| owned(target).unwrap_or_default()),
    }
}

/// Whether a trigger of this type starts a rollback.
pub(crate) fn is_rollback_trigger(kind: &str) -> bool {
    matches!(kind, "ManualRollback" | "AutomatedRollback")
}

/// What started an execution. A detail is an ARN of who did it, or of what.
pub(crate) fn trigger_in_words(kind: &str, detail: Option<&str>) -> Option<String> {
    let detail = owned(detail);
    let who = detail.as_deref().map_or("somebody", |arn| {
        let name = arn.rsplit(':').next().unwrap_or(arn);
        name.split_once('/').map_or(name, |(_, name)| name)
    });
    Some(match kind {
        "" => return None,
        "StartPipelineExecution" => format!("{who} by hand"),
        "ManualRollback" => format!("a rollback by {who}"),
        "AutomatedRollback" => "an automatic rollback".to_owned(),
        "Webhook" | "WebhookV2" => "a push".to_owned(),
        "CloudWatchEvent" => "an event rule".to_owned(),
        "PollForSourceChanges" => "a change of the source".to_owned(),
        "PutActionRevision" => "a new revision of a custom source".to_owned(),
        "CreatePipeline" => "the pipeline's creation".to_owned(),
        other => other.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_started_an_execution_is_said_in_words() {
        for (kind, detail, expected) in [
            ("StartPipelineExecution", Some("arn:aws:sts::1:assumed-role/Admin/jane"), Some("Admin/jane by hand")),
            ("StartPipelineExecution", Some("arn:aws:iam::1:user/jane"), Some("jane by hand")),
            ("StartPipelineExecution", Some("arn:aws:iam::1:root"), Some("root by hand")),
            ("StartPipelineExecution", None, Some("somebody by hand")),
            ("ManualRollback", Some("arn:aws:iam::1:user/jane"), Some("a rollback by jane")),
            ("WebhookV2", Some("arn:aws:codestar-connections:x"), Some("a push")),
            ("SomethingNew", None, Some("SomethingNew")),
            ("", None, None),
        ] {
            assert_eq!(trigger_in_words(kind, detail).as_deref(), expected, "{kind} {detail:?}");
        }
    }
}
