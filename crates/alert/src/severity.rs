//! How bad it is.

use serde::{Deserialize, Serialize};

use crate::kind::Kind;

/// How bad it is, for subscription filters and for whom to wake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Somebody has to look, in office hours.
    Warning,
    /// A delivery does not go on.
    Error,
    /// Customers may notice.
    Critical,
}

impl Severity {
    /// The word for machines.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Critical => "critical",
        }
    }

    /// What a kind usually weighs: more in production, and most when a rollback fails.
    #[must_use]
    pub fn of(kind: Kind, environment: Option<&str>) -> Self {
        let in_production = environment.is_some_and(|name| {
            let name = name.to_ascii_lowercase();
            name == "production" || name == "prod"
        });
        match kind {
            Kind::RollbackFailed => Self::Critical,
            Kind::Failed | Kind::DeploymentFailed | Kind::RollbackStarted | Kind::Alarm if in_production => {
                Self::Critical
            }
            Kind::Failed | Kind::DeploymentFailed | Kind::BuildFailed | Kind::Alarm => Self::Error,
            Kind::Rejected | Kind::ApprovalNeeded | Kind::RollbackStarted | Kind::Retrying | Kind::Stopped => {
                Self::Warning
            }
            _ => Self::Info,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn production_weighs_more() {
        for (kind, environment, expected) in [
            (Kind::Failed, None, Severity::Error),
            (Kind::Failed, Some("staging"), Severity::Error),
            (Kind::Failed, Some("Production"), Severity::Critical),
            (Kind::Failed, Some("preproduction"), Severity::Error),
            (Kind::Alarm, Some("prod"), Severity::Critical),
            (Kind::RollbackFailed, None, Severity::Critical),
            (Kind::BuildFailed, Some("production"), Severity::Error),
            (Kind::ApprovalNeeded, Some("production"), Severity::Warning),
            (Kind::Recovered, Some("production"), Severity::Info),
        ] {
            assert_eq!(Severity::of(kind, environment), expected, "{kind:?} in {environment:?}");
        }
    }
}
