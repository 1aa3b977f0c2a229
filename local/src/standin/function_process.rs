//! One process of a function, started with the environment that Lambda gives.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use rustix::process::{Pid, Resource, Rlimit, prlimit};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

use super::process_usage::Usage;
use super::{FunctionSettings, StandinError};

/// A running process of a function. Dropping it kills it.
#[derive(Debug)]
pub struct FunctionProcess {
    child: Child,
    pid: u32,
    started: Instant,
    log: Arc<Mutex<Vec<u8>>>,
    readers: Vec<JoinHandle<()>>,
}

impl FunctionProcess {
    /// Starts the function's binary; it polls the Runtime API at `runtime_api` (host and port). What it prints is added
    /// to `log`.
    pub fn start(
        settings: &FunctionSettings,
        runtime_api: &str,
        log: Arc<Mutex<Vec<u8>>>,
    ) -> Result<Self, StandinError> {
        let binary = &settings.binary;
        let failed = |source| StandinError::Start { binary: binary.clone(), source };
        let mut command = Command::new(binary);
        command
            .args(&settings.arguments)
            .env_clear()
            .envs(lambda_environment(settings, runtime_api))
            .envs(&settings.environment)
            .current_dir(binary.parent().unwrap_or(Path::new("/")))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let started = Instant::now();
        let mut child = command.spawn().map_err(failed)?;
        let pid = child.id().ok_or_else(|| failed(std::io::Error::other("it ended at once")))?;
        let mut readers = Vec::new();
        if let Some(output) = child.stdout.take() {
            readers.push(tokio::spawn(collect(output, Arc::clone(&log))));
        }
        if let Some(output) = child.stderr.take() {
            readers.push(tokio::spawn(collect(output, Arc::clone(&log))));
        }
        Ok(Self { child, pid, started, log, readers })
    }

    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// When it was started.
    #[must_use]
    pub fn started(&self) -> Instant {
        self.started
    }

    /// What it has used until now; nothing when it has ended.
    #[must_use]
    pub fn usage(&self) -> Option<Usage> {
        Usage::of(self.pid)
    }

    /// Holds it to so much memory: what it allocates beyond is refused, whereupon Rust aborts. What counts is the private
    /// memory that it may write to, in use or not, as near to Lambda's limit as a process can be held without a group of its own.
    pub(super) fn limit_memory(&self, megabytes: u32) -> Result<(), StandinError> {
        let bytes = Some(u64::from(megabytes) << 20);
        // The id is the one of a child that has not been waited for: it is nobody else's.
        let pid = i32::try_from(self.pid).ok().and_then(Pid::from_raw);
        prlimit(pid, Resource::Data, Rlimit { current: bytes, maximum: bytes })
            .map(drop)
            .map_err(|error| StandinError::Limit { megabytes, source: error.into() })
    }

    /// Kills it, if it has not ended.
    pub(super) fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.child.start_kill();
    }

    /// Waits until it ends by itself.
    pub async fn ended(&mut self) -> Option<ExitStatus> {
        self.child.wait().await.ok()
    }

    /// Kills it and waits until its whole log has been read.
    pub async fn stop(mut self) -> String {
        // It may have ended by itself.
        let _ = self.child.kill().await;
        for reader in std::mem::take(&mut self.readers) {
            let _ = reader.await;
        }
        String::from_utf8_lossy(&self.log.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

/// The variables of <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>, as an OS-only runtime
/// gets them.
fn lambda_environment(settings: &FunctionSettings, runtime_api: &str) -> BTreeMap<&'static str, String> {
    let name = &settings.name;
    let task_root = settings.binary.parent().map(|folder| folder.display().to_string()).unwrap_or_default();
    let mut variables = BTreeMap::from([
        ("AWS_ACCESS_KEY_ID", settings.credentials.access_key_id.clone()),
        ("AWS_DEFAULT_REGION", settings.region.clone()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", settings.memory_megabytes.to_string()),
        ("AWS_LAMBDA_FUNCTION_NAME", name.clone()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
        ("AWS_LAMBDA_LOG_FORMAT", "JSON".to_owned()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{name}")),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "2026/01/01/[$LATEST]00000000000000000000000000000000".to_owned()),
        ("AWS_LAMBDA_RUNTIME_API", runtime_api.to_owned()),
        ("AWS_REGION", settings.region.clone()),
        ("AWS_SECRET_ACCESS_KEY", settings.credentials.secret_access_key.clone()),
        ("LAMBDA_RUNTIME_DIR", task_root.clone()),
        ("LAMBDA_TASK_ROOT", task_root),
        ("LANG", "en_US.UTF-8".to_owned()),
        ("PATH", "/usr/local/bin:/usr/bin:/bin:/opt/bin".to_owned()),
        ("TZ", ":UTC".to_owned()),
        ("_HANDLER", "bootstrap".to_owned()),
    ]);
    if let Some(token) = &settings.credentials.session_token {
        variables.insert("AWS_SESSION_TOKEN", token.clone());
    }
    variables
}

async fn collect(mut output: impl AsyncRead + Unpin, log: Arc<Mutex<Vec<u8>>>) {
    let mut buffer = vec![0; 8192];
    while let Ok(count @ 1..) = output.read(&mut buffer).await {
        log.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&buffer[..count]);
    }
}
