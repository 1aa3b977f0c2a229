//! The one shell of a build: what a command sets, the next one sees.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{ChildStdin, ChildStdout, Command};
use tokio::time::Instant;

use super::BuildError;
use super::buildspec::ShellName;
use super::log::Log;
use crate::process::Group;

/// Sources the command files named on its standard input, one a line, and answers each with its exit status. Commands
/// read nothing and write to the log. After each, exported variables and the folder are saved for the next shell.
const DRIVER: &str = r#"launchway_log=$1 launchway_state=$2 launchway_folder=$3
shift 3
if [ -f "$launchway_state" ]; then . "$launchway_state"; fi
while IFS= read -r launchway_command; do
    . "$launchway_command" </dev/null >>"$launchway_log" 2>&1
    launchway_status=$?
    export -p >"$launchway_state"
    pwd >"$launchway_folder"
    printf '%s\n' "$launchway_status"
done
"#;

/// How often the log is looked at while a command runs.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// How long commands that ran out of time may take to end by themselves.
const GRACE: Duration = Duration::from_secs(2);

/// A shell that lives as long as the build, or is replaced when a command ends it (`exit`, `exec`, `set -e`); the new
/// one has the exported variables and the folder from before that command.
pub(super) struct Shell {
    program: ShellName,
    /// Command files and the saved state.
    files: PathBuf,
    /// Where commands run, until one of them changes it.
    folder: PathBuf,
    variables: BTreeMap<String, OsString>,
    running: Option<Running>,
    commands: usize,
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CommandEnd {
    /// With this exit status; a command that a signal ended has 128 and the signal's number, as in the shell.
    Exited(i32),
    /// Not in time. It was ended with everything in its process group.
    TimedOut,
}

struct Running {
    group: Group,
    commands: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Shell {
    /// A shell that starts with the first command, in `folder` and with `variables`; `files` is for its own use.
    pub(super) fn new(
        program: ShellName,
        files: PathBuf,
        folder: PathBuf,
        variables: BTreeMap<String, OsString>,
    ) -> Result<Self, BuildError> {
        std::fs::create_dir_all(&files).map_err(BuildError::file(&files))?;
        let driver = files.join("driver.sh");
        std::fs::write(&driver, DRIVER).map_err(BuildError::file(driver))?;
        Ok(Self { program, files, folder, variables, running: None, commands: 0 })
    }

    /// Runs a command, which may have many lines, until `deadline`.
    pub(super) async fn run<F: Fn(&str)>(
        &mut self,
        command: &str,
        deadline: Instant,
        log: &mut Log<F>,
    ) -> Result<CommandEnd, BuildError> {
        self.commands += 1;
        let file = self.files.join(format!("command-{}.sh", self.commands));
        std::fs::write(&file, format!("{command}\n")).map_err(BuildError::file(&file))?;
        let shell = self.program.program();
        let failed = |source| BuildError::Shell { shell, source };
        let mut running = match self.running.take() {
            Some(running) => running,
            None => self.start(log).await?,
        };
        running.commands.write_all(format!("{}\n", file.display()).as_bytes()).await.map_err(failed)?;

        let mut answers_open = true;
        let end = loop {
            let look = (Instant::now() + LOOK_EVERY).min(deadline);
            tokio::select! {
                biased;
                answer = running.answers.next_line(), if answers_open => match answer.map_err(failed)? {
                    Some(status) => break CommandEnd::Exited(status.trim().parse().unwrap_or(1)),
                    // The shell is ending, or a command took its place.
                    None => answers_open = false,
                },
                status = running.group.wait() => break CommandEnd::Exited(shell_status(status.map_err(failed)?)),
                () = tokio::time::sleep_until(look) => {
                    log.hand_over()?;
                    if Instant::now() >= deadline {
                        running.group.end(GRACE).await;
                        break CommandEnd::TimedOut;
                    }
                }
            }
        };
        if answers_open && end != CommandEnd::TimedOut && running.group.leader().id().is_some() {
            self.running = Some(running);
        }
        log.hand_over()?;
        Ok(end)
    }

    /// The value that a variable has in the shell now; empty when it is not set.
    pub(super) async fn value<F: Fn(&str)>(
        &mut self,
        name: &str,
        deadline: Instant,
        log: &mut Log<F>,
    ) -> Result<String, BuildError> {
        self.run(&format!("printf '%s' \"${{{name}-}}\" >\"$launchway_state.value\""), deadline, log).await?;
        let file = self.files.join("state.value");
        let value = std::fs::read(&file).map_err(BuildError::file(&file))?;
        Ok(String::from_utf8_lossy(&value).into_owned())
    }

    async fn start<F: Fn(&str)>(&self, log: &Log<F>) -> Result<Running, BuildError> {
        let saved_folder = self.files.join("folder");
        let folder = match std::fs::read_to_string(&saved_folder) {
            Ok(saved) => PathBuf::from(saved.trim_end_matches('\n')),
            Err(_) => self.folder.clone(),
        };
        let shell = self.program.program();
        let failed = |source| BuildError::Shell { shell, source };
        let mut group = Group::spawn(
            Command::new(shell)
                .arg(self.files.join("driver.sh"))
                .arg(log.output())
                .arg(self.files.join("state"))
                .arg(saved_folder)
                .current_dir(if folder.is_dir() { &folder } else { &self.folder })
                .env_clear()
                .envs(&self.variables)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(log.handle()?),
        )
        .await
        .map_err(failed)?;
        let leader = group.leader();
        let (Some(commands), Some(answers)) = (leader.stdin.take(), leader.stdout.take()) else {
            return Err(failed(std::io::ErrorKind::BrokenPipe.into()));
        };
        Ok(Running { group, commands, answers: BufReader::new(answers).lines() })
    }
}

impl ShellName {
    fn program(self) -> &'static str {
        match self {
            Self::Sh => "/bin/sh",
            Self::Bash => "/bin/bash",
        }
    }
}

fn shell_status(status: ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt;

    status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1)
}
