//! What came of a deployment, and what is told while it runs.

use std::fmt;

use jiff::Timestamp;

/// A deployment's end.
#[derive(Debug, Clone)]
pub struct DeploymentOutcome {
    /// How it ended.
    pub status: DeploymentStatus,
    /// The instances of the group, in the order of the request.
    pub instances: Vec<InstanceRecord>,
    /// Why it failed.
    pub error: Option<DeploymentError>,
}

/// How a deployment ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeploymentStatus {
    /// Enough instances have the revision.
    Succeeded,
    /// Too few have it.
    Failed,
}

/// The state of an instance or of one of its lifecycle events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It runs.
    InProgress,
    /// It succeeded.
    Succeeded,
    /// It failed.
    Failed,
    /// It was not tried, because something before it had failed.
    Skipped,
}

/// Why a deployment failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeploymentError {
    /// CodeDeploy's error code, for example `HEALTH_CONSTRAINTS`.
    pub code: &'static str,
    /// CodeDeploy's text, and after it the first failure on an instance, if there was one.
    pub message: String,
}

/// One instance of a deployment.
#[derive(Debug, Clone)]
pub struct InstanceRecord {
    /// Its name.
    pub name: String,
    /// How it ended.
    pub status: Status,
    /// Its lifecycle events, in order.
    pub lifecycle_events: Vec<LifecycleEventRecord>,
}

/// One lifecycle event on an instance.
#[derive(Debug, Clone)]
pub struct LifecycleEventRecord {
    /// Its name, for example `ApplicationStart`.
    pub name: &'static str,
    /// How it ended.
    pub status: Status,
    /// The script that failed, or else the last one that ran.
    pub script: Option<String>,
    /// That script's exit status, when it ended by itself.
    pub exit_code: Option<i32>,
    /// When it began; nothing if it was skipped.
    pub started: Option<Timestamp>,
    /// When it ended; nothing if it was skipped.
    pub ended: Option<Timestamp>,
    /// The diagnostic code of CodeDeploy, for example `ScriptFailed`; `Success` when it did not fail.
    pub code: &'static str,
    /// Why it failed.
    pub message: Option<String>,
    /// The last lines that its scripts wrote, at most 2048 bytes, as CodeDeploy shows them.
    pub log_tail: String,
}

/// What is told while a deployment runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeploymentEvent {
    /// A lifecycle event began or ended.
    Lifecycle {
        /// The instance's name.
        instance: String,
        /// The event's name.
        event: &'static str,
        /// Its state now.
        status: Status,
        /// Why it failed.
        message: Option<String>,
    },
    /// A script wrote a line.
    Line {
        /// The instance's name.
        instance: String,
        /// The event's name.
        event: &'static str,
        /// The line.
        line: String,
    },
    /// Something differs from what an instance on AWS would do.
    Note {
        /// The instance's name.
        instance: String,
        /// What differs.
        text: String,
    },
}

impl InstanceRecord {
    /// The event that failed.
    #[must_use]
    pub fn failed_event(&self) -> Option<&LifecycleEventRecord> {
        self.lifecycle_events.iter().find(|event| event.status == Status::Failed)
    }
}

impl fmt::Display for DeploymentStatus {
    /// As CodeDeploy writes it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
        })
    }
}

impl fmt::Display for Status {
    /// As CodeDeploy writes it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::InProgress => "InProgress",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Skipped => "Skipped",
        })
    }
}
