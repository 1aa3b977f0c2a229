//! A pipeline's rollback that CodeDeploy refuses, because it gives the group its last revision back by itself.
//!
//! When a deployment fails, both act on it: the deployment group's automatic rollback, and the stage's `OnFailure`. A group
//! takes one deployment at a time.

use alert::{Alert, Link, LinkKind};
use tokio::time::Instant;

use crate::place::console;
use crate::sources::Sources;
use crate::sources::actions::ActionRun;

/// In what CodeDeploy says of a group that is busy, whichever of its two wordings it is.
const BUSY: [&str; 2] = ["already has an active deployment", "already deploying deployment"];

/// Says so in the alert, when that is why these actions failed.
pub(super) async fn noted(sources: &Sources, failed: &[&ActionRun], alert: &mut Alert, by: Instant) {
    let Some(id) = failed.iter().find_map(|run| active(run.message.as_deref()?)) else { return };
    // What cannot be read of it leaves the alert as it is, with CodeDeploy's words.
    let Ok(deployment) = Box::pin(sources.deployment(id, by)).await else { return };
    if deployment.rolls_back.is_none() {
        return;
    }
    alert.note = Some(format!(
        "CodeDeploy was giving back the last revision by itself (deployment {id}), and refused the pipeline's deployment."
    ));
    alert.next = vec![format!("See that deployment {id} succeeded: then what ran before runs again.")];
    let url = console(&alert.place).map(|console| console.deployment(id));
    alert.links.extend(url.map(|url| Link::new(LinkKind::Deployment, url)));
}

/// The deployment that a group is busy with.
fn active(message: &str) -> Option<&str> {
    let lower = message.to_ascii_lowercase();
    let at = BUSY.iter().find_map(|words| lower.find(words).map(|at| at + words.len()))?;
    let word = |c: char| !(c.is_ascii_alphanumeric() || c == '-');
    message.get(at..)?.split(word).find(|word| word.starts_with("d-") && word.len() > 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_active_deployment_is_named() {
        for (message, expected) in [
            ("The Deployment Group 'shop' already has an active Deployment 'd-ABCDEF123'", Some("d-ABCDEF123")),
            ("Deployment Group 'd-shop' is already deploying deployment 'd-ABCDEF123'.", Some("d-ABCDEF123")),
            ("The Deployment Group 'd-shop' already has an active Deployment", None),
            ("The deployment d-ABCDEF123 failed", None),
            ("already has an active deployment d-", None),
            ("", None),
        ] {
            assert_eq!(active(message), expected, "{message}");
        }
    }
}
