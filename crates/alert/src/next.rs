//! What to do next, when nobody said so.

use crate::alert::Alert;
use crate::clean::one_line;
use crate::kind::Kind;
use crate::reason::Reason;
use crate::words;

/// What to do next: what the alert says, or what its kind and reasons suggest.
pub(crate) fn steps(alert: &Alert) -> Vec<String> {
    let said: Vec<String> = alert.next.iter().map(|step| one_line(step)).filter(|step| !step.is_empty()).collect();
    if !said.is_empty() {
        return said;
    }
    let what = alert.place.stage.as_deref().map_or("it".to_owned(), one_line);
    match alert.kind {
        Kind::Failed => vec![after_failure(alert, &what)],
        Kind::BuildFailed => vec!["Read the log, mend the build and push again.".to_owned()],
        Kind::DeploymentFailed => {
            vec!["Look at the deployment; redeploy the revision before if customers are affected.".to_owned()]
        }
        Kind::RollbackFailed => {
            vec!["Look at it now: what runs there may be half of one revision and half of another.".to_owned()]
        }
        Kind::ApprovalNeeded => {
            let until = alert.approval.as_ref().and_then(|approval| approval.expires);
            let until = until.map_or(String::new(), |until| format!(" before {}", words::moment(until)));
            vec![format!("Look at the changes, then approve or reject{until}.")]
        }
        Kind::RollbackStarted => vec!["Wait for the rollback to end before you release again.".to_owned()],
        Kind::Alarm => vec!["Look at the alarm's metric and at what was deployed last.".to_owned()],
        _ => Vec::new(),
    }
}

fn after_failure(alert: &Alert, what: &str) -> String {
    let first = alert.reasons.iter().find(|reason| !matches!(reason, Reason::Action { .. } | Reason::Text { .. }));
    match first {
        Some(Reason::Build { .. }) => "Read the log, mend the build and push again.".to_owned(),
        Some(Reason::Checks { .. }) => {
            format!("Mend what the check found and push again; retry {what} if the environment was at fault.")
        }
        Some(Reason::Lifecycle { .. }) => format!("Mend the script or the instance, then push again or retry {what}."),
        Some(Reason::Alarm { .. }) => format!("Look at the alarm; roll {what} back if customers are affected."),
        _ => format!("Look at the execution; retry {what} when the cause is gone."),
    }
}
