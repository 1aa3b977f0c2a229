//! `launchway replay EVENT`.

use std::error::Error;
use std::path::Path;

use crate::console::Console;
use crate::project::Project;
use crate::replay::{ReplayOptions, replay as replay_event};

/// Sends one event to the real function; true when exactly one answer was given, or the event was dealt with.
pub(super) async fn replay(root: &Path, event: &Path, console: &Console) -> Result<bool, Box<dyn Error>> {
    let project = Project::open(root)?;
    let options = ReplayOptions { root: project.root().to_owned(), function: None, shop: None };
    let mut text = Vec::new();
    let verdict = replay_event(event, &options, &mut text, |line| console.note(line)).await?;
    console.print(String::from_utf8_lossy(&text).trim_end());
    Ok(verdict.answered_once())
}
