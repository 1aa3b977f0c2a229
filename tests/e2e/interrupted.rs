//! Ctrl-C ends a run and everything it started.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::run::{launchway, left_running};

#[test]
fn ctrl_c_leaves_nothing_running() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = launchway(&["run", "--releases", "good", "--output", folder.path().to_str().unwrap()])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut seen = Vec::new();
    for line in lines {
        seen.push(line.unwrap());
        // By the time staging is deployed to, every kind of process is there: emulator, engine's children, the shop.
        if seen.last().is_some_and(|line| line.contains("Staging") && line.contains("Deploy") && line.contains('✓')) {
            break;
        }
    }
    assert!(!left_running(child.id()).is_empty(), "the run had started nothing: {seen:?}");
    let interrupted = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    let process = child.id();
    let status = child.wait().unwrap();
    assert_ne!(status.code(), Some(0), "an interrupted run does not succeed");
    assert_eq!(left_running(process), Vec::<String>::new());
}
