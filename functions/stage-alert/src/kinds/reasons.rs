//! Why actions failed.

use alert::{Console, Link, LinkKind, Reason};
use tokio::time::Instant;

use crate::sources::actions::ActionRun;
use crate::sources::{Gap, Sources, checks};

/// Failed actions that are looked into; of others only what CodePipeline says is told.
const ACTIONS: usize = 3;

/// Why, and where to look.
#[derive(Debug, Default)]
pub(super) struct Why {
    pub(super) reasons: Vec<Reason>,
    pub(super) gaps: Vec<Gap>,
    pub(super) links: Vec<Link>,
}

/// Why these runs of actions failed.
pub(super) async fn of(sources: &Sources, failed: &[&ActionRun], console: Option<&Console>, by: Instant) -> Why {
    let mut why = Why::default();
    for (at, run) in failed.iter().enumerate() {
        let before = why.reasons.len();
        if at < ACTIONS {
            look_into(sources, run, console, by, &mut why).await;
        }
        if why.reasons.len() == before {
            why.reasons.push(said(run));
        }
    }
    why
}

async fn look_into(sources: &Sources, run: &ActionRun, console: Option<&Console>, by: Instant, why: &mut Why) {
    let link = |kind: LinkKind, url: Option<String>| url.or_else(|| run.url.clone()).map(|url| Link::new(kind, url));
    match (run.provider.as_str(), &run.external_id) {
        ("CodeBuild", Some(id)) => {
            match Box::pin(sources.build(id, by)).await {
                Ok(build) => {
                    let (reason, gaps) = Box::pin(sources.build_reason(&build, by)).await;
                    why.reasons.push(reason);
                    why.gaps.extend(gaps);
                }
                Err(gap) => why.gaps.push(gap),
            }
            why.links.extend(link(LinkKind::Log, console.map(|console| console.build_log(id))));
        }
        ("CodeDeploy" | "CodeDeployToECS", Some(id)) => {
            let deployment = Box::pin(sources.deployment(id, by)).await;
            let (reasons, gaps) = Box::pin(sources.deployment_reasons(id, deployment, by)).await;
            why.reasons.extend(reasons);
            why.gaps.extend(gaps);
            why.links.extend(link(LinkKind::Deployment, console.map(|console| console.deployment(id))));
        }
        _ => why.links.extend(link(LinkKind::Other(run.action.clone()), None)),
    }
}

/// What the action says: our own name their checks.
fn said(run: &ActionRun) -> Reason {
    let message = run.message.clone().or_else(|| run.summary.clone());
    if run.is_approval() {
        let who = run.by.as_deref().map(|arn| arn.rsplit_once('/').map_or(arn, |(_, name)| name));
        let who = who.map_or(String::new(), |who| format!(" by {who}"));
        // The comment is the summary; the message is CodePipeline's own.
        let comment = run.summary.clone().or_else(|| run.message.clone());
        let comment = comment.map_or(String::new(), |comment| format!(": {comment}"));
        return Reason::Text { text: format!("{} was not approved{who}{comment}", run.action) };
    }
    let checks = message.as_deref().filter(|_| run.provider == "Lambda").and_then(checks::of_summary);
    checks.unwrap_or_else(|| Reason::Action {
        action: run.action.clone(),
        provider: Some(run.provider.clone()).filter(|provider| !provider.is_empty()),
        code: run.code.clone(),
        message,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_says_its_checks_its_error_or_its_comment() {
        let run = |category: &str, provider: &str, message: Option<&str>, summary: Option<&str>| ActionRun {
            action: "A".to_owned(),
            category: category.to_owned(),
            provider: provider.to_owned(),
            code: Some("JobFailed".to_owned()),
            message: message.map(str::to_owned),
            summary: summary.map(str::to_owned),
            by: Some("arn:aws:iam::1:user/jane".to_owned()),
            ..ActionRun::default()
        };
        let checks = "1 of 9 checks failed: \"home\" GET /: refused";
        for (run, expected) in [
            (run("Invoke", "Lambda", Some(checks), None), "Checks { of: 9"),
            (run("Invoke", "Lambda", Some("it died"), None), "message: Some(\"it died\")"),
            (run("Deploy", "S3", Some(checks), None), "Action { action: \"A\", provider: Some(\"S3\")"),
            (run("Deploy", "S3", None, Some("short")), "message: Some(\"short\")"),
            (run("Approval", "Manual", Some("Rejected"), Some("not today")), "A was not approved by jane: not today"),
            (run("Approval", "Manual", None, None), "A was not approved by jane\""),
        ] {
            let reason = format!("{:?}", said(&run));
            assert!(reason.contains(expected), "{reason}");
        }
    }
}
