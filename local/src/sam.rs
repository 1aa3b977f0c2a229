//! The SAM CLI: builds the functions and deploys the template, as it does for AWS.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use crate::console::Console;
use crate::emulator::{Emulator, tail};
use crate::process::{FileLock, RUN_MARKER, forget_cargo, inherited};
use crate::project::{Project, ProjectError};
use crate::run::{REGION, RunContext};

/// How often a run that waits for another's build looks whether it has ended.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// Why building or deploying failed.
#[derive(Debug, thiserror::Error)]
pub enum SamError {
    /// The tools are missing.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// The command could not be started.
    #[error("`sam {command}` could not be started: {source}")]
    Start {
        /// The subcommand.
        command: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// The command failed.
    #[error("`sam {command}` failed with {status}; its log is {log}:\n{reason}")]
    Failed {
        /// The subcommand.
        command: &'static str,
        /// How the process ended.
        status: std::process::ExitStatus,
        /// The log file.
        log: PathBuf,
        /// Which resources failed and why, or the log's last lines.
        reason: String,
    },
}

/// Builds the template's functions with the development profile, whose artifacts are shared with the tests, and
/// returns the built template.
pub async fn build(
    project: &Project,
    context: &RunContext,
    template: &Path,
    console: &Console,
) -> Result<PathBuf, SamError> {
    let build_dir = context.folder().join("build");
    let _alone = alone(project, console).await.map_err(|source| SamError::Start { command: "build", source })?;
    let mut command = sam(project, context)?;
    command.arg("build").arg("--template-file").arg(template).arg("--build-dir").arg(&build_dir);
    // Without optimisation, and with the machine's own linker: what differs from a deployment to AWS.
    command.env("SAM_BUILD_MODE", "debug").env("CARGO_LAMBDA_COMPILER", "cargo");
    finish("build", command, &context.folder().join("sam-build.log")).await?;
    Ok(build_dir.join("template.yaml"))
}

/// Deploys a built template to the emulator by a configuration of samconfig.toml; `arguments` are what the configuration
/// leaves to the command line.
pub async fn deploy(
    project: &Project,
    context: &RunContext,
    emulator: &Emulator,
    built: &Path,
    configuration: &str,
    arguments: &[String],
) -> Result<(), SamError> {
    let mut command = sam(project, context)?;
    command.arg("deploy").arg("--template-file").arg(built);
    command.arg("--config-file").arg(project.samconfig()).args(["--config-env", configuration]);
    command.arg("--no-confirm-changeset").args(arguments);
    command
        .env("AWS_ENDPOINT_URL", emulator.url())
        .env("AWS_DEFAULT_REGION", REGION)
        .env("AWS_ACCESS_KEY_ID", &emulator.root().access_key_id)
        .env("AWS_SECRET_ACCESS_KEY", &emulator.root().secret_access_key);
    finish("deploy", command, &context.folder().join("sam-deploy.log")).await
}

/// Waits until no other run of this checkout builds. cargo-lambda moves each program out of cargo's folder into another
/// that all builds share, under another one's hands.
async fn alone(project: &Project, console: &Console) -> std::io::Result<FileLock> {
    std::fs::create_dir_all(project.output())?;
    let path = project.output().join("sam-build.lock");
    let mut said = false;
    loop {
        if let Some(lock) = FileLock::try_take(&path)? {
            return Ok(lock);
        }
        if !said {
            console.note("Waiting for the sam build of another run of this checkout");
            said = true;
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

fn sam(project: &Project, context: &RunContext) -> Result<Command, SamError> {
    let tools = project.sam_tools()?;
    let own: Vec<_> = inherited(&["PATH"]).into_iter().map(|(_, path)| path).collect();
    let folders = own.iter().flat_map(std::env::split_paths);
    let path = std::env::join_paths(std::iter::once(tools.clone()).chain(folders)).unwrap_or_default();
    let mut command = Command::new(tools.join("sam"));
    command.current_dir(project.root()).env("PATH", path).env("SAM_CLI_TELEMETRY", "0");
    command.env(RUN_MARKER, context.id());
    // The operator's profiles and credentials have no place in a local deployment.
    for name in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION"] {
        command.env_remove(name);
    }
    command.env("AWS_CONFIG_FILE", "/dev/null").env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    forget_cargo(&mut command);
    // Its tables wrap at the terminal's width, which would tear the reasons of failures apart.
    command.env("COLUMNS", "400");
    Ok(command)
}

async fn finish(command_name: &'static str, mut command: Command, log: &Path) -> Result<(), SamError> {
    let start = |source| SamError::Start { command: command_name, source };
    let out = std::fs::File::create(log).map_err(start)?;
    let status = command
        .stdin(Stdio::null())
        .stdout(out.try_clone().map_err(start)?)
        .stderr(out)
        .process_group(0)
        .kill_on_drop(true)
        .status()
        .await
        .map_err(start)?;
    if status.success() {
        return Ok(());
    }
    Err(SamError::Failed { command: command_name, status, log: log.to_owned(), reason: reason(log) })
}

/// Which resources failed and why; where no resource did, the log's end.
fn reason(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let failed = |line: &&str| line.contains("CREATE_FAILED") || line.contains("UPDATE_FAILED");
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let failed: Vec<String> = text.lines().filter(failed).map(words).collect();
    if failed.is_empty() { tail(log) } else { failed.join("\n") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_build_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("template.yaml"), "").unwrap();
        let project = Project::open(folder.path()).unwrap();
        let console = Console::new();
        let first = alone(&project, &console).await.unwrap();
        let mut second = std::pin::pin!(alone(&project, &console));
        tokio::select! {
            biased;
            _ = &mut second => panic!("two builds at once"),
            () = tokio::time::sleep(LOOK_AGAIN * 2) => {}
        }
        drop(first);
        second.await.unwrap();
    }
}
