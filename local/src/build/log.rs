//! The log of a build: what the commands write, and between it what CodeBuild says.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::BuildError;
use crate::process::Lines;

/// A log that is written by commands and by the runner, and handed over line by line.
pub(super) struct Log<F> {
    path: PathBuf,
    file: File,
    pub(super) lines: Lines,
    pub(super) on_line: F,
}

impl<F: Fn(&str)> Log<F> {
    /// Begins an empty log at `path`.
    pub(super) fn create(path: PathBuf, on_line: F) -> Result<Self, BuildError> {
        let open = || {
            File::create(&path)?;
            Ok((File::options().append(true).open(&path)?, Lines::follow(&path)?))
        };
        let (file, lines) = open().map_err(BuildError::file(&path))?;
        Ok(Self { path, file, lines, on_line })
    }

    /// The log's file, to which commands append.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Another handle for a process to write to.
    pub(super) fn handle(&self) -> Result<File, BuildError> {
        self.file.try_clone().map_err(BuildError::file(&self.path))
    }

    /// Hands over what was written since the last time.
    pub(super) fn hand_over(&mut self) -> Result<(), BuildError> {
        self.lines.read(&self.on_line).map_err(BuildError::file(&self.path))
    }

    /// Says something as CodeBuild does, on a line of its own.
    pub(super) fn say(&mut self, text: &str) -> Result<(), BuildError> {
        self.hand_over()?;
        let start = if self.lines.is_inside_a_line() { "\n" } else { "" };
        let line = format!("{start}[Container] {:.3} {text}\n", Timestamp::now());
        self.file.write_all(line.as_bytes()).map_err(BuildError::file(&self.path))?;
        self.hand_over()
    }

    /// Hands over the rest and gives the file's path.
    pub(super) fn finish(self) -> Result<PathBuf, BuildError> {
        let Self { path, lines, on_line, .. } = self;
        lines.finish(on_line).map_err(BuildError::file(&path))?;
        Ok(path)
    }
}
