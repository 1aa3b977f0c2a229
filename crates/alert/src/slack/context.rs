//! What to do, and the small print: where, since when, and where to look.

use jiff::Timestamp;

use crate::alert::Alert;
use crate::next;
use crate::slack::mrkdwn::{cost, lines, link, prose};
use crate::words;

/// Of each paragraph.
const NEXT: usize = 700;
const CIRCUMSTANCES: usize = 1_000;
const LINKS: usize = 1_800;
const STEP: usize = 300;
const NAME: usize = 80;
const ADDRESS: usize = 700;
const LABEL: usize = 40;

/// What to do now.
pub(super) fn next_steps(alert: &Alert) -> Option<String> {
    lines(next::steps(alert).iter().map(|step| format!(":point_right: {}", prose(step, STEP))), NEXT)
}

/// Environment, time and repetition in one line, and what could not be found out below.
pub(super) fn circumstances(alert: &Alert) -> Option<String> {
    let environment = alert.place.environment_to_name().map(|name| prose(name, NAME));
    let action = alert.place.action.as_deref().map(|name| format!("action {}", prose(name, NAME)));
    let row = words::in_a_row(alert.in_a_row);
    let occurred = alert.occurred.map(moment);
    let since = since(alert);
    let facts = [environment, action, row, since, occurred].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let facts = (!facts.is_empty()).then_some(facts);
    let gaps = alert.gaps.iter().take(3).map(|gap| format!("Could not be read: {}", prose(gap, 150)));
    lines(facts.into_iter().chain(gaps), CIRCUMSTANCES)
}

/// The links in one line; those that do not fit are left out whole.
pub(super) fn links(alert: &Alert) -> Option<String> {
    let mut text = String::new();
    for one in &alert.links {
        let Some(address) = one.address(ADDRESS) else { continue };
        let separator = if text.is_empty() { "" } else { " · " };
        let next = format!("{separator}{}", link(&address, one.label(), LABEL));
        if cost(&text) + cost(&next) <= LINKS {
            text.push_str(&next);
        }
    }
    (!text.is_empty()).then_some(text)
}

/// How long it has been, in words that suit the kind.
fn since(alert: &Alert) -> Option<String> {
    let lasted = alert.lasted();
    if alert.kind.is_past() {
        return lasted.map(|lasted| format!("after {}", words::in_words(lasted)));
    }
    let since = moment(alert.since?);
    Some(
        lasted
            .map_or_else(|| format!("since {since}"), |lasted| format!("since {since} ({})", words::in_words(lasted))),
    )
}

/// A moment in the reader's own time zone, with UTC for clients that cannot say it (Slack, "Date formatting").
fn moment(moment: Timestamp) -> String {
    format!("<!date^{}^{{date_short_pretty}} {{time}}|{}>", moment.as_second(), words::moment(moment))
}
