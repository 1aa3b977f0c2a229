//! A task: an image's entrypoint as a process.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use http_body_util::Empty;
use tokio::process::Command;
use tokio::time::{Instant, sleep};

use super::Image;
use crate::emulator::FreePort;
use crate::process::Group;

/// What a task gets besides its image.
#[derive(Debug)]
pub struct TaskSettings {
    /// Further variables.
    pub environment: BTreeMap<String, String>,
    /// For scratch files and the log.
    pub folder: PathBuf,
}

/// A running process; killed when dropped.
#[derive(Debug)]
pub struct Task {
    group: Group,
    address: SocketAddr,
}

/// Why a task does not run.
#[derive(Debug, thiserror::Error)]
pub enum TaskError {
    /// It could not be started.
    #[error("the task could not be started: {0}")]
    Start(#[from] std::io::Error),
    /// It ended.
    #[error("the task ended before it was healthy")]
    Ended,
    /// It did not become healthy in time.
    #[error("the task did not answer {0} with 200 in time")]
    Unhealthy(String),
}

impl Task {
    /// Starts the image's entrypoint.
    #[allow(clippy::unused_async, reason = "the interface of the whole implementation")]
    pub async fn start(image: &Image, settings: TaskSettings) -> Result<Self, TaskError> {
        let port = FreePort::find()?.0;
        std::fs::create_dir_all(&settings.folder)?;
        let log = std::fs::File::create(settings.folder.join("task.log"))?;
        let program = image.config.entrypoint.first().map(String::as_str).unwrap_or_default();
        let mut command = Command::new(image.folder.join("root").join(program.trim_start_matches('/')));
        command
            .args(image.config.entrypoint.iter().skip(1))
            .env_clear()
            .envs(&image.config.environment)
            .envs(&settings.environment)
            .env("HOST", "127.0.0.1")
            .env("PORT", port.to_string())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        Ok(Self { group: Group::spawn(&mut command)?, address: ([127, 0, 0, 1], port).into() })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until GET `path` answers 200, the process ends, or the time is over.
    pub async fn healthy(&mut self, path: &str, within: Duration) -> Result<(), TaskError> {
        let deadline = Instant::now() + within;
        let tls = http_stack::client_config(None).map_err(|_| TaskError::Unhealthy(path.to_owned()))?;
        let client: http_stack::Client<Empty<bytes::Bytes>> = http_stack::client(&tls);
        while Instant::now() < deadline {
            if let Ok(uri) = format!("http://{}{path}", self.address).parse()
                && let Ok(answer) = client.get(uri).await
                && answer.status() == 200
            {
                return Ok(());
            }
            if self.group.leader().try_wait()?.is_some() {
                return Err(TaskError::Ended);
            }
            sleep(Duration::from_millis(20)).await;
        }
        Err(TaskError::Unhealthy(path.to_owned()))
    }

    /// Asks the process to end, and then ends it.
    pub async fn stop(mut self) {
        self.group.end(Duration::from_secs(2)).await;
    }
}
