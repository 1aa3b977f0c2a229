//! Whether a pipeline started a deployment.
//!
//! A deployment does not say which pipeline started it, and its creator is a role like any other. It is a pipeline's when
//! one of the watched pipelines has it as an action's external execution.

use tokio::time::Instant;

use crate::sources::{Gap, Sources, ask, reason};
use crate::watch::Watch;

/// Pipelines that are searched. Somebody with more names those to watch.
const PIPELINES: usize = 20;

impl Sources {
    /// The watched pipeline that started the deployment `id`, if one did.
    pub(crate) async fn pipeline_of(&self, id: &str, by: Instant) -> Result<Option<String>, Gap> {
        let read = async {
            for pipeline in self.watched().await?.into_iter().take(PIPELINES) {
                if self.has_started(&pipeline, id).await? {
                    return Ok(Some(pipeline));
                }
            }
            Ok(None)
        };
        ask("the pipelines that may have started it", by, read).await
    }

    async fn watched(&self) -> Result<Vec<String>, String> {
        match &self.watch {
            Watch::Named(names) => Ok(names.clone()),
            Watch::All => {
                let answer = Box::pin(self.codepipeline.list_pipelines().send()).await;
                let answer = answer.map_err(|error| reason(&error))?;
                Ok(answer.pipelines().iter().filter_map(|pipeline| pipeline.name().map(str::to_owned)).collect())
            }
        }
    }

    /// The latest hundred runs of actions reach back further than a deployment takes.
    async fn has_started(&self, pipeline: &str, id: &str) -> Result<bool, String> {
        let call = self.codepipeline.list_action_executions().pipeline_name(pipeline).max_results(100);
        let answer = Box::pin(call.send()).await.map_err(|error| reason(&error))?;
        Ok(answer.action_execution_details().iter().any(|run| {
            let result = run.output().and_then(|output| output.execution_result());
            result.and_then(|result| result.external_execution_id()) == Some(id)
        }))
    }
}
