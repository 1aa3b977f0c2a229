//! Where an event happened.

use alert::{Console, Link, LinkKind, Place};
use delivery_event::Envelope;
use ledger::Execution;

use crate::config::Config;

/// The account and the region of an event.
pub(crate) fn of(envelope: &Envelope) -> Place {
    Place { account: envelope.account.clone(), region: envelope.region.clone(), ..Place::default() }
}

/// A stage of an execution.
pub(crate) fn of_stage(config: &Config, envelope: &Envelope, execution: &Execution, stage: Option<&str>) -> Place {
    Place {
        environment: stage.and_then(|stage| environment(config, stage)),
        pipeline: Some(execution.pipeline.clone()).filter(|name| !name.is_empty()),
        stage: stage.map(str::to_owned),
        execution: Some(execution.id.clone()).filter(|id| !id.is_empty()),
        ..of(envelope)
    }
}

/// The console where it happened, when the event says where.
pub(crate) fn console(place: &Place) -> Option<Console> {
    Some(Console::new(place.region.as_deref()?, place.account.as_deref().unwrap_or_default()))
}

/// The link to the execution.
pub(crate) fn execution_link(place: &Place) -> Option<Link> {
    let url = console(place)?.execution(place.pipeline.as_deref()?, place.execution.as_deref()?);
    Some(Link::new(LinkKind::Execution, url))
}

/// The environment that a name tells: one that has a route, or one that everybody calls so.
pub(crate) fn environment(config: &Config, name: &str) -> Option<String> {
    let routed = config.routes.environment_in(name).map(str::to_owned);
    routed.or_else(|| {
        let name = name.to_ascii_lowercase();
        ["staging", "production"].into_iter().find(|known| name.contains(known)).map(str::to_owned)
    })
}
