//! The stage that a pipeline's state says has failed, and the token of an approval that waits.

use jiff::Timestamp;
use ledger::Execution;
use tokio::time::Instant;

use crate::sources::{Gap, Sources, ask, owned, reason};

/// An approval that waits for an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// The execution that waits; not known in the parallel mode.
    pub(crate) execution: Option<String>,
    pub(crate) token: Option<String>,
    /// Since when.
    pub(crate) since: Option<Timestamp>,
}

impl Sources {
    /// The stage in which `execution` failed without a failed action: a condition may have failed it.
    pub(crate) async fn failed_stage(&self, execution: &Execution, by: Instant) -> Result<Option<String>, Gap> {
        let read = async {
            let call = self.codepipeline.get_pipeline_state().name(&execution.pipeline);
            let state = Box::pin(call.send()).await.map_err(|error| reason(&error))?;
            let failed = state.stage_states().iter().find(|stage| {
                let latest = stage.latest_execution();
                latest.is_some_and(|latest| {
                    latest.pipeline_execution_id() == execution.id && latest.status().as_str() == "Failed"
                })
            });
            Ok(failed.and_then(|stage| owned(stage.stage_name())))
        };
        ask("the pipeline's state", by, read).await
    }

    /// What waits in an approval action.
    pub(crate) async fn waiting(
        &self,
        pipeline: &str,
        stage: &str,
        action: &str,
        by: Instant,
    ) -> Result<Option<Waiting>, Gap> {
        let read = async {
            let call = self.codepipeline.get_pipeline_state().name(pipeline);
            let pipeline = Box::pin(call.send()).await.map_err(|error| reason(&error))?;
            let Some(stage) = pipeline.stage_states().iter().find(|known| known.stage_name() == Some(stage)) else {
                return Ok(None);
            };
            let action = stage.action_states().iter().find(|known| known.action_name() == Some(action));
            let latest = action.and_then(|action| action.latest_execution());
            Ok(latest.filter(|latest| latest.status().is_some_and(|status| status.as_str() == "InProgress")).map(
                |latest| Waiting {
                    execution: stage.latest_execution().and_then(|latest| owned(Some(latest.pipeline_execution_id()))),
                    token: owned(latest.token()),
                    since: latest.last_status_change().and_then(super::timestamp),
                },
            ))
        };
        ask("the pipeline's state", by, read).await
    }
}
