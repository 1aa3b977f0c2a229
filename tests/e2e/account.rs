//! An account of the local AWS of its own, without a run around it.

use std::path::Path;
use std::time::Duration;

use launchway::emulator::{Emulator, REGISTERED_LIST};
use launchway::engine::Clock;
use launchway::process::kill_marked;
use launchway::project::Project;
use launchway::run::{self, AccountSettings, RunContext};
use serde_json::Value;
use tokio::process::Command;

use crate::run::root;

/// A guard against a stack that never ends; nothing is measured by it.
pub(crate) const PATIENCE: Duration = Duration::from_mins(5);

/// The engine and the emulator, IAM enforced, as `launchway` starts them.
pub(crate) struct Account {
    pub(crate) project: Project,
    pub(crate) context: RunContext,
    pub(crate) inner: run::Account,
}

impl Account {
    /// Starts an empty account.
    pub(crate) async fn open() -> Self {
        let project = Project::open(root()).unwrap();
        let context = RunContext::create(&project).unwrap();
        let settings = AccountSettings {
            clock: Clock::default(),
            instances: Vec::new(),
            services: Vec::new(),
            slack_api_url: "http://127.0.0.1:9",
        };
        let inner = run::Account::open(&project, &context, settings).await.unwrap();
        Self { project, context, inner }
    }

    /// The account's files.
    pub(crate) fn folder(&self) -> &Path {
        self.context.folder()
    }

    /// The emulator's process.
    pub(crate) fn emulator(&self) -> &Emulator {
        self.inner.emulator()
    }

    /// Runs the AWS command line as the account's root; what it says when it fails.
    pub(crate) async fn aws(&self, arguments: &[&str]) -> Result<Value, String> {
        let output = Command::new(self.project.aws_python().unwrap())
            // Given here as well, because for SQS the command line takes an old address of its own before the variable's.
            .args(["-m", "awscli", "--output", "json", "--endpoint-url", &self.emulator().url()])
            .args(arguments)
            .env_clear()
            .envs(self.access())
            .output()
            .await
            .unwrap();
        if output.status.success() {
            return Ok(serde_json::from_slice(&output.stdout).unwrap_or_default());
        }
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// What the tools in Python need to speak to the account as its root.
    fn access(&self) -> [(&'static str, String); 6] {
        let root = self.emulator().root();
        [
            ("AWS_ENDPOINT_URL", self.emulator().url()),
            ("AWS_DEFAULT_REGION", "us-east-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", root.access_key_id.clone()),
            ("AWS_SECRET_ACCESS_KEY", root.secret_access_key.clone()),
            // Without a HOME they still find the operator's by the user's entry in the system.
            ("AWS_CONFIG_FILE", "/dev/null".to_owned()),
            ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null".to_owned()),
        ]
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

    /// Deletes a stack, and what was uploaded for it, as a person does it.
    pub(crate) async fn sam_delete(&self, stack: &str) {
        let output = Command::new(self.project.sam_tools().unwrap().join("sam"))
            .args(["delete", "--no-prompts", "--region", "us-east-1", "--stack-name", stack])
            // Not the checkout, whose samconfig.toml has a stack's name as well.
            .current_dir(self.folder())
            .env_clear()
            .env("HOME", self.folder())
            .env("SAM_CLI_TELEMETRY", "0")
            .envs(self.access())
            .output()
            .await
            .unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{printed}{}", String::from_utf8_lossy(&output.stderr));
        assert!(printed.contains("Deleted successfully"), "{printed}");
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

    /// Ends everything that the account started, once the emulator has passed over nothing of its stacks.
    pub(crate) async fn close(self) {
        let log = std::fs::read_to_string(self.folder().join("emulator.log")).unwrap();
        for passed_over in ["no-op placeholder", "Rules: skipping rule"] {
            assert!(!log.contains(passed_over), "{log}");
        }
        self.inner.close().await;
        assert_eq!(kill_marked(self.context.id()).await, Vec::<i32>::new());
        std::fs::remove_dir_all(self.context.folder()).unwrap();
    }
}

/// The lines of the list of what was registered: change and type.
pub(crate) fn registrations(folder: &Path) -> Vec<String> {
    let list = std::fs::read_to_string(folder.join(REGISTERED_LIST)).unwrap();
    let lines = list.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.map(|line| format!("{} {}", line["change"].as_str().unwrap(), line["type"].as_str().unwrap())).collect()
}
