//! Tasks whose programs are small scripts.

use super::*;
use crate::containers::image::{ImageConfig, ROOT};
use crate::process::Marker;

/// A program that answers every request with the status in `STATUS`. Python is what the checkout needs anyway.
const SERVER: &str = r#"#!/usr/bin/env python3
import http.server, os, socketserver
class Server(http.server.HTTPServer):
    # Its own also asks who 127.0.0.1 is, which takes as long as the machine's resolver does.
    server_bind = socketserver.TCPServer.server_bind
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(int(os.environ["STATUS"]) if self.path == "/health" else 404)
        self.end_headers()
    def log_message(self, *_):
        pass
server = Server((os.environ["HOST"], int(os.environ["PORT"])), Handler)
print("listening", flush=True)
server.serve_forever()
"#;

/// More than any test needs; a test that waits for it is a failed one.
const PATIENCE: Duration = Duration::from_mins(5);

struct Case {
    folder: tempfile::TempDir,
    marker: Marker,
    config: ImageConfig,
}

impl Case {
    fn new(program: &str) -> Self {
        let case = Self {
            folder: tempfile::tempdir().unwrap(),
            marker: Marker::new("LAUNCHWAY_TEST", &uuid::Uuid::new_v4().to_string()),
            config: ImageConfig {
                working_dir: "/srv".into(),
                entrypoint: vec!["/bin/program".into()],
                environment: [("STATUS".to_owned(), "200".to_owned())].into(),
                ..ImageConfig::default()
            },
        };
        case.file("bin/program", program, 0o755);
        case.file("srv/data", "data", 0o644);
        case
    }

    fn file(&self, name: &str, content: &str, mode: u32) {
        let path = self.folder.path().join("image").join(ROOT).join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    }

    async fn start(&self, environment: &[(&str, &str)]) -> Result<Task, TaskError> {
        let image = Image::write(self.folder.path().join("image"), self.config.clone()).unwrap();
        let mut environment: BTreeMap<String, String> =
            environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        environment.insert(self.marker.name().to_owned(), self.marker.value().to_owned());
        Task::start(&image, TaskSettings { environment, folder: self.folder.path().join("task") }).await
    }
}

/// Waits until a task has written something.
async fn written(log: &Path) {
    let looking = async {
        while std::fs::read(log).unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, looking).await.expect("the task writes nothing");
}

#[tokio::test]
async fn a_task_is_healthy_when_it_answers_200() {
    let case = Case::new(SERVER);
    let mut task = case.start(&[]).await.unwrap();
    task.healthy("/health", PATIENCE).await.unwrap();
    // One try at least ends, however short the time.
    for (within, told) in [(Duration::from_millis(500), "0.5"), (Duration::ZERO, "0")] {
        let error = task.healthy("/other", within).await.unwrap_err().to_string();
        let told = format!("GET /other did not answer 200 within {told} s, the last time it was: status 404");
        assert!(error.contains(&told), "{error}");
    }
    task.stop().await;
    assert!(case.marker.processes().is_empty());
}

#[tokio::test]
async fn what_is_not_healthy_is_told_with_the_log() {
    for (program, environment, expected) in [
        (SERVER, &[("STATUS", "503")][..], "the last time it was: status 503"),
        ("#!/bin/sh\necho waiting; exec sleep 1000", &[], "refused"),
    ] {
        let case = Case::new(program);
        let mut task = case.start(environment).await.unwrap();
        // The time is over once the task is known to be far enough to be judged.
        written(task.log()).await;
        let error = task.healthy("/health", Duration::from_secs(1)).await.unwrap_err().to_string();
        let line = if program == SERVER { "listening" } else { "waiting" };
        assert!(error.contains(expected) && error.contains(&format!("ends with:\n{line}")), "{error}");
    }
}

#[tokio::test]
async fn the_end_of_a_task_is_told_with_its_status_and_its_log() {
    for (program, expected) in [
        ("#!/bin/sh\necho 'no database' >&2; exit 3", "Essential container in task exited: exit status: 3"),
        ("#!/bin/sh\necho 'no database'; kill -9 $$", "Essential container in task exited: signal: 9"),
    ] {
        let case = Case::new(program);
        let mut task = case.start(&[]).await.unwrap();
        let error = task.healthy("/health", PATIENCE).await.unwrap_err().to_string();
        assert!(error.contains(expected) && error.ends_with("task.log ends with:\nno database"), "{error}");
    }
}

#[tokio::test]
async fn a_task_sees_what_its_container_would() {
    let mut case = Case::new("#!/bin/sh\ncat data\necho; echo \"$1 $2 $3\"; env; echo changed >data; exit 0");
    case.config.command = vec!["/srv/data".into(), "/none".into(), "plain".into()];
    case.config.environment.extend([("DATA", "/srv"), ("LEVEL", "image")].map(|(n, v)| (n.into(), v.into())));
    let mut task = case.start(&[("LEVEL", "task"), ("HOST", "0.0.0.0"), ("GIVEN", "/srv")]).await.unwrap();
    task.healthy("/health", PATIENCE).await.unwrap_err();
    let log = std::fs::read_to_string(task.log()).unwrap();
    let root = case.folder.path().join("task/root");
    let srv = root.join("srv");
    for expected in [
        "data".to_owned(),
        format!("{} /none plain", srv.join("data").display()),
        format!("DATA={}", srv.display()),
        "LEVEL=task".to_owned(),
        "GIVEN=/srv".to_owned(),
        "HOST=127.0.0.1".to_owned(),
        format!("PORT={}", task.address().port()),
        format!("PATH={PATH}"),
    ] {
        assert!(log.lines().any(|line| line == expected), "{expected}: {log}");
    }
    assert!(!log.contains("CARGO_MANIFEST_DIR"), "nothing of the operator's");
    let image = case.folder.path().join("image").join(ROOT).join("srv/data");
    assert_eq!(std::fs::read_to_string(image).unwrap(), "data", "the image stays as it is");
}

#[tokio::test]
async fn programs_are_those_of_the_image() {
    for (entrypoint, found) in [
        (&["/bin/program"][..], true),
        (&["../bin/program"], false),
        (&["./local"], true),
        (&["tools/local"], false),
        (&["program"], true),
        (&["sh", "-c", "true"], false),
        (&["/bin/sh"], false),
        (&["/srv/data"], false),
        (&["/bin"], false),
        (&[], false),
    ] {
        let mut case = Case::new("#!/bin/sh\nexit 0\n");
        case.file("srv/local", "#!/bin/sh\nexit 0\n", 0o755);
        case.config.entrypoint = entrypoint.iter().map(|word| (*word).to_owned()).collect();
        let started = case.start(&[]).await;
        let problem = started.as_ref().err().map(ToString::to_string).unwrap_or_default();
        assert_eq!(started.is_ok(), found, "{entrypoint:?} {problem}");
        assert!(found || problem.contains("is no program in the image") || problem.contains("names no ENTRYPOINT"));
    }
}

#[tokio::test]
async fn a_task_ends_with_all_it_started() {
    let script = "#!/bin/sh\nsleep 1000 & echo ready; wait";
    for stop in [true, false] {
        let case = Case::new(script);
        let task = case.start(&[]).await.unwrap();
        written(task.log()).await;
        assert!(!case.marker.processes().is_empty());
        if stop {
            task.stop().await;
        } else {
            drop(task);
        }
        // Killed processes take a moment to vanish; nothing has to be signalled any more.
        assert!(case.marker.end_processes(PATIENCE).await.is_empty());
    }
}
