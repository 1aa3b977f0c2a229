//! Finding and ending every process of a run, also those that left their parent's group.

use std::time::Duration;

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use tokio::time::Instant;

/// The variable that every process of a run carries; its value is the run's id.
pub const RUN_MARKER: &str = "LAUNCHWAY_RUN";

/// How often ended processes are looked for.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// How many looks in a row must find nothing. A process that just begins another program shows no environment for a moment.
const EMPTY_LOOKS: u32 = 3;

/// How long killed processes may take to vanish. The kernel needs milliseconds, unless a process waits for a disk.
const KILL_LIMIT: Duration = Duration::from_secs(10);

/// A variable with a value that no process outside has: children inherit it, whatever group or session they make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    name: String,
    value: String,
}

impl Marker {
    /// The marker of the run `id`.
    #[must_use]
    pub fn run(id: &str) -> Self {
        Self::new(RUN_MARKER, id)
    }

    /// A marker with another variable. The value has to be unique, for example an id with a UUID.
    #[must_use]
    pub fn new(name: &str, value: &str) -> Self {
        Self { name: name.to_owned(), value: value.to_owned() }
    }

    /// The variable's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The variable's value.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The ids of the processes that were started with exactly this marker, except this process.
    ///
    /// Processes of other users cannot be read and are not found; neither are those that have ended and were not
    /// waited for yet.
    #[must_use]
    pub fn processes(&self) -> Vec<i32> {
        let own = rustix::process::getpid().as_raw_pid();
        let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        entries
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
            .filter(|process| *process != own && self.marks(*process))
            .collect()
    }

    /// Ends all marked processes: asks them, waits up to `grace`, and kills what is left and what they started
    /// meanwhile. Returns the ids of processes that could not be ended within ten seconds more.
    pub async fn end_processes(&self, grace: Duration) -> Vec<i32> {
        // An empty value could be anybody's.
        if self.value.is_empty() {
            return Vec::new();
        }
        self.signal_all(Signal::TERM);
        let mut left = self.wait_for_end(grace, None).await;
        if !left.is_empty() {
            left = self.wait_for_end(KILL_LIMIT, Some(Signal::KILL)).await;
        }
        left
    }

    /// Kills the processes that carry this marker and `other` as well, without waiting for their end, and returns their
    /// ids.
    #[must_use]
    pub fn kill_those_with(&self, other: &Self) -> Vec<i32> {
        let both = |process: &i32| other.marks(*process);
        self.processes().into_iter().filter(both).filter(|process| self.signal(*process, Signal::KILL)).collect()
    }

    async fn wait_for_end(&self, limit: Duration, repeated: Option<Signal>) -> Vec<i32> {
        let deadline = Instant::now() + limit;
        let mut empty = 0;
        loop {
            if let Some(signal) = repeated {
                self.signal_all(signal);
            }
            let left = self.processes();
            empty = if left.is_empty() { empty + 1 } else { 0 };
            if empty == EMPTY_LOOKS || (empty == 0 && Instant::now() >= deadline) {
                return left;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    fn signal_all(&self, signal: Signal) {
        for process in self.processes() {
            self.signal(process, signal);
        }
    }

    /// Signals a marked process; false when it has just ended.
    fn signal(&self, process: i32, signal: Signal) -> bool {
        let Some(id) = Pid::from_raw(process) else { return false };
        // The descriptor holds on to the process, so that looking at it once more proves who gets the signal, even
        // when the number was given to another process a moment ago.
        let Ok(descriptor) = pidfd_open(id, PidfdFlags::empty()) else { return false };
        self.marks(process) && pidfd_send_signal(descriptor, signal).is_ok()
    }

    fn marks(&self, process: i32) -> bool {
        let Ok(environment) = std::fs::read(format!("/proc/{process}/environ")) else { return false };
        environment.split(|byte| *byte == 0).any(|entry| {
            entry.strip_prefix(self.name.as_bytes()).and_then(|rest| rest.strip_prefix(b"="))
                == Some(self.value.as_bytes())
        })
    }
}

/// Ends every process of the run `id`, daemons included, and returns the ids of those that could not be ended.
pub async fn kill_marked(id: &str) -> Vec<i32> {
    Marker::run(id).end_processes(Duration::from_secs(5)).await
}

#[cfg(test)]
mod tests {
    use std::process::Stdio;

    use tokio::io::{AsyncBufReadExt, BufReader};
    use tokio::process::{Child, Command};
    use uuid::Uuid;

    use super::*;

    /// Waits for the end of its input, which is the end of the test. A shell that went on as `sleep` would show no
    /// environment for a moment.
    const STAYS: &str = "echo ready; read -r nothing";

    /// Starts a script that prints a line when it is ready.
    async fn ready(script: &str, name: &str, value: &str) -> Child {
        let mut child = Command::new("/bin/sh")
            .args(["-c", script])
            .env(name, value)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut String::new()).await.unwrap();
        child
    }

    #[tokio::test]
    async fn daemons_are_found_and_ended() {
        for script in [
            "echo ready; exec sleep 1000",
            "setsid sleep 1000 >/dev/null & echo ready",
            "trap '' TERM; echo ready; while :; do sleep 1000; done",
            "(trap '' TERM; setsid sh -c 'sleep 1000; sleep 1000') >/dev/null & echo ready; wait",
        ] {
            let id = Uuid::new_v4().to_string();
            let mut child = ready(script, RUN_MARKER, &id).await;
            let marker = Marker::run(&id);
            let left = marker.end_processes(Duration::from_millis(100)).await;
            assert!(left.is_empty(), "{script}: {left:?}");
            child.wait().await.unwrap();
            assert!(marker.processes().is_empty(), "{script}");
        }
    }

    #[tokio::test]
    async fn only_those_with_both_markers_are_killed() {
        let id = Uuid::new_v4().to_string();
        let function = Marker::new("LAUNCHWAY_TEST_FUNCTION", &id);
        let mut both =
            ready(&format!("export LAUNCHWAY_TEST_FUNCTION={id}; exec sh -c '{STAYS}'"), RUN_MARKER, &id).await;
        let mut one = ready(STAYS, RUN_MARKER, &id).await;
        assert_eq!(Marker::run(&id).kill_those_with(&function), [i32::try_from(both.id().unwrap()).unwrap()]);
        assert!(!both.wait().await.unwrap().success());
        assert_eq!(one.try_wait().unwrap(), None);
        one.kill().await.unwrap();
    }

    #[tokio::test]
    async fn others_are_left_alone() {
        let id = Uuid::new_v4().to_string();
        for (name, value) in [
            (RUN_MARKER, format!("{id}0")),
            (RUN_MARKER, id[..id.len() - 1].to_owned()),
            (RUN_MARKER, String::new()),
            ("NOT_LAUNCHWAY_RUN", id.clone()),
            ("LAUNCHWAY_RUN_2", id.clone()),
        ] {
            let mut child = ready(STAYS, name, &value).await;
            assert!(kill_marked(&id).await.is_empty());
            assert!(kill_marked("").await.is_empty());
            assert_eq!(child.try_wait().unwrap(), None, "{name}={value}");
            child.kill().await.unwrap();
        }
    }
}
