//! A report in one line.

use std::time::Duration;

use super::{CheckReport, Failure, Outcome, Report};
use crate::duration::in_words;
use crate::redaction::shorten;

impl Report {
    /// One line of at most `max_chars` characters: what passed, or which checks failed, with expected and actual.
    #[must_use]
    pub fn summary(&self, max_chars: usize) -> String {
        let mut parts: Vec<String> = Vec::new();
        let failed: Vec<String> = self.checks.iter().filter_map(of_failed).collect();
        let counts = self.counts;
        if counts.failed > 0 {
            parts.push(format!("{} of {} failed: {}", counts.failed, checks(counts.chosen()), failed.join("; ")));
        }
        if counts.not_run > 0 {
            let names: Vec<String> = self.checks.iter().filter(|check| is_late(check)).map(quoted).collect();
            let of = if counts.failed > 0 { String::new() } else { format!(" of {}", checks(counts.chosen())) };
            parts.push(format!("{}{of} did not run before the deadline: {}", counts.not_run, names.join(", ")));
        }
        if counts.chosen() == 0 {
            parts.push(self.none_chosen());
        }
        if parts.is_empty() {
            let time = in_words(Duration::from_millis(self.duration_ms));
            parts.push(format!("{} passed in {time}", checks(counts.passed)));
            if counts.not_chosen > 0 {
                parts.push(format!("{} not chosen", counts.not_chosen));
            }
        }
        shorten(&parts.join("; "), max_chars).into_owned()
    }

    fn none_chosen(&self) -> String {
        let tags: Vec<String> = self.tags.iter().map(|tag| format!("{tag:?}")).collect();
        format!("no check was chosen: none has the tag {}", tags.join(" or "))
    }
}

impl Failure {
    /// Which request failed, for a line about its check.
    pub(super) fn place(&self) -> String {
        if self.steps > 1 { format!("step {} {}", self.step, self.request) } else { self.request.clone() }
    }
}

fn of_failed(check: &CheckReport) -> Option<String> {
    let failure = check.failure()?;
    Some(one_line(&format!("{} {}: {}", quoted(check), failure.place(), failure.message)))
}

fn is_late(check: &CheckReport) -> bool {
    matches!(check.outcome, Outcome::NotRun { chosen: true, .. })
}

fn quoted(check: &CheckReport) -> String {
    format!("\"{}\"", check.name)
}

fn checks(count: usize) -> String {
    if count == 1 { "1 check".to_owned() } else { format!("{count} checks") }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
