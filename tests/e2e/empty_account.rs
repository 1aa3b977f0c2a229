//! `launchway up --empty`: what it prints is all that the tools need.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use launchway::project::Project;
use serde_json::Value;

use crate::run::{launchway, left_running, root};

/// `launchway up`, which is not left running when the test fails. What it has started ends with it.
struct Up(Child);

impl Drop for Up {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn an_empty_account_is_spoken_to_by_the_lines_that_it_prints() {
    let mut up = Up(launchway(&["up", "--empty"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
    let mut output = BufReader::new(up.0.stdout.take().unwrap());
    let mut exports = String::new();
    let mut line = String::new();
    while !line.contains("Ctrl-C") {
        line.clear();
        assert_ne!(output.read_line(&mut line).unwrap(), 0, "it ended: {exports}");
        if line.trim_start().starts_with("export ") {
            exports.push_str(&line);
        }
    }
    let python = Project::open(root()).unwrap().aws_python().unwrap();
    // Nothing else tells the command line where the account is: no other variable, no file of the operator's.
    let home = tempfile::tempdir().unwrap();
    let listed = Command::new("sh")
        .args(["-c", &format!("{exports}exec \"$0\" -m awscli cloudformation list-stacks --output json")])
        .arg(python)
        .env_clear()
        .env("HOME", home.path())
        .output()
        .unwrap();
    assert!(listed.status.success(), "{exports}{}", String::from_utf8_lossy(&listed.stderr));
    let stacks: Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert_eq!(stacks["StackSummaries"], Value::Array(Vec::new()));

    let interrupted = Command::new("kill").args(["-INT", &up.0.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    output.read_to_end(&mut Vec::new()).unwrap();
    let process = up.0.id();
    up.0.wait().unwrap();
    assert_eq!(left_running(process), Vec::<String>::new());
}
