//! What the end of the work means.

use owed_answer::{Deadline, Stopped, bounded};

use crate::hook::Shared;
use crate::outcome::{FailureKind, HookFailure, Verdict};
use crate::status::Status;

/// The work's end, also where it panicked or was late.
pub(crate) async fn ended(
    deadline: &Deadline,
    work: impl Future<Output = Result<Verdict, HookFailure>>,
) -> Result<Verdict, HookFailure> {
    bounded(deadline, work).await.unwrap_or_else(|stopped| {
        let kind = match stopped {
            Stopped::Panicked(_) => FailureKind::Panic,
            Stopped::Late(_) => FailureKind::Unavailable,
        };
        Err(HookFailure::new(kind, stopped.to_string()))
    })
}

/// The end as a verdict, without secrets in its words.
pub(crate) fn presentable(end: Result<Verdict, HookFailure>, shared: &Shared) -> Verdict {
    let verdict = end.unwrap_or_else(|failure| Verdict::failed(failure.message));
    Verdict { summary: shared.redaction.apply(&verdict.summary), ..verdict }
}

/// Succeeded only where checks passed, or where a failure would keep the bad version in service.
pub(crate) fn status_of(verdict: &Verdict, shared: &Shared) -> Status {
    if verdict.passed {
        return Status::Succeeded;
    }
    if shared.notes().gates {
        tracing::warn!("the hook fails: {}", verdict.summary);
        return Status::Failed;
    }
    tracing::error!(
        "the version that is rolled back to is not known to be good, and the rollback goes on, because failing it would \
         keep the version in service that is rolled back from: {}",
        verdict.summary
    );
    Status::Succeeded
}
