//! An account of the local AWS of its own, without a run around it.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use launchway::emulator::{Emulator, EmulatorSettings};
use launchway::engine::{Clock, EmulatorAccess, Engine, EngineConfig};
use launchway::project::Project;
use serde_json::Value;
use tokio::process::Command;

use crate::run::root;

/// A guard against a stack that never ends; nothing is measured by it.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

/// The engine and the emulator, IAM enforced.
pub(crate) struct Account {
    project: Project,
    pub(crate) engine: Engine,
    pub(crate) emulator: Emulator,
}

impl Account {
    /// Starts an empty account, whose files lie in the folder.
    pub(crate) async fn open(folder: &Path) -> Self {
        let project = Project::open(root()).unwrap();
        let engine = Engine::start(EngineConfig {
            clock: Clock::default(),
            source_poll_interval: Duration::from_millis(200),
            work_dir: folder.join("engine"),
            cache_dir: folder.join("cache"),
            build_environment: BTreeMap::new(),
            images: folder.join("images"),
            instances: Vec::new(),
            services: Vec::new(),
        })
        .await
        .unwrap();
        let marker = ("LAUNCHWAY_TEST", "stacks");
        let settings = EmulatorSettings {
            engine_url: &engine.url(),
            work_dir: folder,
            marker,
            slack_api_url: "http://127.0.0.1:9",
        };
        let emulator = Emulator::start(&project, settings).await.unwrap();
        let access = EmulatorAccess {
            endpoint: emulator.url(),
            role_session_url: emulator.role_session_url(),
            root: emulator.root().clone(),
        };
        engine.connect(&access).unwrap();
        Self { project, engine, emulator }
    }

    /// Runs the AWS command line as the account's root; what it says when it fails.
    pub(crate) async fn aws(&self, arguments: &[&str]) -> Result<Value, String> {
        let output = Command::new(self.project.aws_python().unwrap())
            // Given here as well, because for SQS the command line takes an old address of its own before the variable's.
            .args(["-m", "awscli", "--output", "json", "--endpoint-url", &self.emulator.url()])
            .args(arguments)
            .env_clear()
            .env("AWS_ENDPOINT_URL", self.emulator.url())
            .env("AWS_DEFAULT_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", &self.emulator.root().access_key_id)
            .env("AWS_SECRET_ACCESS_KEY", &self.emulator.root().secret_access_key)
            .output()
            .await
            .unwrap();
        if output.status.success() {
            return Ok(serde_json::from_slice(&output.stdout).unwrap_or_default());
        }
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// Deletes every version of every object of a bucket.
    pub(crate) async fn empty(&self, bucket: &str) {
        let listed = self.aws(&["s3api", "list-object-versions", "--bucket", bucket]).await.unwrap();
        for kind in ["Versions", "DeleteMarkers"] {
            for object in listed[kind].as_array().into_iter().flatten() {
                let (key, id) = (object["Key"].as_str().unwrap(), object["VersionId"].as_str().unwrap());
                let delete = ["s3api", "delete-object", "--bucket", bucket, "--key", key, "--version-id", id];
                self.aws(&delete).await.unwrap();
            }
        }
    }

    /// Deletes a stack and waits until it is gone.
    pub(crate) async fn delete_stack(&self, stack: &str) {
        self.aws(&["cloudformation", "delete-stack", "--stack-name", stack]).await.unwrap();
        let gone = async {
            while let Ok(described) = self.aws(&["cloudformation", "describe-stacks", "--stack-name", stack]).await {
                let status = &described["Stacks"][0]["StackStatus"];
                assert_ne!(status, "DELETE_FAILED", "{described}");
            }
        };
        tokio::time::timeout(PATIENCE, gone).await.unwrap();
    }

    /// Ends everything that the account started.
    pub(crate) async fn close(self) {
        self.emulator.stop().await;
        self.engine.shutdown().await;
    }
}

/// The lines of the list of what was registered: change and type.
pub(crate) fn registered(folder: &Path) -> Vec<String> {
    let list = std::fs::read_to_string(folder.join("registered.jsonl")).unwrap();
    let lines = list.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.map(|line| format!("{} {}", line["change"].as_str().unwrap(), line["type"].as_str().unwrap())).collect()
}
