//! Builds that no pipeline started.

use alert::{Alert, Kind, Link, LinkKind, Place};
use delivery_event::{BuildChange, BuildStatus};
use ledger::MessageKey;

use crate::handler::{Handler, UNREMARKABLE};
use crate::invocation::Invocation;
use crate::outcome::{Outcome, Unsent};
use crate::place;
use crate::sources::build::{Build, LogPlace};

/// The event of a build.
pub(crate) async fn tell(handler: &Handler, change: &BuildChange, invocation: &Invocation) -> Result<Outcome, Unsent> {
    if !matches!(change.status, BuildStatus::Failed | BuildStatus::Fault | BuildStatus::TimedOut) {
        return Ok(UNREMARKABLE);
    }
    if change.pipeline().is_some() {
        return Ok(Outcome::Silent("the pipeline that started the build tells it"));
    }
    let phase = change.failed_phase();
    let project = change.project.clone().unwrap_or_else(|| "of an unknown project".to_owned());
    let log = &change.log;
    let build = Build {
        project,
        phase: phase.and_then(|phase| phase.name.clone()),
        message: phase.and_then(|phase| phase.context.first().cloned()),
        log: log.group.clone().zip(log.stream.clone()).map(|(group, stream)| LogPlace { group, stream }),
        // The event does not name them.
        reports: Vec::new(),
        link: log.link.clone(),
    };
    let (reason, gaps) = Box::pin(handler.sources.build_reason(&build, invocation.sources_by)).await;
    let place = Place { build_project: change.project.clone(), ..place::of(&change.envelope) };
    let mut alert = Alert::new(Kind::BuildFailed, place);
    alert.occurred = Some(change.envelope.time.unwrap_or(invocation.now));
    alert.reasons.push(reason);
    alert.gaps.extend(gaps.into_iter().map(|gap| gap.0));
    alert.trigger.clone_from(&change.initiator);
    let id = change.build.as_deref().unwrap_or_default();
    let console = place::console(&alert.place).map(|console| console.build_log(id));
    alert.links.extend(console.or(build.link).map(|url| Link::new(LinkKind::Log, url)));
    let key = MessageKey::about(&["build", id], &[change.status.as_str()]);
    handler.announcer.say(key, alert, None, invocation).await
}
