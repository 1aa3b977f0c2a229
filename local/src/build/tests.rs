//! Whole builds, with small shell commands for compilers.

mod reported;
mod secrets;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::archive::{pack, unpack};
use crate::emulator::client::RoleSession;
use crate::process::Marker;

struct Case {
    folder: tempfile::TempDir,
    request: BuildRequest,
}

struct Result {
    outcome: BuildOutcome,
    /// What the commands wrote: the log without CodeBuild's own lines.
    written: Vec<String>,
    /// CodeBuild's own lines.
    said: Vec<String>,
}

impl Case {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let project = Project::from_properties(&json!({
            "ServiceRole": "arn:aws:iam::123456789012:role/build",
            "Artifacts": {"Type": "CODEPIPELINE"},
            "Source": {"Type": "CODEPIPELINE"},
            "Environment": {
                "Type": "LINUX_CONTAINER", "ComputeType": "BUILD_GENERAL1_SMALL", "Image": "aws/codebuild/standard:7.0",
                "EnvironmentVariables": [{"Name": "LEVEL", "Value": "project"}, {"Name": "PROJECT", "Value": "yes"}],
            },
        }))
        .unwrap();
        let request = BuildRequest {
            project,
            build_id: format!("shop:{}", Uuid::new_v4()),
            source_zip: folder.path().join("source.zip"),
            resolved_source_version: "v1".into(),
            environment: BTreeMap::from([("LEVEL".into(), "action".into())]),
            work_dir: folder.path().join("work"),
            cache_dir: folder.path().join("cache"),
            access: Access {
                session: RoleSession {
                    access_key_id: "ASIATEST".into(),
                    secret_access_key: "the-secret-key".into(),
                    session_token: "the-session-token".into(),
                    expires: jiff::Timestamp::MAX,
                },
                endpoint: "http://127.0.0.1:1".into(),
            },
            images: folder.path().join("images"),
        };
        let case = Self { folder, request };
        case.sources(files);
        case
    }

    fn sources(&self, files: &[(&str, &str)]) {
        let mut packed = BTreeMap::new();
        for (name, content) in files {
            let path = self.folder.path().join("files").join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, content).unwrap();
            packed.insert((*name).to_owned(), path);
        }
        pack(&packed, &self.request.source_zip).unwrap();
    }

    fn buildspec(rest: &str) -> Self {
        Self::new(&[("buildspec.yml", &format!("version: 0.2\n{rest}")), ("file.txt", "content")])
    }

    async fn run(&self) -> Result {
        let lines = Mutex::new(Vec::new());
        let outcome = run(self.request.clone(), |line| lines.lock().unwrap().push(line.to_owned())).await.unwrap();
        let lines = lines.into_inner().unwrap();
        let log = std::fs::read_to_string(&outcome.log).unwrap();
        assert_eq!(lines, log.lines().collect::<Vec<_>>(), "every line is handed over once");
        let (said, written) = lines.into_iter().partition(|line| line.starts_with("[Container] "));
        Result { outcome, written, said }
    }
}

fn phases(outcome: &BuildOutcome) -> Vec<String> {
    outcome.phases.iter().map(|phase| format!("{} {}", phase.name, phase.status)).collect()
}

#[tokio::test]
async fn commands_share_one_shell() {
    for shell in ["/bin/sh", "bash"] {
        for (commands, expected) in [
            (json!(["A=1", "echo $A", "export B=2", "echo $B", "sh -c 'echo $A/$B'"]), &["1", "2", "/2"][..]),
            (json!(["mkdir -p x", "cd x", "pwd | sed 's:.*/::'", "cd ..", "cat file.txt; echo"]), &["x", "content"]),
            (json!(["f() { echo called; }", "f"]), &["called"]),
            (json!(["echo one\necho two"]), &["one", "two"]),
            (json!(["if true; then\n  echo inside\nfi\n"]), &["inside"]),
            (json!(["cat", "echo after"]), &["after"]),
            (json!(["printf unfinished", "echo next"]), &["unfinished", "next"]),
            (json!(["echo \"'$1 #\" out; echo err >&2"]), &["' # out", "err"]),
            (json!(["export KEPT=1", "exit 0", "echo $KEPT"]), &["1"]),
            (json!(["export KEPT=\"a 'b'\nc\"; cd /", "exec true", "echo \"$KEPT\"; pwd"]), &["a 'b'", "c", "/"]),
            (json!(["set -e", "false || echo handled"]), &["handled"]),
        ] {
            // JSON is YAML.
            let case =
                Case::buildspec(&format!("env: {{shell: {shell}}}\nphases: {{build: {{commands: {commands}}}}}"));
            let result = case.run().await;
            assert_eq!(result.outcome.status, BuildStatus::Succeeded, "{shell} {commands}: {:?}", result.said);
            let written: Vec<&str> =
                result.written.iter().map(String::as_str).filter(|line| !line.is_empty()).collect();
            assert_eq!(written, expected, "{shell} {commands}");
        }
    }
}

#[tokio::test]
async fn the_first_failure_decides_what_still_runs() {
    for (buildspec, expected_phases, expected_lines) in [
        (
            "phases: {build: {commands: [echo a, exit 3, echo b]}, post_build: {commands: ['echo $CODEBUILD_BUILD_SUCCEEDING']}}",
            "INSTALL SUCCEEDED, PRE_BUILD SUCCEEDED, BUILD FAILED, POST_BUILD SUCCEEDED, UPLOAD_ARTIFACTS SUCCEEDED",
            &["a", "0"][..],
        ),
        (
            "phases: {install: {commands: ['false']}, build: {commands: [echo b]}, post_build: {commands: [echo p]}}",
            "INSTALL FAILED",
            &[],
        ),
        (
            "phases: {pre_build: {commands: ['false'], finally: [echo f, echo g]}, build: {commands: [echo b]}}",
            "INSTALL SUCCEEDED, PRE_BUILD FAILED",
            &["f", "g"],
        ),
        (
            "phases: {build: {commands: [echo b], finally: ['false', echo g]}}",
            "INSTALL SUCCEEDED, PRE_BUILD SUCCEEDED, BUILD FAILED, POST_BUILD SUCCEEDED, UPLOAD_ARTIFACTS SUCCEEDED",
            &["b"],
        ),
        (
            "phases: {build: {on-failure: ABORT, commands: ['false']}, post_build: {commands: [echo p]}}",
            "INSTALL SUCCEEDED, PRE_BUILD SUCCEEDED, BUILD FAILED",
            &[],
        ),
        (
            "phases: {install: {on-failure: CONTINUE, commands: ['false']}, build: {commands: ['echo $CODEBUILD_BUILD_SUCCEEDING']}}",
            "INSTALL FAILED, PRE_BUILD SUCCEEDED, BUILD SUCCEEDED, POST_BUILD SUCCEEDED, UPLOAD_ARTIFACTS SUCCEEDED",
            &["0"],
        ),
        (
            "phases: {build: {commands: [set -e, 'false', echo b]}, post_build: {commands: [echo p]}}",
            "INSTALL SUCCEEDED, PRE_BUILD SUCCEEDED, BUILD FAILED, POST_BUILD SUCCEEDED, UPLOAD_ARTIFACTS SUCCEEDED",
            &["p"],
        ),
        (
            "phases: {build: {commands: [kill -9 $$]}, post_build: {commands: [echo p]}}",
            "INSTALL SUCCEEDED, PRE_BUILD SUCCEEDED, BUILD FAILED, POST_BUILD SUCCEEDED, UPLOAD_ARTIFACTS SUCCEEDED",
            &["p"],
        ),
    ] {
        let result = Case::buildspec(buildspec).run().await;
        assert_eq!(result.outcome.status, BuildStatus::Failed, "{buildspec}");
        assert_eq!(phases(&result.outcome).join(", "), format!("DOWNLOAD_SOURCE SUCCEEDED, {expected_phases}"));
        assert_eq!(result.written, expected_lines, "{buildspec}");
    }
}

#[tokio::test]
async fn a_failure_is_told_as_codebuild_tells_it() {
    for (files, expected_phase, expected) in [
        (
            &[("buildspec.yml", "version: 0.2\nphases: {build: {commands: [exit 3]}}")][..],
            "BUILD",
            "COMMAND_EXECUTION_ERROR: Error while executing command: exit 3. Reason: exit status 3",
        ),
        (
            &[("buildspec.yml", "version: 0.2\nphases: {build: {commands: [no-such-program]}}")],
            "BUILD",
            "no-such-program. Reason: exit status 127",
        ),
        (&[("buildspec.yml", "version: 0.2\nphases: {build: {commands: [kill -9 $$]}}")], "BUILD", "exit status 137"),
        (&[("other", "")], "DOWNLOAD_SOURCE", "YAML_FILE_ERROR: buildspec.yml: No such file"),
        (
            &[("buildspec.yml", "version: 0.2\nphases: {biuld: {}}")],
            "DOWNLOAD_SOURCE",
            "YAML_FILE_ERROR: buildspec.yml: ",
        ),
        (
            &[("buildspec.yml", "version: 0.2\nphases: {}\nartifacts: {files: ['*.zip']}")],
            "UPLOAD_ARTIFACTS",
            "CLIENT_ERROR: no matching artifact paths found",
        ),
    ] {
        let result = Case::new(files).run().await;
        let (phase, message) = result.outcome.failure().unwrap();
        assert_eq!(phase, expected_phase);
        assert!(message.contains(expected), "{message}");
        assert!(result.said.iter().any(|line| line.contains(message)), "{:?}", result.said);
        assert_eq!(result.outcome.status, BuildStatus::Failed);
    }
    let case = Case::buildspec("phases: {}");
    std::fs::write(&case.request.source_zip, "not a zip").unwrap();
    assert_eq!(case.run().await.outcome.failure().unwrap().0, "DOWNLOAD_SOURCE");
}

#[tokio::test]
async fn the_environment_is_codebuilds_and_nothing_of_the_operators() {
    let mut case = Case::buildspec(
        "env: {variables: {LEVEL: spec, PROJECT: spec, SPEC: spec, AWS_REGION: eu-west-1}, exported-variables: [LATER, UNSET]}
phases: {build: {commands: [env, export LATER=now]}}",
    );
    case.request.environment.insert("CODEBUILD_INITIATOR".into(), "codepipeline/shop".into());
    let result = case.run().await;
    let environment: BTreeMap<&str, &str> = result.written.iter().filter_map(|line| line.split_once('=')).collect();
    let id = case.request.build_id.as_str();
    let arn = format!("arn:aws:codebuild:eu-west-1:123456789012:build/{id}");
    for (name, expected) in [
        ("LEVEL", "action"),
        ("PROJECT", "yes"),
        ("SPEC", "spec"),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
        ("CODEBUILD_BUILD_ID", id),
        ("CODEBUILD_BUILD_ARN", &arn),
        ("CODEBUILD_INITIATOR", "codepipeline/shop"),
        ("CODEBUILD_BUILD_NUMBER", "1"),
        ("CODEBUILD_RESOLVED_SOURCE_VERSION", "v1"),
        ("CODEBUILD_BUILD_SUCCEEDING", "1"),
        ("CODEBUILD_BUILD_IMAGE", "aws/codebuild/standard:7.0"),
        ("CODEBUILD_SRC_DIR", environment["PWD"]),
        ("CARGO_TARGET_DIR", case.request.cache_dir.join("slot-1/cargo-target").to_str().unwrap()),
    ] {
        assert_eq!(environment.get(name), Some(&expected), "{name}");
    }
    assert!(environment.contains_key("PATH"));
    // The test runner's own variables stand for what an operator has set.
    assert!(!environment.contains_key("CARGO_MANIFEST_DIR") && !environment.contains_key("RUST_BACKTRACE"));
    let exported = BTreeMap::from([("LATER".to_owned(), "now".to_owned()), ("UNSET".to_owned(), String::new())]);
    assert_eq!(result.outcome.exported_variables, exported);
}

#[tokio::test]
async fn artifacts_are_packed_by_identifier() {
    let case = Case::buildspec(
        "phases:
  build:
    commands:
      - mkdir -p bundle/bin
      - printf '#!/bin/sh\\n' >bundle/bin/shop; chmod 755 bundle/bin/shop
      - echo report >report.xml
artifacts:
  files: ['**/*']
  base-directory: bundle
  secondary-artifacts: {Report: {files: [report.xml]}}
",
    );
    let result = case.run().await;
    assert_eq!(result.outcome.status, BuildStatus::Succeeded, "{:?}", result.said);
    let unpacked = |identifier: &str| -> PathBuf {
        let folder = case.folder.path().join(identifier);
        unpack(&result.outcome.artifacts[identifier], &folder).unwrap();
        folder
    };
    let mode = std::os::unix::fs::PermissionsExt::mode;
    assert_eq!(mode(&unpacked(PRIMARY_ARTIFACT).join("bin/shop").metadata().unwrap().permissions()) & 0o777, 0o755);
    assert_eq!(std::fs::read(unpacked("Report").join("report.xml")).unwrap(), b"report\n");
    assert_eq!(result.outcome.artifacts.len(), 2);
}

#[tokio::test]
async fn a_build_of_the_same_sources_has_the_same_folder_with_the_sources_put_right() {
    let mut case =
        Case::buildspec("phases: {build: {commands: [pwd; cat file.txt; echo; ls, echo evil >file.txt; touch left]}}");
    let first = case.run().await.written;
    case.request.build_id = format!("shop:{}", Uuid::new_v4());
    let second = case.run().await.written;
    assert_eq!(first[..2], second[..2]);
    assert_eq!(second[1], "content");
    assert!(!first.contains(&"left".to_owned()) && second.contains(&"left".to_owned()));
}

/// Cargo compares times alone, and archives may date every file alike: the program of one revision has been taken for
/// that of the next.
#[tokio::test]
async fn cargo_compiles_what_the_next_revision_changes() {
    let mut case = Case::buildspec("phases: {}");
    for (revision, content) in [("good", "good"), ("bad", "bad "), ("good again", "good"), ("the same", "good")] {
        case.sources(&[
            (
                "buildspec.yml",
                "version: 0.2\nphases: {build: {commands: [cargo build -q --offline, $CARGO_TARGET_DIR/debug/shop]}}",
            ),
            ("Cargo.toml", "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n"),
            ("src/main.rs", &format!("fn main() {{ println!(\"{content}\"); }}")),
        ]);
        case.request.build_id = format!("shop:{}", Uuid::new_v4());
        let result = case.run().await;
        assert_eq!(result.written, [content], "{revision}: {:?}", result.said);
    }
}

#[tokio::test]
async fn a_build_that_takes_too_long_is_ended_with_all_it_started() {
    let mut case = Case::buildspec(
        "phases: {build: {commands: [\"trap '' TERM; setsid sleep 1000 & sleep 1000\"], finally: [echo f]}, post_build: {commands: [echo p]}}",
    );
    case.request.project.timeout = Duration::from_millis(300);
    let result = case.run().await;
    assert_eq!(result.outcome.status, BuildStatus::TimedOut);
    assert_eq!(result.outcome.failure().unwrap().0, "BUILD");
    assert!(result.outcome.failure().unwrap().1.starts_with("BUILD_TIMED_OUT: "));
    assert!(result.written.is_empty(), "{:?}", result.written);
    assert!(Marker::new("CODEBUILD_BUILD_ID", &case.request.build_id).processes().is_empty());
}

#[tokio::test]
async fn what_a_build_leaves_running_ends_with_it() {
    for command in ["sleep 1000 &", "setsid sleep 1000 &", "(sleep 1000; echo never) & echo", "exec sleep 0.01"] {
        let case = Case::buildspec(&format!("phases: {{build: {{commands: [{}]}}}}", json!(command)));
        let result = case.run().await;
        assert_eq!(result.outcome.status, BuildStatus::Succeeded, "{command}");
        assert!(Marker::new("CODEBUILD_BUILD_ID", &case.request.build_id).processes().is_empty(), "{command}");
    }
}

#[tokio::test]
async fn a_build_that_nobody_waits_for_is_ended() {
    let case = Case::buildspec("phases: {build: {commands: [echo ready; sleep 1000]}}");
    let marker = Marker::new("CODEBUILD_BUILD_ID", &case.request.build_id);
    let (ready, is_ready) = tokio::sync::oneshot::channel();
    let ready = Mutex::new(Some(ready));
    let build = tokio::spawn(run(case.request.clone(), move |line| {
        if line == "ready"
            && let Some(ready) = ready.lock().unwrap().take()
        {
            ready.send(()).unwrap();
        }
    }));
    is_ready.await.unwrap();
    assert!(!marker.processes().is_empty());
    build.abort();
    assert!(build.await.unwrap_err().is_cancelled());
    // Killed processes take a moment to vanish; nothing has to be signalled any more.
    assert!(marker.end_processes(Duration::from_secs(10)).await.is_empty());
}

#[tokio::test]
async fn what_is_ignored_is_said() {
    let case = Case::buildspec(
        "phases: {install: {runtime-versions: {rust: 1.94, nodejs: 22}}}\ncache: {paths: ['/root/.cargo/**/*']}",
    );
    let said = case.run().await.said.join("\n");
    assert!(said.contains("runtime-versions of nodejs, rust are ignored"), "{said}");
    assert!(said.contains("cache is ignored"), "{said}");
    assert!(Path::new(&case.request.work_dir).join("builds").is_dir());
}
