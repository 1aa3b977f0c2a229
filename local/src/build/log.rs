//! The log of a build: what the commands write, and between it what CodeBuild says.

use std::borrow::Cow;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::BuildError;
use crate::process::Lines;

/// What stands in the place of a secret, as CodeBuild writes it.
const MASK: &str = "***";

/// A log that is handed over line by line, without the secrets that the commands may have written.
///
/// Commands write to a file of their own, from which whole lines get into the log: a secret that has been written to the
/// log itself could only be taken out again after somebody has read it.
pub(super) struct Log<F> {
    path: PathBuf,
    file: File,
    /// What the commands append to.
    output: PathBuf,
    written: File,
    lines: Lines,
    secrets: Vec<String>,
    on_line: F,
}

impl<F: Fn(&str)> Log<F> {
    /// Begins an empty log at `path`. What commands write goes through the file `output`, which is no part of the log.
    pub(super) fn create(path: PathBuf, output: PathBuf, on_line: F) -> Result<Self, BuildError> {
        let file = File::create(&path).map_err(BuildError::file(&path))?;
        let open = || {
            File::create(&output)?;
            Ok((File::options().append(true).open(&output)?, Lines::follow(&output)?))
        };
        let (written, lines) = open().map_err(BuildError::file(&output))?;
        Ok(Self { path, file, output, written, lines, secrets: Vec::new(), on_line })
    }

    /// Keeps these values out of the log from now on.
    pub(super) fn hide(&mut self, secrets: impl IntoIterator<Item = String>) {
        self.secrets.extend(secrets.into_iter().filter(|secret| !secret.is_empty()));
    }

    /// A text without the values to hide.
    pub(super) fn masked(&self, text: &str) -> String {
        masked(text, &self.secrets).into_owned()
    }

    /// The file to which commands append.
    pub(super) fn output(&self) -> &Path {
        &self.output
    }

    /// Another handle for a process to write to.
    pub(super) fn handle(&self) -> Result<File, BuildError> {
        self.written.try_clone().map_err(BuildError::file(&self.output))
    }

    /// Hands over what was written since the last time.
    pub(super) fn hand_over(&mut self) -> Result<(), BuildError> {
        let Self { file, lines, secrets, on_line, .. } = self;
        let mut logged = Ok(());
        let read = lines.read(|line| take(line, secrets, file, on_line, &mut logged));
        read.map_err(BuildError::file(&self.output))?;
        logged.map_err(BuildError::file(&self.path))
    }

    /// Says something as CodeBuild does, on a line of its own.
    pub(super) fn say(&mut self, text: &str) -> Result<(), BuildError> {
        self.hand_over()?;
        if self.lines.is_inside_a_line() {
            self.written.write_all(b"\n").map_err(BuildError::file(&self.output))?;
            self.hand_over()?;
        }
        let line = format!("[Container] {:.3} {text}", Timestamp::now());
        let Self { file, secrets, on_line, .. } = self;
        let mut logged = Ok(());
        take(&line, secrets, file, on_line, &mut logged);
        logged.map_err(BuildError::file(&self.path))
    }

    /// Hands over the rest and gives the file's path.
    pub(super) fn finish(self) -> Result<PathBuf, BuildError> {
        let Self { path, mut file, output, lines, secrets, on_line, .. } = self;
        let mut logged = Ok(());
        let read = lines.finish(|line| take(line, &secrets, &mut file, &on_line, &mut logged));
        read.map_err(BuildError::file(output))?;
        logged.map_err(BuildError::file(&path))?;
        Ok(path)
    }
}

/// Takes one line into the log and hands it over.
fn take(line: &str, secrets: &[String], file: &mut File, on_line: &impl Fn(&str), logged: &mut std::io::Result<()>) {
    let line = masked(line, secrets);
    if logged.is_ok() {
        *logged = writeln!(file, "{line}");
    }
    on_line(&line);
}

fn masked<'t>(text: &'t str, secrets: &[String]) -> Cow<'t, str> {
    secrets.iter().fold(Cow::Borrowed(text), |text, secret| {
        if text.contains(secret.as_str()) { Cow::Owned(text.replace(secret, MASK)) } else { text }
    })
}
