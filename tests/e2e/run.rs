//! Starting `launchway` and looking at what it left.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// The checkout's folder.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The command line's program, built by `make e2e` beforehand in the folder that this test's program lies in.
pub(crate) fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let program = test.parent().unwrap().parent().unwrap().join("launchway");
    assert!(program.is_file(), "{} is missing: run `make e2e`", program.display());
    program
}

/// A command that starts `launchway` in the checkout.
pub(crate) fn launchway(arguments: &[&str]) -> Command {
    let mut command = Command::new(program());
    command.current_dir(root()).args(arguments);
    command
}

/// What a finished `launchway` printed, for the message of a failed assertion.
pub(crate) fn printed(output: &Output) -> String {
    format!(
        "exit code {:?}\n{}\n{}",
        output.status.code(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// The content of a run's `run.json`.
pub(crate) fn report(folder: &Path) -> Value {
    let path = folder.join("run.json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap()
}

/// Processes that a run of the local system with this process id has started and not ended.
pub(crate) fn left_running(launchway: u32) -> Vec<String> {
    let marker = format!("LAUNCHWAY_RUN={launchway}-");
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    processes
        .filter(|process| process.file_name().to_string_lossy().chars().all(|c| c.is_ascii_digit()))
        .filter(|process| {
            let environment = std::fs::read(process.path().join("environ")).unwrap_or_default();
            environment.split(|byte| *byte == 0).any(|variable| variable.starts_with(marker.as_bytes()))
        })
        .map(|process| {
            let command = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&command).replace('\0', " ")
        })
        .collect()
}
