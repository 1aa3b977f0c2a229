//! What came of a build.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::Serialize;

use super::TestReport;

/// The key of the artifact that the buildspec does not name.
pub const PRIMARY_ARTIFACT: &str = "primary";

/// A build's end.
#[derive(Debug, Clone)]
pub struct BuildOutcome {
    /// How it ended.
    pub status: BuildStatus,
    /// The phases that were entered, in order.
    pub phases: Vec<PhaseRecord>,
    /// The zip archives, by artifact identifier; [`PRIMARY_ARTIFACT`] is the one without.
    pub artifacts: BTreeMap<String, PathBuf>,
    /// What the commands wrote about tests, a report for each group of the buildspec.
    pub reports: Vec<TestReport>,
    /// Everything that the commands wrote.
    pub log: PathBuf,
    /// The values of the buildspec's `exported-variables` after the last command.
    pub exported_variables: BTreeMap<String, String>,
}

/// How a build or a phase ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BuildStatus {
    /// Every command succeeded.
    Succeeded,
    /// A command failed, or something that the build needs was not there.
    Failed,
    /// The project's time-out passed.
    TimedOut,
}

/// One phase of a build.
#[derive(Debug, Clone)]
pub struct PhaseRecord {
    /// Its name as CodeBuild writes it, for example `POST_BUILD`.
    pub name: &'static str,
    /// How it ended.
    pub status: BuildStatus,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// Why it failed: CodeBuild's status code, a colon, and the reason.
    pub message: Option<String>,
}

impl BuildOutcome {
    /// Why the build failed: the first phase that did, and its reason.
    #[must_use]
    pub fn failure(&self) -> Option<(&'static str, &str)> {
        let phase = self.phases.iter().find(|phase| phase.status != BuildStatus::Succeeded)?;
        Some((phase.name, phase.message.as_deref().unwrap_or_default()))
    }
}

impl fmt::Display for BuildStatus {
    /// As CodeBuild writes it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::TimedOut => "TIMED_OUT",
        })
    }
}
