//! How much is told.

use std::str::FromStr;

use alert::Kind;

/// How much is told. Whatever waits for somebody, and whatever may be felt by customers, always is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Noise {
    /// What went wrong, and approvals.
    Failures,
    /// And that it is over.
    #[default]
    FailuresAndRecoveries,
    /// And successes, and executions that were stopped, superseded or canceled.
    Everything,
}

impl Noise {
    /// Whether `kind` is told.
    pub(crate) fn wants(self, kind: Kind) -> bool {
        match kind {
            Kind::Recovered | Kind::RollbackFinished | Kind::AlarmCleared => self != Self::Failures,
            Kind::Succeeded | Kind::Approved | Kind::Stopped | Kind::Superseded | Kind::Canceled => {
                self == Self::Everything
            }
            // Nothing is posted for it: the failure's message is edited.
            Kind::Retrying
            | Kind::Failed
            | Kind::ApprovalNeeded
            | Kind::Rejected
            | Kind::RollbackStarted
            | Kind::RollbackFailed
            | Kind::DeploymentFailed
            | Kind::BuildFailed
            | Kind::Alarm => true,
        }
    }
}

impl FromStr for Noise {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text.trim() {
            "failures" => Ok(Self::Failures),
            "failures-and-recoveries" => Ok(Self::FailuresAndRecoveries),
            "everything" => Ok(Self::Everything),
            _ => Err(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_setting_tells_more_than_the_one_before() {
        let counts = ["failures", "failures-and-recoveries", "everything"].map(|text| {
            let noise: Noise = text.parse().unwrap();
            Kind::ALL.into_iter().filter(|kind| noise.wants(*kind)).count()
        });
        assert_eq!(counts, [9, 12, 17]);
        assert!("all".parse::<Noise>().is_err());
    }
}
