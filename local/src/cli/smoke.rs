//! `launchway smoke`.
use std::error::Error;
use super::arguments::SmokeCommand;
use crate::console::Console;
pub(super) async fn smoke(_command: SmokeCommand, _console: &Console) -> Result<bool, Box<dyn Error>> {
    Err("pending".into())
}
