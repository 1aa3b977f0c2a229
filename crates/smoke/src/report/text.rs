//! A report for a terminal or a log.

use std::fmt::Write;
use std::time::Duration;

use super::{CheckReport, Failure, Outcome, Report};
use crate::duration::in_words;

/// Names longer than this do not push the times of all others aside.
const WIDEST_NAME: usize = 60;

/// Where the lines about a failure begin.
const INDENT: &str = "          ";

impl Report {
    /// A line for each check, the details of each failure under it, and the summary.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("{} against {}\n", self.suite, self.base_url);
        let names = self.checks.iter().map(|check| check.name.chars().count());
        let width = names.max().unwrap_or_default().min(WIDEST_NAME);
        for check in &self.checks {
            text.push_str(&check.line(width));
            if let Some(failure) = check.failure() {
                text.push_str(&failure.details());
            }
        }
        text.push_str(&self.summary(usize::MAX));
        text.push('\n');
        text
    }
}

impl CheckReport {
    fn line(&self, width: usize) -> String {
        let (outcome, remark) = match &self.outcome {
            Outcome::Passed => ("passed", self.time()),
            Outcome::Failed { .. } => ("FAILED", self.time()),
            Outcome::NotRun { reason, .. } => ("not run", reason.clone()),
        };
        format!("  {outcome:<7} {:<width$}  {remark}\n", self.name)
    }

    fn time(&self) -> String {
        in_words(Duration::from_millis(self.duration_ms))
    }
}

impl Failure {
    /// Lines about what was expected and what came.
    pub(super) fn details(&self) -> String {
        let mut text = String::new();
        let mut line = |label: &str, value: &str| {
            let value = value.replace('\n', &format!("\n{INDENT}{:9}", ""));
            // Writing to a string cannot fail.
            let _: std::fmt::Result = writeln!(text, "{INDENT}{label:<9}{value}");
        };
        line("request", &format!("{} ({})", self.place(), self.location));
        line("url", &self.url);
        line("expected", &format!("{} {}", self.expectation, self.expected));
        line("got", &self.actual);
        if let Some(excerpt) = &self.excerpt {
            line("answer", excerpt);
        }
        if self.tries > 1 {
            line("tries", &format!("{} in {}", self.tries, in_words(Duration::from_millis(self.duration_ms))));
        }
        text
    }
}
