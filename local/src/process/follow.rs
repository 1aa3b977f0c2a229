//! The output of a process, read from the file it writes to.
//!
//! Output goes to a file and not through a pipe, because a daemon that a script leaves behind keeps its end of a pipe
//! open: whoever reads to the end would wait for as long as the daemon lives, and the daemon would die of a broken
//! pipe when nobody reads any more. A file has neither trap, and everything that a process wrote is in it when the
//! process has ended.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

use tokio::time::Instant;

use super::Group;

/// Longer lines are handed over in pieces of this many bytes.
const LONGEST_LINE: usize = 16 * 1024;

/// How often a growing file is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// How long a process that ran out of time may take to end by itself.
const GRACE: Duration = Duration::from_secs(2);

/// The lines of a growing file, each handed over once.
#[derive(Debug)]
pub struct Lines {
    file: File,
    unfinished: Vec<u8>,
}

/// How a followed process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Followed {
    /// By itself.
    Exited(ExitStatus),
    /// Not in time: it was ended, with its group.
    TimedOut,
}

impl Lines {
    /// Follows the file at `path` from its present end.
    pub fn follow(path: &Path) -> std::io::Result<Self> {
        use std::io::{Seek, SeekFrom};

        let mut file = File::open(path)?;
        file.seek(SeekFrom::End(0))?;
        Ok(Self { file, unfinished: Vec::new() })
    }

    /// Hands over the lines that were finished since the last call, without their ends.
    pub fn read(&mut self, mut on_line: impl FnMut(&str)) -> std::io::Result<()> {
        let mut buffer = vec![0; LONGEST_LINE];
        loop {
            let length = self.file.read(&mut buffer)?;
            if length == 0 {
                return Ok(());
            }
            self.unfinished.extend_from_slice(&buffer[..length]);
            self.hand_over(&mut on_line);
        }
    }

    /// Whether the file does not end with a whole line.
    #[must_use]
    pub fn is_inside_a_line(&self) -> bool {
        !self.unfinished.is_empty()
    }

    /// Hands over what is left when the file will not grow any more.
    pub fn finish(mut self, mut on_line: impl FnMut(&str)) -> std::io::Result<()> {
        self.read(&mut on_line)?;
        if self.is_inside_a_line() {
            on_line(&String::from_utf8_lossy(&self.unfinished));
        }
        Ok(())
    }

    /// Hands over lines while `group` runs, until its leader ends or `limit` has passed; then the group is ended.
    pub async fn until_ended(
        &mut self,
        group: &mut Group,
        limit: Duration,
        mut on_line: impl FnMut(&str),
    ) -> std::io::Result<Followed> {
        let deadline = Instant::now() + limit;
        loop {
            let look = Instant::now() + LOOK_EVERY;
            match tokio::time::timeout_at(look.min(deadline), group.wait()).await {
                Ok(status) => {
                    let status = status?;
                    self.read(&mut on_line)?;
                    return Ok(Followed::Exited(status));
                }
                Err(_) if look > deadline => {
                    group.end(GRACE).await;
                    self.read(&mut on_line)?;
                    return Ok(Followed::TimedOut);
                }
                Err(_) => self.read(&mut on_line)?,
            }
        }
    }

    fn hand_over(&mut self, on_line: &mut impl FnMut(&str)) {
        let mut start = 0;
        while let Some(length) = self.unfinished[start..].iter().position(|byte| *byte == b'\n') {
            let line = &self.unfinished[start..start + length];
            on_line(&String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)));
            start += length + 1;
        }
        self.unfinished.drain(..start);
        if self.unfinished.len() >= LONGEST_LINE {
            on_line(&String::from_utf8_lossy(&self.unfinished));
            self.unfinished.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::process::Stdio;

    use tokio::process::Command;

    use super::*;

    fn collect(lines: &mut Lines) -> Vec<String> {
        let mut seen = Vec::new();
        lines.read(|line| seen.push(line.to_owned())).unwrap();
        seen
    }

    #[test]
    fn lines_are_handed_over_once_and_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        std::fs::write(&path, "before\n").unwrap();
        let mut lines = Lines::follow(&path).unwrap();
        let mut file = File::options().append(true).open(&path).unwrap();
        let nothing: [&str; 0] = [];
        for (written, expected) in
            [("one\ntw", &["one"][..]), ("", &nothing), ("o\r\n\nthree\n", &["two", "", "three"]), ("end", &nothing)]
        {
            file.write_all(written.as_bytes()).unwrap();
            assert_eq!(collect(&mut lines), expected, "{written:?}");
        }
        assert!(lines.is_inside_a_line());
        let mut last = Vec::new();
        lines.finish(|line| last.push(line.to_owned())).unwrap();
        assert_eq!(last, ["end"]);
    }

    #[test]
    fn a_line_without_end_does_not_fill_the_memory() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        std::fs::write(&path, "").unwrap();
        let mut lines = Lines::follow(&path).unwrap();
        std::fs::write(&path, vec![b'x'; LONGEST_LINE * 3 + 1]).unwrap();
        assert_eq!(collect(&mut lines).iter().map(String::len).sum::<usize>(), LONGEST_LINE * 3);
        assert_eq!(lines.unfinished.len(), 1);
    }

    #[tokio::test]
    async fn a_process_is_followed_to_its_end_whatever_it_leaves_behind() {
        for (script, limit, expected_lines, expected_code) in [
            ("echo out; echo err >&2; exit 3", 1000, vec!["out", "err"], Some(3)),
            // The daemon holds the output open, and lives longer than anybody would wait.
            ("sleep 1000 & echo started", 1000, vec!["started"], Some(0)),
            ("echo begun; sleep 1000", 0, vec![], None),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("log");
            let log = File::options().create(true).append(true).open(&path).unwrap();
            let mut lines = Lines::follow(&path).unwrap();
            let marker = super::super::Marker::new("LAUNCHWAY_TEST", &uuid::Uuid::new_v4().to_string());
            let mut group = Group::spawn(
                Command::new("/bin/sh")
                    .args(["-c", script])
                    .env(marker.name(), marker.value())
                    .stdin(Stdio::null())
                    .stdout(log.try_clone().unwrap())
                    .stderr(log),
            )
            .await
            .unwrap();
            let mut seen = Vec::new();
            let limit = Duration::from_secs(limit);
            let followed = lines.until_ended(&mut group, limit, |line| seen.push(line.to_owned())).await.unwrap();
            match (followed, expected_code) {
                (Followed::Exited(status), Some(code)) => {
                    assert_eq!(status.code(), Some(code), "{script}");
                    assert_eq!(seen, expected_lines, "{script}");
                }
                (Followed::TimedOut, None) => {}
                other => panic!("{script}: {other:?}"),
            }
            marker.end_processes(Duration::ZERO).await;
        }
    }
}
