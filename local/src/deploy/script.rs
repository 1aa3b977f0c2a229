//! One lifecycle script as a process.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::File;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use super::appspec::Script;
use crate::process::{Followed, Group, Lines};

/// The system's error for a file that is executable but no program: a script without its first line `#!`.
const NOT_A_PROGRAM: i32 = 8;

/// Where and how a script runs.
#[derive(Debug)]
pub(super) struct Surroundings<'a> {
    /// The unpacked revision.
    pub(super) revision: &'a Path,
    /// Where the agent starts scripts. It is not the revision, so a script that relies on it fails as it would on an
    /// instance.
    pub(super) folder: &'a Path,
    /// The log that scripts append to.
    pub(super) log: &'a Path,
    /// The whole environment.
    pub(super) environment: &'a BTreeMap<String, OsString>,
}

/// How a script ended, in the agent's terms.
#[derive(Debug)]
pub(super) enum ScriptEnd {
    Exited(i32),
    Missing,
    NotExecutable(std::io::Error),
    TimedOut,
}

/// Runs a script until it ends by itself or its time is over. It may leave processes behind, also with its output open.
pub(super) async fn run(
    script: &Script,
    surroundings: &Surroundings<'_>,
    on_line: impl FnMut(&str),
) -> std::io::Result<ScriptEnd> {
    let path = surroundings.revision.join(&script.path);
    let Ok(metadata) = path.metadata() else { return Ok(ScriptEnd::Missing) };
    if metadata.permissions().mode() & 0o111 == 0 {
        let executable = PermissionsExt::from_mode(metadata.permissions().mode() | 0o755);
        if let Err(error) = std::fs::set_permissions(&path, executable) {
            return Ok(ScriptEnd::NotExecutable(error));
        }
    }
    let mut lines = Lines::follow(surroundings.log)?;
    let started = match start(Command::new(&path), surroundings).await {
        Err(error) if error.raw_os_error() == Some(NOT_A_PROGRAM) => {
            let mut shell = Command::new("/bin/sh");
            shell.arg(&path);
            start(shell, surroundings).await
        }
        started => started,
    };
    let mut group = match started {
        Ok(group) => group,
        Err(error) => return Ok(ScriptEnd::NotExecutable(error)),
    };
    let mut on_line = on_line;
    let limit = Duration::from_secs(script.timeout);
    let followed = lines.until_ended(&mut group, limit, &mut on_line).await?;
    lines.finish(on_line)?;
    Ok(match followed {
        Followed::Exited(status) => {
            ScriptEnd::Exited(status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1))
        }
        Followed::TimedOut => ScriptEnd::TimedOut,
    })
}

async fn start(mut command: Command, surroundings: &Surroundings<'_>) -> std::io::Result<Group> {
    let log = File::options().append(true).open(surroundings.log)?;
    command
        .current_dir(surroundings.folder)
        .env_clear()
        .envs(surroundings.environment)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log);
    Group::spawn(&mut command).await
}
