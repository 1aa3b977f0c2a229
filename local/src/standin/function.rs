//! A function as Lambda runs it: a process that is started when there is none, gets one event at a time and is killed
//! at the deadline.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use rustix::process::Signal;

use super::process_usage::Usage;
use super::runtime_api::{Delivery, Mark, Reply, RuntimeApi};
use super::{Credentials, FunctionProcess, StandinError};

/// Lambda's limit of the initialisation.
pub const INIT_LIMIT: Duration = Duration::from_secs(10);

/// What a function is started with.
#[derive(Debug, Clone)]
pub struct FunctionSettings {
    /// The program: the function's own binary, or an interpreter for the bench's peers.
    pub binary: PathBuf,
    /// Arguments of the program. A binary of ours takes none.
    pub arguments: Vec<String>,
    /// The function's name.
    pub name: String,
    /// Its region.
    pub region: String,
    /// Its memory, in MB. It is told to the process, and enforced when [`Function::limit_memory`] was called.
    pub memory_megabytes: u32,
    /// How long one event may take.
    pub timeout: Duration,
    /// How much later than its deadline the process is ended: nothing on Lambda. The function is not told.
    pub slack: Duration,
    /// How long the process may take until it asks for an event: [`INIT_LIMIT`] on Lambda.
    pub init_limit: Duration,
    /// The credentials of the function's role.
    pub credentials: Credentials,
    /// The function's own variables. Nothing of this process's environment is handed on.
    pub environment: BTreeMap<String, String>,
}

impl FunctionSettings {
    /// The function's ARN, without a version.
    #[must_use]
    pub fn arn(&self) -> String {
        format!("arn:aws:lambda:{}:111111111111:function:{}", self.region, self.name)
    }
}

/// How an invocation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The function returned this.
    Succeeded(String),
    /// The function returned an error: the JSON with `errorType` and `errorMessage`.
    Failed(String),
    /// The process was killed at its deadline; the text is Lambda's.
    TimedOut(String),
    /// The process ended before it answered: how, in Lambda's words, e.g. `exit status 1` or `signal: killed`.
    Crashed(String),
    /// The process wanted more than its memory and ended; how, as of a crash.
    OutOfMemory(String),
    /// The process could not start, or did not ask for an event in time.
    InitFailed(String),
}

/// One invocation.
#[derive(Debug, Clone)]
pub struct Invocation {
    /// The request id that the function was given.
    pub request_id: String,
    /// How it ended.
    pub outcome: Outcome,
    /// From the sending of the event to the end, with the start of the process when there was none.
    pub duration: Duration,
    /// What the process had used when the invocation ended; nothing when it was gone.
    pub usage: Option<Usage>,
}

/// A function, and its process while there is one.
#[derive(Debug)]
pub struct Function {
    settings: FunctionSettings,
    api: RuntimeApi,
    process: Option<FunctionProcess>,
    log: Arc<Mutex<Vec<u8>>>,
    memory_limited: bool,
}

enum Waited {
    Reply(Reply),
    Ended(Option<ExitStatus>),
    Late,
}

impl Function {
    /// Sets the function up. The process is started by the first event.
    pub async fn new(settings: FunctionSettings) -> Result<Self, StandinError> {
        let api = RuntimeApi::start(&settings.arn()).await?;
        Ok(Self { settings, api, process: None, log: Arc::default(), memory_limited: false })
    }

    /// Holds the processes that are started from now on to their memory. Without it, a debug build may take what it needs.
    pub fn limit_memory(&mut self) {
        self.memory_limited = true;
    }

    /// Starts the process when there is none, and waits until it asks for an event.
    pub async fn ready(&mut self) -> Result<(), StandinError> {
        let mut process = match self.process.take() {
            Some(process) => process,
            None => self.start_process()?,
        };
        let outcome = tokio::select! {
            biased;
            () = self.api.idle() => None,
            status = process.ended() => Some(self.not_started(status).await),
            () = tokio::time::sleep(self.settings.init_limit) => Some(self.late_start()),
        };
        match outcome {
            None => {
                self.process = Some(process);
                Ok(())
            }
            Some(reason) => Err(StandinError::NotReady { log: process.stop().await, reason }),
        }
    }

    /// Sends an event and waits for its end, at most the initialisation limit and the function's timeout.
    pub async fn invoke(&mut self, event: &[u8]) -> Result<Invocation, StandinError> {
        self.invoke_and_kill(event, std::future::pending()).await
    }

    /// The same, and the process is killed with SIGKILL as soon as `moment` has come, if it still works then.
    pub async fn invoke_and_kill(
        &mut self,
        event: &[u8],
        moment: impl Future<Output = ()>,
    ) -> Result<Invocation, StandinError> {
        self.invoke_as(uuid::Uuid::new_v4().to_string(), event, moment).await
    }

    async fn invoke_as(
        &mut self,
        request_id: String,
        event: &[u8],
        moment: impl Future<Output = ()>,
    ) -> Result<Invocation, StandinError> {
        let sent = Instant::now();
        let mut process = match self.process.take() {
            Some(process) => process,
            None => self.start_process()?,
        };
        let delivery = self.api.send_as(request_id, Bytes::copy_from_slice(event), self.settings.timeout);
        let request_id = delivery.request_id.clone();
        let killed = AtomicBool::new(false);
        let outcome = self.wait(&mut process, delivery, moment, &killed).await;
        let usage = process.usage();
        match outcome {
            // Whoever kills may come too late for this answer: the process is gone all the same.
            Outcome::Succeeded(_) | Outcome::Failed(_) if killed.load(Ordering::Relaxed) => drop(process.stop().await),
            Outcome::Succeeded(_) | Outcome::Failed(_) => self.process = Some(process),
            // Lambda throws the environment away; the next event starts another.
            Outcome::TimedOut(_) | Outcome::Crashed(_) | Outcome::OutOfMemory(_) | Outcome::InitFailed(_) => {
                drop(process.stop().await);
            }
        }
        Ok(Invocation { request_id, outcome, duration: sent.elapsed(), usage })
    }

    /// Sends an event again under the request id that it had, as Lambda does after an invocation that failed; the process
    /// is killed as soon as `moment` has come.
    pub async fn invoke_again_and_kill(
        &mut self,
        request_id: &str,
        event: &[u8],
        moment: impl Future<Output = ()>,
    ) -> Result<Invocation, StandinError> {
        self.invoke_as(request_id.to_owned(), event, moment).await
    }

    /// Ends the process, as Lambda does between two events when it likes. The next event starts another.
    pub async fn recycle(&mut self) {
        if let Some(process) = self.process.take() {
            drop(process.stop().await);
        }
    }

    /// What it was set up with.
    #[must_use]
    pub fn settings(&self) -> &FunctionSettings {
        &self.settings
    }

    /// The current process.
    #[must_use]
    pub fn process(&self) -> Option<&FunctionProcess> {
        self.process.as_ref()
    }

    /// The marks since the last call.
    #[must_use]
    pub fn take_marks(&self) -> Vec<Mark> {
        self.api.take_marks()
    }

    /// Ends the process and gives everything that its processes have printed.
    pub async fn stop(mut self) -> String {
        self.recycle().await;
        String::from_utf8_lossy(&self.log.lock().unwrap_or_else(std::sync::PoisonError::into_inner)).into_owned()
    }

    fn start_process(&self) -> Result<FunctionProcess, StandinError> {
        self.api.expect_process();
        let process = FunctionProcess::start(&self.settings, &self.api.address(), Arc::clone(&self.log))?;
        self.api.watch(process.pid());
        if self.memory_limited {
            process.limit_memory(self.settings.memory_megabytes)?;
        }
        Ok(process)
    }

    async fn wait(
        &self,
        process: &mut FunctionProcess,
        delivery: Delivery,
        moment: impl Future<Output = ()>,
        killed: &AtomicBool,
    ) -> Outcome {
        let Delivery { taken, reply, .. } = delivery;
        let deadline = tokio::select! {
            biased;
            Ok(deadline) = taken => deadline,
            status = process.ended() => return Outcome::InitFailed(self.not_started(status).await),
            () = tokio::time::sleep(self.settings.init_limit) => return Outcome::InitFailed(self.late_start()),
        };
        let waited = tokio::select! {
            biased;
            Ok(reply) = reply => Waited::Reply(reply),
            status = ended(process, moment, killed) => Waited::Ended(status),
            () = tokio::time::sleep_until(deadline + self.settings.slack) => Waited::Late,
        };
        match waited {
            Waited::Reply(Reply::Answered(body)) => Outcome::Succeeded(text(&body)),
            Waited::Reply(Reply::Failed(body)) => Outcome::Failed(text(&body)),
            Waited::Ended(status) if self.memory_limited && aborted(status) => Outcome::OutOfMemory(ending(status)),
            Waited::Ended(status) => Outcome::Crashed(ending(status)),
            Waited::Late => {
                Outcome::TimedOut(format!("Task timed out after {:.2} seconds", self.settings.timeout.as_secs_f64()))
            }
        }
    }

    fn late_start(&self) -> String {
        format!("no event was asked for within {} seconds", self.settings.init_limit.as_secs())
    }

    async fn not_started(&self, status: Option<ExitStatus>) -> String {
        match self.api.take_init_error().await {
            Some(error) => text(&error),
            None => ended_text(status),
        }
    }
}

/// Waits until the process ends, by itself or because it is killed when `moment` has come.
async fn ended(
    process: &mut FunctionProcess,
    moment: impl Future<Output = ()>,
    killed: &AtomicBool,
) -> Option<ExitStatus> {
    tokio::select! {
        status = process.ended() => return status,
        () = moment => {}
    }
    killed.store(true, Ordering::Relaxed);
    process.kill();
    process.ended().await
}

/// Whether a process aborted. Under a limit of its memory this is how Rust ends when an allocation is refused; where the
/// panic is the function's own, it unwinds.
fn aborted(status: Option<ExitStatus>) -> bool {
    status.and_then(|status| status.signal()) == Some(Signal::ABORT.as_raw())
}

fn text(body: &[u8]) -> String {
    String::from_utf8_lossy(body).into_owned()
}

fn ended_text(status: Option<ExitStatus>) -> String {
    let status = status.map_or_else(|| "unknown".to_owned(), |status| status.to_string());
    format!("Runtime exited before it answered: {status}")
}

/// How a process ended, as Lambda writes it.
fn ending(status: Option<ExitStatus>) -> String {
    let Some(status) = status else { return "unknown".to_owned() };
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit status {code}"),
        (None, Some(9)) => "signal: killed".to_owned(),
        (None, Some(6)) => "signal: aborted".to_owned(),
        (None, Some(11)) => "signal: segmentation fault".to_owned(),
        (None, Some(15)) => "signal: terminated".to_owned(),
        (None, signal) => format!("signal: {}", signal.unwrap_or_default()),
    }
}

#[cfg(test)]
#[path = "function_tests.rs"]
mod tests;
