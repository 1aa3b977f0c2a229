//! What events mean: one file a kind of message.

pub(crate) mod alarm;
pub(crate) mod approval;
pub(crate) mod build;
pub(crate) mod deployment;
pub(crate) mod failure;
pub(crate) mod quiet;
mod reasons;
pub(crate) mod recovery;
pub(crate) mod retrying;
pub(crate) mod rollback;
mod rollback_refused;
pub(crate) mod service;

use alert::Revision;
use ledger::Execution;

use crate::place::console;
use crate::sources::actions::ActionRun;
use crate::sources::revision::enrich;

/// An execution by its names, empty where the event does not say.
fn execution(pipeline: Option<&str>, id: Option<&str>) -> Execution {
    Execution { pipeline: pipeline.unwrap_or_default().to_owned(), id: id.unwrap_or_default().to_owned() }
}

/// The revisions, with what the source actions know of them.
fn enriched(mut revisions: Vec<Revision>, runs: &[ActionRun], place: &alert::Place) -> Vec<Revision> {
    let console = console(place);
    for revision in &mut revisions {
        enrich(revision, runs, console.as_ref());
    }
    revisions
}
