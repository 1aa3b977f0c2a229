//! A run in the function's log, check by check as they end, so that the log of a function that was killed says how far
//! it came.

use smoke::{CheckReport, Outcome, Progress};

/// The most characters of a run's summary: those that CodePipeline takes.
pub const SUMMARY_LIMIT: usize = 2048;

pub(crate) fn progress(progress: Progress<'_>) {
    match progress {
        Progress::Retrying { check, step, tries, message } => {
            tracing::debug!(check.name = check, step, tries, "check {check:?} is tried again: {message}");
        }
        Progress::Finished { check, .. } => finished(check),
        _ => {}
    }
}

/// Writes how a check ended. One that failed is a warning with all that a person needs to find out why; an error would
/// say that somebody has to act for the function itself.
fn finished(check: &CheckReport) {
    let CheckReport { name, duration_ms, tries, outcome, .. } = check;
    match outcome {
        Outcome::Passed => {
            tracing::info!(check.name = name, duration_ms, tries, outcome = "passed", "check {name:?} passed");
        }
        Outcome::Failed { failure } => tracing::warn!(
            check.name = name,
            duration_ms,
            tries,
            outcome = "failed",
            step = failure.step,
            request = failure.request,
            url = failure.url,
            expected = failure.expected,
            actual = failure.actual,
            excerpt = failure.excerpt,
            "check {name:?} failed: {}",
            failure.message
        ),
        Outcome::NotRun { reason, .. } => {
            tracing::warn!(check.name = name, outcome = "not run", "check {name:?} did not run: {reason}");
        }
    }
}
