//! A function as Lambda runs it: a process that is started when there is none, gets one event at a time and is killed
//! at the deadline.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::process_usage::Usage;
use super::runtime_api::{Delivery, Mark, Reply, RuntimeApi};
use super::{Credentials, FunctionProcess, StandinError};

/// Lambda's limit of the initialisation.
const INIT_LIMIT: Duration = Duration::from_secs(10);

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
    /// Its memory, in MB. It is told to the process and not enforced.
    pub memory_megabytes: u32,
    /// How long one event may take.
    pub timeout: Duration,
    /// The credentials of the function's role.
    pub credentials: Credentials,
    /// The function's own variables. Nothing of this process's environment is handed on.
    pub environment: BTreeMap<String, String>,
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
    /// The process ended before it answered.
    Crashed(String),
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
}

enum Waited {
    Reply(Reply),
    Ended(Option<ExitStatus>),
    Late,
}

impl Function {
    /// Sets the function up. The process is started by the first event.
    pub async fn new(settings: FunctionSettings) -> Result<Self, StandinError> {
        let arn = format!("arn:aws:lambda:{}:111111111111:function:{}", settings.region, settings.name);
        let api = RuntimeApi::start(&arn).await?;
        Ok(Self { settings, api, process: None, log: Arc::default() })
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
            () = tokio::time::sleep(INIT_LIMIT) => Some(late_start()),
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
        let sent = Instant::now();
        let mut process = match self.process.take() {
            Some(process) => process,
            None => self.start_process()?,
        };
        let delivery = self.api.send(Bytes::copy_from_slice(event), self.settings.timeout);
        let request_id = delivery.request_id.clone();
        let outcome = self.wait(&mut process, delivery).await;
        let usage = process.usage();
        match outcome {
            Outcome::Succeeded(_) | Outcome::Failed(_) => self.process = Some(process),
            // Lambda throws the environment away; the next event starts another.
            Outcome::TimedOut(_) | Outcome::Crashed(_) | Outcome::InitFailed(_) => drop(process.stop().await),
        }
        Ok(Invocation { request_id, outcome, duration: sent.elapsed(), usage })
    }

    /// Ends the process, as Lambda does between two events when it likes. The next event starts another.
    pub async fn recycle(&mut self) {
        if let Some(process) = self.process.take() {
            drop(process.stop().await);
        }
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
        Ok(process)
    }

    async fn wait(&self, process: &mut FunctionProcess, delivery: Delivery) -> Outcome {
        let Delivery { taken, reply, .. } = delivery;
        let deadline = tokio::select! {
            biased;
            Ok(deadline) = taken => deadline,
            status = process.ended() => return Outcome::InitFailed(self.not_started(status).await),
            () = tokio::time::sleep(INIT_LIMIT) => return Outcome::InitFailed(late_start()),
        };
        let waited = tokio::select! {
            biased;
            Ok(reply) = reply => Waited::Reply(reply),
            status = process.ended() => Waited::Ended(status),
            () = tokio::time::sleep_until(deadline) => Waited::Late,
        };
        match waited {
            Waited::Reply(Reply::Answered(body)) => Outcome::Succeeded(text(&body)),
            Waited::Reply(Reply::Failed(body)) => Outcome::Failed(text(&body)),
            Waited::Ended(status) => Outcome::Crashed(ended_text(status)),
            Waited::Late => {
                Outcome::TimedOut(format!("Task timed out after {:.2} seconds", self.settings.timeout.as_secs_f64()))
            }
        }
    }

    async fn not_started(&self, status: Option<ExitStatus>) -> String {
        match self.api.take_init_error().await {
            Some(error) => text(&error),
            None => ended_text(status),
        }
    }
}

fn late_start() -> String {
    format!("no event was asked for within {} seconds", INIT_LIMIT.as_secs())
}

fn text(body: &[u8]) -> String {
    String::from_utf8_lossy(body).into_owned()
}

fn ended_text(status: Option<ExitStatus>) -> String {
    let status = status.map_or_else(|| "unknown".to_owned(), |status| status.to_string());
    format!("Runtime exited before it answered: {status}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(binary: &str, script: &str) -> FunctionSettings {
        FunctionSettings {
            binary: binary.into(),
            arguments: vec!["-c".to_owned(), script.to_owned()],
            name: "f".to_owned(),
            region: "us-east-1".to_owned(),
            memory_megabytes: 128,
            timeout: Duration::from_mins(1),
            credentials: Credentials::session("ASIAEXAMPLE", "secret", "token"),
            environment: BTreeMap::from([("OWN".to_owned(), "1".to_owned())]),
        }
    }

    #[tokio::test]
    async fn a_process_that_ends_before_it_asks_for_an_event_failed_to_start() {
        let mut function = Function::new(settings("/bin/sh", "echo about to end; exit 3")).await.unwrap();
        let outcome = function.invoke(b"{}").await.unwrap().outcome;
        assert_eq!(outcome, Outcome::InitFailed("Runtime exited before it answered: exit status: 3".to_owned()));
        assert_eq!(function.stop().await, "about to end\n");
    }

    #[tokio::test]
    async fn the_environment_is_lambdas_and_the_functions_own() {
        let mut function = Function::new(settings("/bin/sh", "env | cut -d= -f1 | sort")).await.unwrap();
        let error = function.ready().await.unwrap_err().to_string();
        assert!(error.contains("exit status: 0") && error.contains("_HANDLER"), "{error}");
        function.invoke(b"{}").await.unwrap();
        let log = function.stop().await;
        let names: Vec<&str> = log.lines().collect();
        for name in ["AWS_LAMBDA_RUNTIME_API", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_SESSION_TOKEN", "OWN", "_HANDLER"] {
            assert!(names.contains(&name), "{name} is missing in {log}");
        }
        for name in ["HOME", "CARGO", "CARGO_MANIFEST_DIR", "USER"] {
            assert!(!names.contains(&name), "{name} is in {log}");
        }
    }

    #[tokio::test]
    async fn a_binary_that_is_not_there_is_an_error_with_its_name() {
        let mut function = Function::new(settings("/nowhere/bootstrap", "")).await.unwrap();
        let error = function.invoke(b"{}").await.unwrap_err().to_string();
        assert!(error.contains("/nowhere/bootstrap"), "{error}");
    }
}
