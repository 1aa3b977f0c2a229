//! Why: the first thing to read below the headline.

use crate::alert::Alert;
use crate::shown::{Shown, log};
use crate::slack::mrkdwn::{code, lines, prose};
use crate::words;

/// Of the whole paragraph. A section takes 3,000.
const WHY: usize = 2_800;
/// Of a log, of which two are shown.
const LOG: usize = 1_300;
const LOGS: usize = 2;
const TITLE: usize = 200;
const DETAIL: usize = 400;
const REASONS: usize = 4;
const DETAILS: usize = 6;

/// The mention, what somebody said, and the reasons.
pub(super) fn why(alert: &Alert) -> Option<String> {
    let mut text = Vec::new();
    text.extend(alert.mention.as_ref().map(crate::mention::Mention::markup));
    text.extend(alert.note.as_deref().map(|note| prose(note, DETAIL)).filter(|note| !note.is_empty()));
    if let Some(approval) = &alert.approval {
        text.extend(approval.text.as_deref().map(|text| prose(text, DETAIL)).filter(|text| !text.is_empty()));
        if !approval.approvers.is_empty() {
            text.push(format!("*May approve* {}", prose(&approval.approvers.join(", "), DETAIL)));
        }
    }
    if alert.kind.is_past() && !alert.reasons.is_empty() {
        text.push(format!("{}:", alert.kind.why()));
    }
    for reason in alert.reasons.iter().take(REASONS) {
        let shown = Shown::of(reason);
        text.push(format!("*{}*", prose(&shown.title, TITLE)));
        text.extend(shown.details.iter().take(DETAILS).map(|detail| format!("• {}", prose(detail, DETAIL))));
        text.extend(more(shown.details.len(), DETAILS, "line"));
    }
    text.extend(more(alert.reasons.len(), REASONS, "reason"));
    lines(text, WHY)
}

/// The ends of the logs, while there still is something to mend.
pub(super) fn logs(alert: &Alert) -> Vec<String> {
    if alert.kind.is_past() {
        return Vec::new();
    }
    alert.reasons.iter().filter_map(|reason| code(&log(reason), LOG)).take(LOGS).collect()
}

/// How much is not shown.
fn more(count: usize, shown: usize, thing: &str) -> Option<String> {
    let hidden = u64::try_from(count.saturating_sub(shown)).unwrap_or(u64::MAX);
    (hidden > 0).then(|| format!("… and {}", words::counted(hidden, &format!("more {thing}"))))
}
