//! One sample event through the real function: what it called and what it answered.
//!
//! Each kind of event is a file: what the stand-ins have to know of it, and how it is replayed.

mod artifact;
mod built;
mod codedeploy_hook;
mod delivery;
mod destination_record;
mod ecs_hook;
mod error;
mod event;
mod hook_setup;
mod job;
mod options;
mod running;
mod shop;
mod text;
mod verdict;

use std::io::Write;
use std::path::Path;

pub use built::{Build, BuildError};
pub use codedeploy_hook::CodeDeployHook;
pub use delivery::{ApprovalMessage, BuildEvent, DeliveryEvent, DeploymentEvent, PipelineEvent, Subject};
pub use destination_record::{DestinationRecord, Owed};
pub use ecs_hook::EcsHook;
pub use error::ReplayError;
pub use event::Event;
pub use job::{Job, Location};
pub use options::ReplayOptions;
pub use shop::Shop;
pub use verdict::{Answer, Verdict};

/// Sends the event of a file through the real function and writes what the function did to `out`. What is being built or
/// started goes to `progress`, a line at a time.
pub async fn replay(
    event_path: &Path,
    options: &ReplayOptions,
    out: &mut impl Write,
    mut progress: impl FnMut(&str),
) -> Result<Verdict, ReplayError> {
    let progress = &mut progress;
    match Event::read(event_path)? {
        Event::CodePipelineJob(job) => job.replay(event_path, options, out, progress).await,
        Event::CodeDeployHook(hook) => hook.replay(event_path, options, out, progress).await,
        Event::EcsHook(hook) => hook.replay(event_path, options, out, progress).await,
        Event::DestinationRecord(record) => record.replay(event_path, options, out, progress).await,
        Event::Delivery(event) => event.replay(event_path, options, out, progress).await,
    }
}
