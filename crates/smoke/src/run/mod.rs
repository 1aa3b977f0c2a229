//! From a suite and settings to a report.

mod capture;
mod check;
mod judge;
mod outgoing;
mod settings;
mod step;
mod tls;
mod tries;
mod unmet;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use futures_util::{StreamExt, stream};
use tokio::time::Instant;

use crate::exchange::{Hosts, Network};
use crate::redaction::Redactor;
use crate::report::{CheckReport, Counts, Outcome, Report};
use crate::suite::{Check, Suite};
use crate::template::Values;

pub use settings::{RunError, Secret, Settings};

/// What happens while a run goes on.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Progress<'a> {
    /// A check begins.
    Started {
        /// Its name.
        check: &'a str,
    },
    /// A step has not passed and will be tried again.
    Retrying {
        /// The check's name.
        check: &'a str,
        /// The step, from one.
        step: usize,
        /// Tries so far.
        tries: u32,
        /// Why it has not passed, such as `expected status 200, got 503`.
        message: &'a str,
    },
    /// A check is over.
    Finished {
        /// How it ended.
        check: &'a CheckReport,
        /// Checks that are over, this one counted.
        done: usize,
        /// Checks that the tags chose.
        chosen: usize,
    },
}

/// Runs the checks of a suite and reports what came of each. Needs a tokio runtime with time and I/O.
///
/// A check that does not pass is in the report. An error means that nothing was sent, because the settings do not fit the
/// suite.
pub async fn run(suite: &Suite, settings: Settings, progress: impl Fn(Progress<'_>)) -> Result<Report, RunError> {
    let run = Run {
        suite,
        values: settings.values(suite)?,
        redactor: settings.redactor(),
        network: Network::new(settings.tls.clone()),
        settings,
        progress,
    };
    Ok(run.report().await)
}

/// What all checks of one run share.
struct Run<'a, P> {
    suite: &'a Suite,
    settings: Settings,
    values: Values,
    redactor: Redactor,
    network: Network,
    progress: P,
}

impl<P: Fn(Progress<'_>)> Run<'_, P> {
    async fn report(&self) -> Report {
        let start = Instant::now();
        let started = self.now();
        let checks = self.checks().await;
        let report = Report {
            suite: self.suite.file_name.clone(),
            base_url: self.settings.base_url.to_string(),
            started: rfc3339(started),
            duration_ms: milliseconds(start.elapsed()),
            passed: false,
            tags: self.settings.tags.clone(),
            counts: Counts::default(),
            slowest_check: None,
            checks: Vec::new(),
        };
        report.of_checks(checks)
    }

    /// Runs what the tags choose, side by side, and puts the reports into the suite's order.
    async fn checks(&self) -> Vec<CheckReport> {
        let all = 0..self.suite.checks.len();
        let (chosen, others): (Vec<usize>, Vec<usize>) =
            all.partition(|index| self.chooses(&self.suite.checks[*index]));
        let (done, count) = (AtomicUsize::new(0), chosen.len());
        let done = &done;
        let running = stream::iter(chosen).map(|index| async move {
            let report = self.check(&self.suite.checks[index]).await;
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            (self.progress)(Progress::Finished { check: &report, done, chosen: count });
            (index, report)
        });
        let mut reports: Vec<(usize, CheckReport)> = running.buffer_unordered(self.suite.parallel).collect().await;
        reports.extend(others.into_iter().map(|index| (index, self.not_chosen(&self.suite.checks[index]))));
        reports.sort_by_key(|(index, _)| *index);
        reports.into_iter().map(|(_, report)| report).collect()
    }

    fn chooses(&self, check: &Check) -> bool {
        let tags = &self.settings.tags;
        tags.is_empty() || check.tags.iter().any(|tag| tags.contains(tag))
    }

    fn not_chosen(&self, check: &Check) -> CheckReport {
        let tags = self.settings.tags.join(" or ");
        not_run(check, false, format!("not chosen: it does not have the tag {tags}"))
    }

    fn now(&self) -> SystemTime {
        (self.settings.clock)()
    }

    fn hosts(&self) -> Hosts<'_> {
        Hosts { base: &self.settings.base_url.origin, allowed: &self.suite.allow_hosts }
    }
}

fn not_run(check: &Check, chosen: bool, reason: String) -> CheckReport {
    CheckReport {
        name: check.name.clone(),
        tags: check.tags.clone(),
        outcome: Outcome::NotRun { chosen, reason },
        duration_ms: 0,
        tries: 0,
    }
}

/// Whole seconds, UTC.
fn rfc3339(time: SystemTime) -> String {
    let time = jiff::Timestamp::try_from(time).unwrap_or_default();
    jiff::Timestamp::from_second(time.as_second()).unwrap_or_default().to_string()
}

fn milliseconds(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
