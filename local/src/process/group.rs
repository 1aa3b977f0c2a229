//! A process in a group of its own, so that it can be ended together with what it started.

use std::io::ErrorKind;
use std::process::ExitStatus;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, Command};

/// How often a program is tried that somebody has open for writing, and the time between. A process that is started while
/// the program is written inherits the open file for the moment until it becomes another program.
const TRIES_WHILE_BUSY: u32 = 100;
const BUSY: Duration = Duration::from_millis(10);

/// A process that leads its own process group.
///
/// When the value is dropped before the leader was waited for, the whole group is killed: a cancelled build or
/// deployment leaves nothing behind. A leader that has ended leaves its group alone, because what a start script put
/// into the background is meant to live on.
#[derive(Debug)]
pub struct Group {
    leader: Child,
}

impl Group {
    /// Starts `command` as the leader of a new group.
    pub async fn spawn(command: &mut Command) -> std::io::Result<Self> {
        let mut tries = TRIES_WHILE_BUSY;
        loop {
            match command.process_group(0).spawn() {
                Ok(leader) => return Ok(Self { leader }),
                Err(error) if error.kind() == ErrorKind::ExecutableFileBusy && tries > 0 => {
                    tries -= 1;
                    tokio::time::sleep(BUSY).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// The leader, for its pipes.
    pub fn leader(&mut self) -> &mut Child {
        &mut self.leader
    }

    /// Waits until the leader ends. What it started may still run and hold its output open.
    pub async fn wait(&mut self) -> std::io::Result<ExitStatus> {
        self.leader.wait().await
    }

    /// Ends the group: asks, gives the leader `grace` to end, and kills what is left.
    pub async fn end(&mut self, grace: Duration) {
        let Some(group) = self.id() else { return };
        signal(group, Signal::TERM);
        // The answer does not matter: whether the leader ended or not, what is left of the group is killed.
        let _ = tokio::time::timeout(grace, self.leader.wait()).await;
        signal(group, Signal::KILL);
        let _ = self.leader.wait().await;
    }

    /// The group's number, while the leader has not been waited for: until then the system cannot give it to others.
    fn id(&self) -> Option<Pid> {
        self.leader.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.id() {
            signal(group, Signal::KILL);
        }
    }
}

/// A failure means that no process of the group is left.
fn signal(group: Pid, signal: Signal) {
    let _ = kill_process_group(group, signal);
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    use std::os::unix::process::ExitStatusExt;
    use std::process::Stdio;

    use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};

    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]).stdin(Stdio::null()).stdout(Stdio::piped());
        command
    }

    /// Waits for the first line, by which the script says that it has set itself up, then for the end of its output,
    /// which comes when the last process that inherited it is gone.
    async fn first_line(group: &mut Group) -> BufReader<tokio::process::ChildStdout> {
        let mut output = BufReader::new(group.leader().stdout.take().unwrap());
        output.read_line(&mut String::new()).await.unwrap();
        output
    }

    #[tokio::test]
    async fn the_whole_group_ends_whether_it_listens_or_not() {
        for script in [
            "sleep 1000 & echo ready; wait",
            "trap '' TERM; sleep 1000 & echo ready; wait",
            "(trap '' TERM; sleep 1000) & echo ready; wait",
        ] {
            let mut group = Group::spawn(&mut shell(script)).await.unwrap();
            let mut output = first_line(&mut group).await;
            group.end(Duration::from_millis(20)).await;
            output.read_to_end(&mut Vec::new()).await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_dropped_group_is_killed() {
        let mut group = Group::spawn(&mut shell("sleep 1000 & echo ready; wait")).await.unwrap();
        let mut output = first_line(&mut group).await;
        drop(group);
        output.read_to_end(&mut Vec::new()).await.unwrap();
    }

    #[tokio::test]
    async fn what_an_ended_leader_left_lives_on() {
        let mut group = Group::spawn(&mut shell("sleep 1000 & echo $!")).await.unwrap();
        let mut output = BufReader::new(group.leader().stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).await.unwrap();
        assert!(group.wait().await.unwrap().success());
        group.end(Duration::from_secs(5)).await;
        drop(group);
        let left = Pid::from_raw(line.trim().parse().unwrap()).unwrap();
        rustix::process::kill_process(left, Signal::KILL).unwrap();
    }

    #[tokio::test]
    async fn a_program_that_is_still_being_written_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("program");
        let mut file = File::options().create_new(true).write(true).mode(0o755).open(&path).unwrap();
        file.write_all(b"#!/bin/sh\nexit 7").unwrap();
        let mut command = Command::new(&path);
        let (group, ()) = tokio::join!(Group::spawn(&mut command), async {
            tokio::task::yield_now().await;
            drop(file);
        });
        assert_eq!(group.unwrap().wait().await.unwrap().code(), Some(7));
    }

    #[tokio::test]
    async fn the_leader_says_how_it_ended() {
        for (script, code, signal) in
            [("exit 0", Some(0), None), ("exit 7", Some(7), None), ("kill -9 $$", None, Some(9))]
        {
            let status = Group::spawn(&mut shell(script)).await.unwrap().wait().await.unwrap();
            assert_eq!((status.code(), status.signal()), (code, signal), "{script}");
        }
    }
}
