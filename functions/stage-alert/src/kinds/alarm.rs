//! Alarms of an environment.

use alert::{Alert, Kind, Link, LinkKind, Place, Reason};
use delivery_event::{AlarmChange, AlarmMetric, AlarmState};
use ledger::MessageKey;

use crate::handler::{Handler, UNREMARKABLE};
use crate::invocation::Invocation;
use crate::outcome::{Outcome, Unsent};
use crate::place;

/// The event of an alarm.
pub(crate) async fn tell(handler: &Handler, change: &AlarmChange, invocation: &Invocation) -> Result<Outcome, Unsent> {
    let kind = match (&change.before.state, &change.now.state) {
        (_, AlarmState::Alarm) => Kind::Alarm,
        (AlarmState::Alarm, AlarmState::Ok) => Kind::AlarmCleared,
        _ => return Ok(UNREMARKABLE),
    };
    if change.mute.is_some() || change.suppressed_by.is_some() {
        return Ok(Outcome::Silent("the alarm is muted"));
    }
    let name = change.name.clone().unwrap_or_else(|| "without a name".to_owned());
    let place = Place {
        environment: place::environment(&handler.announcer.config, &name),
        alarm: Some(name.clone()),
        ..place::of(&change.envelope)
    };
    let at = change.now.since.or(change.envelope.time).unwrap_or(invocation.now);
    let mut alert = Alert::new(kind, place);
    alert.occurred = Some(at);
    let mut why = &change.now;
    if kind == Kind::AlarmCleared {
        alert.since = change.before.since;
        // Why it went off tells more than that it is over.
        why = if change.before.reason.is_some() { &change.before } else { why };
    }
    let metric = metric_of(change);
    alert.reasons.push(Reason::Alarm { name: name.clone(), metric, message: why.reason.clone() });
    alert.note.clone_from(&change.description);
    let link = place::console(&alert.place).map(|console| Link::new(LinkKind::Alarm, console.alarm(&name)));
    alert.links.extend(link);
    // The alarm may go off again: the moment tells one time from another.
    let key = MessageKey::about(&["alarm", &name], &[kind.state(), &at.to_string()]);
    handler.announcer.say(key, alert, None, invocation).await
}

/// What the alarm looks at: metrics, or the rule of a composite one.
fn metric_of(change: &AlarmChange) -> Option<String> {
    let metrics: Vec<String> = change.metrics.iter().filter_map(in_words).collect();
    if metrics.is_empty() { change.rule.clone() } else { Some(metrics.join("; ")) }
}

fn in_words(metric: &AlarmMetric) -> Option<String> {
    let name = metric.name.as_ref().or(metric.expression.as_ref())?;
    let statistic = metric.statistic.as_ref().map_or(String::new(), |statistic| format!("{statistic} of "));
    let namespace = metric.namespace.as_ref().map_or(String::new(), |namespace| format!("{namespace} "));
    let dimensions: Vec<String> = metric.dimensions.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let dimensions = if dimensions.is_empty() { String::new() } else { format!(" ({})", dimensions.join(", ")) };
    Some(format!("{statistic}{namespace}{name}{dimensions}"))
}
