//! What happened.

use serde::{Deserialize, Serialize};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A stage failed.
    Failed,
    /// A failed stage is tried again.
    Retrying,
    /// A stage that had failed succeeded.
    Recovered,
    /// A stage succeeded.
    Succeeded,
    /// Somebody has to approve.
    ApprovalNeeded,
    /// Somebody approved.
    Approved,
    /// Somebody rejected.
    Rejected,
    /// A rollback started.
    RollbackStarted,
    /// A rollback succeeded.
    RollbackFinished,
    /// A rollback failed.
    RollbackFailed,
    /// Somebody stopped an execution.
    Stopped,
    /// A newer execution overtook this one.
    Superseded,
    /// An execution was canceled.
    Canceled,
    /// A deployment that no pipeline started failed.
    DeploymentFailed,
    /// A build that no pipeline started failed.
    BuildFailed,
    /// An alarm went off.
    Alarm,
    /// An alarm is over.
    AlarmCleared,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 17] = [
        Self::Failed,
        Self::Retrying,
        Self::Recovered,
        Self::Succeeded,
        Self::ApprovalNeeded,
        Self::Approved,
        Self::Rejected,
        Self::RollbackStarted,
        Self::RollbackFinished,
        Self::RollbackFailed,
        Self::Stopped,
        Self::Superseded,
        Self::Canceled,
        Self::DeploymentFailed,
        Self::BuildFailed,
        Self::Alarm,
        Self::AlarmCleared,
    ];

    /// The word for subscription filters and machines, such as `approval_needed`.
    #[must_use]
    pub fn state(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Retrying => "retrying",
            Self::Recovered => "recovered",
            Self::Succeeded => "succeeded",
            Self::ApprovalNeeded => "approval_needed",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::RollbackStarted => "rollback_started",
            Self::RollbackFinished => "rollback_finished",
            Self::RollbackFailed => "rollback_failed",
            Self::Stopped => "stopped",
            Self::Superseded => "superseded",
            Self::Canceled => "canceled",
            Self::DeploymentFailed => "deployment_failed",
            Self::BuildFailed => "build_failed",
            Self::Alarm => "alarm",
            Self::AlarmCleared => "alarm_cleared",
        }
    }

    /// What follows the name of the stage, the deployment or the alarm.
    pub(crate) fn predicate(self) -> &'static str {
        match self {
            Self::Failed | Self::DeploymentFailed | Self::BuildFailed => "failed",
            Self::Retrying => "is tried again",
            Self::Recovered => "recovered",
            Self::Succeeded => "succeeded",
            Self::ApprovalNeeded => "waits for approval",
            Self::Approved => "was approved",
            Self::Rejected => "was rejected",
            Self::RollbackStarted => "is rolling back",
            Self::RollbackFinished => "was rolled back",
            Self::RollbackFailed => "could not be rolled back",
            Self::Stopped => "was stopped",
            Self::Superseded => "was superseded",
            Self::Canceled => "was canceled",
            Self::Alarm => "went off",
            Self::AlarmCleared => "is over",
        }
    }

    /// Slack's name of the sign before the headline: one colour for bad, one for good, one for "your turn".
    pub(crate) fn emoji(self) -> &'static str {
        match self {
            Self::Failed | Self::DeploymentFailed | Self::BuildFailed => ":red_circle:",
            Self::Retrying => ":large_yellow_circle:",
            Self::Recovered | Self::Succeeded | Self::Approved | Self::AlarmCleared => ":large_green_circle:",
            Self::ApprovalNeeded => ":raised_hand:",
            Self::Rejected => ":no_entry:",
            Self::RollbackStarted => ":rewind:",
            Self::RollbackFinished => ":leftwards_arrow_with_hook:",
            Self::RollbackFailed | Self::Alarm => ":rotating_light:",
            Self::Stopped | Self::Superseded | Self::Canceled => ":white_circle:",
        }
    }

    /// What introduces the reasons.
    pub(crate) fn why(self) -> &'static str {
        match self {
            Self::Retrying | Self::Recovered => "Why it failed",
            Self::RollbackFinished => "Why it was rolled back",
            Self::AlarmCleared => "Why it went off",
            _ => "Why",
        }
    }

    /// Whether the trouble that the reasons tell of is over or being dealt with, so that logs only take room.
    pub(crate) fn is_past(self) -> bool {
        matches!(self, Self::Retrying | Self::Recovered | Self::AlarmCleared | Self::RollbackFinished)
    }
}
