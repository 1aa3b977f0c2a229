//! What would go out: the revisions since the last release.

use alert::Revision;
use aws_sdk_codepipeline::types::{PipelineExecutionFilter, PipelineExecutionSummary, SucceededInStageFilter};
use tokio::time::Instant;

use crate::sources::revision::of_source;
use crate::sources::{Gap, Sources, ask, owned, reason};

/// What would go out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pending {
    /// The newest first.
    pub(crate) revisions: Vec<Revision>,
    /// The revision that is out now.
    pub(crate) released: Option<String>,
}

/// An execution in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Listed {
    id: String,
    revisions: Vec<Revision>,
}

impl Sources {
    /// The revisions of `execution` and of those before it, back to the last that succeeded in `stage`.
    pub(crate) async fn pending(
        &self,
        pipeline: &str,
        execution: &str,
        stage: &str,
        by: Instant,
    ) -> Result<Pending, Gap> {
        let read = async {
            let (all, released) = tokio::try_join!(self.listed(pipeline, None), self.listed(pipeline, Some(stage)))?;
            Ok(between(&all, execution, released.first()))
        };
        ask("the executions since the last release", by, read).await
    }

    /// The latest executions, the newest first; with a stage the latest that succeeded in it.
    async fn listed(&self, pipeline: &str, stage: Option<&str>) -> Result<Vec<Listed>, String> {
        let filter = stage.map(|stage| {
            let succeeded = SucceededInStageFilter::builder().stage_name(stage).build();
            PipelineExecutionFilter::builder().succeeded_in_stage(succeeded).build()
        });
        let call = self.codepipeline.list_pipeline_executions().pipeline_name(pipeline).set_filter(filter);
        let most = if stage.is_some() { 1 } else { 100 };
        let answer = Box::pin(call.max_results(most).send()).await.map_err(|error| reason(&error))?;
        Ok(answer.pipeline_execution_summaries().iter().filter_map(Listed::read).collect())
    }
}

impl Listed {
    fn read(summary: &PipelineExecutionSummary) -> Option<Self> {
        let revisions = summary.source_revisions().iter().filter_map(of_source).collect();
        Some(Self { id: owned(summary.pipeline_execution_id())?, revisions })
    }
}

/// The revisions from `execution` back to what is `released`, each once. An execution that brings the released revision
/// again ends the list too: after a rollback, the released one is older than it looks.
fn between(all: &[Listed], execution: &str, released: Option<&Listed>) -> Pending {
    let out: Vec<&str> = released.iter().flat_map(|listed| &listed.revisions).map(|known| known.id.as_str()).collect();
    let is_out = |listed: &Listed| {
        released.is_some_and(|released| released.id == listed.id)
            || (!listed.revisions.is_empty() && listed.revisions.iter().all(|known| out.contains(&known.id.as_str())))
    };
    let start = all.iter().position(|listed| listed.id == execution).unwrap_or(all.len());
    let mut revisions: Vec<Revision> = Vec::new();
    for listed in &all[start..] {
        if is_out(listed) {
            break;
        }
        let new = listed.revisions.iter().filter(|known| !out.contains(&known.id.as_str()));
        for revision in new {
            if !revisions.iter().any(|known| known.id == revision.id) {
                revisions.push(revision.clone());
            }
        }
        // Nobody released anything yet: what would go out is what is here.
        if released.is_none() {
            break;
        }
    }
    Pending { revisions, released: out.first().map(|id| (*id).to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(id: &str, revisions: &[&str]) -> Listed {
        let revisions = revisions.iter().map(|id| Revision { id: (*id).to_owned(), ..Revision::default() }).collect();
        Listed { id: id.to_owned(), revisions }
    }

    #[test]
    fn what_would_go_out_is_what_came_since_the_last_release() {
        let all = [
            listed("e6", &["r6"]),
            listed("e5", &["r5"]),
            listed("e4", &["r4"]),
            listed("e3", &["r4"]),
            listed("e2", &["r2"]),
            listed("e1", &["r1"]),
        ];
        let rollback = listed("e7", &["r1"]);
        for (execution, released, expected, out) in [
            ("e5", Some(&all[4]), "r5 r4", Some("r2")),
            ("e5", Some(&all[2]), "r5", Some("r4")),
            ("e5", None, "r5", None),
            // Production was rolled back to the first revision.
            ("e5", Some(&rollback), "r5 r4 r2", Some("r1")),
            // The released revision is to be released again.
            ("e3", Some(&all[2]), "", Some("r4")),
            ("gone", Some(&all[4]), "", Some("r2")),
        ] {
            let pending = between(&all, execution, released);
            let ids: Vec<&str> = pending.revisions.iter().map(|revision| revision.id.as_str()).collect();
            assert_eq!((ids.join(" "), pending.released.as_deref()), (expected.to_owned(), out), "{execution}");
        }
    }
}
