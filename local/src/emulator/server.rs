//! The emulator's process: MiniStack with the launcher's additions.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use super::RootCredentials;
use crate::port::ReservedPort;
use crate::project::{Project, ProjectError};

/// The services that the template and the functions use; the emulator refuses the others.
const SERVICES: &str =
    "appconfig,cloudformation,dynamodb,ecr,ecs,events,iam,kms,lambda,logs,monitoring,s3,secretsmanager,sns,sqs,sts";

/// The list of the resources that are registered alone, in the run's folder.
pub const REGISTERED_LIST: &str = "registered.jsonl";

/// What roles of the stack asked IAM for, in the run's folder: a JSON object a line, as `calls.py` says.
pub const CALLS_LIST: &str = "calls.jsonl";

/// How long the emulator may take to listen. It takes two seconds on an idle machine, and its end is seen at once: this is a
/// guard against a hang.
const START_LIMIT: Duration = Duration::from_mins(5);

/// What a run decides about its emulator.
#[derive(Debug)]
pub struct EmulatorSettings<'a> {
    /// Where the engine serves CodePipeline, CodeDeploy and CodeBuild.
    pub engine_url: &'a str,
    /// Files of this run.
    pub work_dir: &'a Path,
    /// The name and value that mark every process of this run.
    pub marker: (&'a str, &'a str),
    /// Where the functions find Slack's API: they inherit the emulator's environment, and on AWS do without this variable.
    pub slack_api_url: &'a str,
}

/// A running emulator. It ends with the value, and also when this process dies.
#[derive(Debug)]
pub struct Emulator {
    child: Child,
    port: ReservedPort,
    role_session_port: ReservedPort,
    root: RootCredentials,
    log: PathBuf,
}

/// Why the emulator does not run.
#[derive(Debug, thiserror::Error)]
pub enum EmulatorError {
    /// The tools are missing.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// A file, a port or a process could not be had.
    #[error("the AWS emulator could not be started: {0}")]
    Start(#[from] std::io::Error),
    /// The process ended before it listened.
    #[error("the AWS emulator ended with {status} before it listened; its log {log} ends with:\n{tail}")]
    Ended {
        /// How the process ended.
        status: std::process::ExitStatus,
        /// The log file.
        log: PathBuf,
        /// The log's last lines.
        tail: String,
    },
    /// The process did not listen in time.
    #[error("the AWS emulator did not listen within {} s; its log {log} ends with:\n{tail}", START_LIMIT.as_secs())]
    Slow {
        /// The log file.
        log: PathBuf,
        /// The log's last lines.
        tail: String,
    },
}

impl Emulator {
    /// Starts the emulator and waits until it listens.
    pub async fn start(project: &Project, settings: EmulatorSettings<'_>) -> Result<Self, EmulatorError> {
        let python = project.emulator_python()?;
        let schemas = project.resource_schemas()?;
        let port = ReservedPort::take()?;
        let role_session_port = ReservedPort::take()?;
        let root = RootCredentials::random();
        let scratch = settings.work_dir.join("emulator");
        std::fs::create_dir_all(&scratch)?;
        let log = settings.work_dir.join("emulator.log");
        let out = std::fs::File::create(&log)?;

        let mut command = Command::new(python);
        // The functions inherit the emulator's environment, so it holds nothing of the operator's.
        command.env_clear();
        for (name, value) in [
            ("PATH", "/usr/local/bin:/usr/bin:/bin"),
            ("PYTHONUNBUFFERED", "1"),
            ("PYTHONDONTWRITEBYTECODE", "1"),
            ("BIND_HOST", "127.0.0.1"),
            ("MINISTACK_HOST", "127.0.0.1"),
            ("MINISTACK_ACCOUNT_ID", "123456789012"),
            ("MINISTACK_REGION", "us-east-1"),
            ("SERVICES", SERVICES),
            ("AUTH", "true"),
            // Fixed ports that a second run would collide with.
            ("IOT_MTLS_ENABLED", "0"),
            ("SFTP_ENABLED", "0"),
            ("LOG_LEVEL", "INFO"),
            ("LAUNCHWAY_ENGINE", settings.engine_url),
            ("SLACK_API_URL", settings.slack_api_url),
            settings.marker,
        ] {
            command.env(name, value);
        }
        command
            .arg(project.launcher())
            .env("HOME", &scratch)
            .env("TMPDIR", &scratch)
            .env("S3_DATA_DIR", scratch.join("s3"))
            .env("GATEWAY_PORT", port.number().to_string())
            .env("AWS_ENDPOINT_URL", port.url())
            .env("LAUNCHWAY_SCHEMAS", schemas)
            .env("LAUNCHWAY_REGISTERED", settings.work_dir.join(REGISTERED_LIST))
            .env("LAUNCHWAY_CALLS", settings.work_dir.join(CALLS_LIST))
            .env("LAUNCHWAY_ROLE_SESSION_PORT", role_session_port.number().to_string())
            .env("AWS_ACCESS_KEY_ID", &root.access_key_id)
            .env("AWS_SECRET_ACCESS_KEY", &root.secret_access_key)
            .stdin(Stdio::piped())
            .stdout(out.try_clone()?)
            .stderr(out)
            // Ctrl-C reaches this process alone, which then ends the others in order.
            .process_group(0)
            .kill_on_drop(true);
        let child = command.spawn()?;
        let mut emulator = Self { child, port, role_session_port, root, log };
        emulator.wait_until_it_listens().await?;
        Ok(emulator)
    }

    /// The endpoint of every AWS service.
    #[must_use]
    pub fn url(&self) -> String {
        self.port.url()
    }

    /// Where sessions of roles are handed out to the engine.
    #[must_use]
    pub fn role_session_url(&self) -> String {
        self.role_session_port.url()
    }

    /// The account's root credentials.
    #[must_use]
    pub fn root(&self) -> &RootCredentials {
        &self.root
    }

    /// Ends the emulator and the functions it runs.
    pub async fn stop(mut self) {
        if let Some(mut stdin) = self.child.stdin.take() {
            // Closing its standard input asks it to end; an error means that it has.
            let _ = stdin.shutdown().await;
        }
        if tokio::time::timeout(Duration::from_secs(5), self.child.wait()).await.is_err() {
            let _ = self.child.kill().await;
        }
    }

    async fn wait_until_it_listens(&mut self) -> Result<(), EmulatorError> {
        let started = tokio::time::Instant::now();
        loop {
            if TcpStream::connect(self.port.address()).await.is_ok() {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                return Err(EmulatorError::Ended { status, log: self.log.clone(), tail: tail(&self.log) });
            }
            if started.elapsed() > START_LIMIT {
                return Err(EmulatorError::Slow { log: self.log.clone(), tail: tail(&self.log) });
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// The last lines of a log, for an error message.
pub(crate) fn tail(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(15)..].join("\n")
}
