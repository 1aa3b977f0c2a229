//! The phases of a build in their order, and what a failed one means for the next.

use std::borrow::Cow;

use jiff::Timestamp;
use tokio::time::Instant;

use super::buildspec::{OnFailure, Phase, Phases};
use super::log::Log;
use super::shell::{CommandEnd, Shell};
use super::{BuildError, BuildStatus, PhaseRecord};

/// Runs the commands of all phases. Returns their records, and whether the artifacts are to be uploaded: CodeBuild
/// tries that whenever it got as far as `POST_BUILD`.
pub(super) async fn run<F: Fn(&str)>(
    phases: &Phases,
    shell: &mut Shell,
    deadline: Instant,
    log: &mut Log<F>,
) -> Result<(Vec<PhaseRecord>, bool), BuildError> {
    let mut records = Vec::new();
    for (name, phase) in [
        ("INSTALL", &phases.install),
        ("PRE_BUILD", &phases.pre_build),
        ("BUILD", &phases.build),
        ("POST_BUILD", &phases.post_build),
    ] {
        let started = Timestamp::now();
        log.say(&format!("Entering phase {name}"))?;
        let result = match phase {
            Some(phase) => run_phase(phase, shell, deadline, log).await?,
            None => Ok(()),
        };
        let (status, message) = match result {
            Ok(()) => (BuildStatus::Succeeded, None),
            Err((status, message)) => (status, Some(message)),
        };
        let state = if status == BuildStatus::Succeeded { "SUCCEEDED" } else { "FAILED" };
        log.say(&format!("Phase complete: {name} State: {state}"))?;
        if let Some(message) = &message {
            log.say(&format!("Phase context status code: {message}"))?;
        }
        records.push(PhaseRecord { name, status, started, ended: Timestamp::now(), message });
        let goes_on = match (status, phase.as_ref().and_then(|phase| phase.on_failure)) {
            (BuildStatus::Succeeded, _) | (BuildStatus::Failed, Some(OnFailure::Continue)) => true,
            (BuildStatus::TimedOut, _) | (BuildStatus::Failed, Some(OnFailure::Abort)) => false,
            (BuildStatus::Failed, None) => matches!(name, "BUILD" | "POST_BUILD"),
        };
        if !goes_on {
            return Ok((records, false));
        }
        if status == BuildStatus::Failed {
            shell.run("export CODEBUILD_BUILD_SUCCEEDING=0", deadline, log).await?;
        }
    }
    Ok((records, true))
}

/// Runs a phase's commands up to the first that fails, then its `finally` commands whatever happened.
async fn run_phase<F: Fn(&str)>(
    phase: &Phase,
    shell: &mut Shell,
    deadline: Instant,
    log: &mut Log<F>,
) -> Result<Result<(), (BuildStatus, String)>, BuildError> {
    if let Some(versions) = &phase.runtime_versions {
        let names: Vec<&str> = versions.keys().map(String::as_str).collect();
        log.say(&format!("runtime-versions of {} are ignored: this machine's tools are used", names.join(", ")))?;
    }
    let mut result = run_commands(&phase.commands, shell, deadline, log).await?;
    if !matches!(result, Err((BuildStatus::TimedOut, _))) {
        result = result.and(run_commands(&phase.finally, shell, deadline, log).await?);
    }
    Ok(result)
}

async fn run_commands<F: Fn(&str)>(
    commands: &[String],
    shell: &mut Shell,
    deadline: Instant,
    log: &mut Log<F>,
) -> Result<Result<(), (BuildStatus, String)>, BuildError> {
    for text in commands {
        let command = shown(text);
        log.say(&format!("Running command {command}"))?;
        match shell.run(text, deadline, log).await? {
            CommandEnd::Exited(0) => {}
            CommandEnd::Exited(status) => {
                let reason = format!("Error while executing command: {command}. Reason: exit status {status}");
                log.say(&format!("Command did not exit successfully {command} exit status {status}"))?;
                return Ok(Err((BuildStatus::Failed, format!("COMMAND_EXECUTION_ERROR: {reason}"))));
            }
            CommandEnd::TimedOut => {
                let reason = format!("Build has timed out while executing command: {command}");
                return Ok(Err((BuildStatus::TimedOut, format!("BUILD_TIMED_OUT: {reason}"))));
            }
        }
    }
    Ok(Ok(()))
}

/// A command on one line.
fn shown(command: &str) -> Cow<'_, str> {
    match command.trim().split_once('\n') {
        None => command.trim().into(),
        Some((first, rest)) => format!("{first} (and {} more lines)", rest.lines().count()).into(),
    }
}
