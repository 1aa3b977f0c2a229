//! The text of a notification, as an email shows it.

use crate::alert::Alert;
use crate::clean::{CUT, one_line, within, within_bytes};
use crate::next;
use crate::revision::Revision;
use crate::shown::{Shown, log};
use crate::words;

/// Bytes of a section. Seven of them stay far below the 256 KiB of `Publish`.
const SECTION: usize = 12_000;
/// Characters of a line.
const LINE: usize = 1_000;
/// Characters of an address; a longer one is left out.
const ADDRESS: usize = 900;
/// How many of a kind are shown.
const REASONS: usize = 10;
const DETAILS: usize = 12;
const REVISIONS: usize = 20;
const LINKS: usize = 10;
const LOG_LINES: usize = 40;

pub(super) fn of(alert: &Alert) -> String {
    let sections = [
        within(&alert.headline(), LINE),
        alert.note.as_deref().map(|note| within(&one_line(note), LINE)).unwrap_or_default(),
        section(alert.kind.why(), why(alert)),
        section(if alert.revisions.len() > 1 { "Changes" } else { "Change" }, change(alert)),
        section("Where and when", place(alert)),
        section("What to do", next::steps(alert)),
        section("Links", links(alert)),
        section("Log", logs(alert)),
    ];
    let filled: Vec<String> =
        sections.into_iter().filter(|text| !text.is_empty()).map(|text| within_bytes(&text, SECTION)).collect();
    filled.join("\n\n") + "\n"
}

fn section(title: &str, lines: Vec<String>) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let lines = lines.into_iter().map(|line| format!("  {}", within(&line, LINE)));
    [title.to_owned()].into_iter().chain(lines).collect::<Vec<_>>().join("\n")
}

fn why(alert: &Alert) -> Vec<String> {
    let mut lines: Vec<String> =
        alert.approval.iter().filter_map(|approval| approval.text.as_deref()).map(one_line).collect();
    for reason in alert.reasons.iter().take(REASONS).map(Shown::of) {
        lines.push(reason.title);
        let indented = reason.details.iter().map(|detail| format!("  {detail}"));
        lines.extend(some(indented.collect(), DETAILS));
    }
    lines.extend(alert.gaps.iter().take(REASONS).map(|gap| format!("Could not be read: {}", one_line(gap))));
    lines
}

fn change(alert: &Alert) -> Vec<String> {
    let mut lines = some(alert.revisions.iter().map(revision).collect(), REVISIONS);
    let production = alert.approval.as_ref().and_then(|approval| approval.production.as_deref());
    lines.extend(production.map(|id| format!("Production has {}", one_line(id))));
    lines.extend(alert.trigger.as_deref().map(|trigger| format!("Started by {}", one_line(trigger))));
    lines
}

fn revision(revision: &Revision) -> String {
    let title = revision.title().map_or(String::new(), |title| format!(" {title}"));
    let author = revision.author.as_deref().map_or(String::new(), |author| format!(", by {}", one_line(author)));
    let branch = revision.branch.as_deref().map_or(String::new(), |branch| format!(", on {}", one_line(branch)));
    format!("{}{title}{author}{branch}", one_line(&revision.id))
}

fn place(alert: &Alert) -> Vec<String> {
    let place = &alert.place;
    let parts = [
        ("Environment", &place.environment),
        ("Pipeline", &place.pipeline),
        ("Stage", &place.stage),
        ("Action", &place.action),
        ("Execution", &place.execution),
        ("Deployment group", &place.deployment_group),
        ("Deployment", &place.deployment),
        ("Service", &place.service),
        ("Build project", &place.build_project),
        ("Alarm", &place.alarm),
        ("Account", &place.account),
        ("Region", &place.region),
    ];
    let named = parts.into_iter().filter_map(|(name, value)| Some(format!("{name}: {}", one_line(value.as_deref()?))));
    let occurred = alert.occurred.map(|at| format!("At: {}", words::moment(at)));
    let since = alert.since.map(|since| {
        let lasted = alert.lasted().map_or(String::new(), |lasted| format!(" ({})", words::in_words(lasted)));
        format!("Since: {}{lasted}", words::moment(since))
    });
    let row = words::in_a_row(alert.in_a_row).map(|row| format!("The {row}"));
    let approvers = alert.approval.iter().filter(|approval| !approval.approvers.is_empty());
    let approvers = approvers.map(|approval| format!("May approve: {}", one_line(&approval.approvers.join(", "))));
    named.chain(occurred).chain(since).chain(row).chain(approvers).collect()
}

fn links(alert: &Alert) -> Vec<String> {
    let commits = alert.revisions.iter().filter_map(|revision| {
        let link = crate::link::web_address(revision.url.as_deref()?, ADDRESS)?;
        Some(format!("Commit {}: {link}", revision.short()))
    });
    let links = alert
        .links
        .iter()
        .filter_map(|link| Some(format!("{}: {}", within(&one_line(link.label()), 60), link.address(ADDRESS)?)));
    // With the longest label a line stays within `LINE`: an address must not be cut.
    links.chain(commits).take(LINKS).collect()
}

fn logs(alert: &Alert) -> Vec<String> {
    let mut shown = Vec::new();
    for reason in alert.reasons.iter().take(REASONS) {
        let lines = log(reason);
        if lines.is_empty() {
            continue;
        }
        shown.push(Shown::of(reason).title);
        let hidden = lines.len().saturating_sub(LOG_LINES);
        shown.extend((hidden > 0).then(|| format!("  {CUT}")));
        shown.extend(lines[hidden..].iter().map(|line| format!("  {line}")));
    }
    shown
}

/// The first `limit` lines, and how many are not shown.
fn some(mut lines: Vec<String>, limit: usize) -> Vec<String> {
    let hidden = lines.len().saturating_sub(limit);
    if hidden > 0 {
        lines.truncate(limit);
        lines.push(format!("{CUT} and {hidden} more"));
    }
    lines
}
