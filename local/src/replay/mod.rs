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
mod fields;
mod hook_setup;
mod job;
mod options;
mod running;
mod shop;
mod steps;
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

use steps::Replay;

/// Sends the event of a file through the real function and writes what the function did to `out`. What is being built or
/// started goes to `progress`, a line at a time.
pub async fn replay(
    event_path: &Path,
    options: &ReplayOptions,
    out: &mut impl Write,
    mut progress: impl FnMut(&str),
) -> Result<Verdict, ReplayError> {
    let event = Event::read(event_path)?;
    let replay = Replay { path: event_path, options, out, progress: &mut progress };
    match event {
        Event::CodePipelineJob(job) => job.replay(replay).await,
        Event::CodeDeployHook(hook) => hook.replay(replay).await,
        Event::EcsHook(hook) => hook.replay(replay).await,
        Event::DestinationRecord(record) => record.replay(replay).await,
        Event::Delivery(event) => event.replay(replay).await,
    }
}
