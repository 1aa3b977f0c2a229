//! What a report means for the pipeline.

use pipeline_job::{Failure, FailureKind, JobOutcome, OutputFile, Success};
use smoke::{CheckReport, Outcome, Report};

use crate::parameters::Parameters;

/// CodePipeline takes summaries of this many characters.
const SUMMARY_LIMIT: usize = 2048;

/// The outcome of the job: a failure unless the report says that the suite passed.
pub(crate) fn of(report: &Report, parameters: &Parameters) -> Result<JobOutcome, Failure> {
    let files = files(report)?;
    let external_execution_id = parameters.execution.clone();
    let summary = report.summary(SUMMARY_LIMIT);
    if !report.passed() {
        return Err(Failure { external_execution_id, files, ..Failure::new(FailureKind::JobFailed, summary) });
    }
    Ok(JobOutcome::Succeeded(Success { summary, variables: variables(report), external_execution_id, files }))
}

/// Writes a line for the run, after those of its checks.
pub(crate) fn log(report: &Report, parameters: &Parameters) {
    tracing::info!(
        environment = parameters.environment,
        execution = parameters.execution,
        suite = report.suite,
        passed = report.counts.passed,
        failed = report.counts.failed,
        not_run = report.counts.not_run,
        not_chosen = report.counts.not_chosen,
        duration_ms = report.duration_ms,
        "{}",
        report.summary(SUMMARY_LIMIT)
    );
}

/// Writes how a check ended. One that failed is a warning with all that a person needs to find out why; an error would
/// say that somebody has to act for the function itself.
pub(crate) fn log_check(check: &CheckReport) {
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

fn variables(report: &Report) -> Vec<(String, String)> {
    let counts = report.counts;
    let slowest = report.slowest_check.as_ref().map(|check| check.name.clone()).unwrap_or_default();
    [
        ("passed", counts.passed.to_string()),
        ("failed", counts.failed.to_string()),
        ("skipped", (counts.not_run + counts.not_chosen).to_string()),
        ("duration_ms", report.duration_ms.to_string()),
        ("slowest_check", slowest),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}

fn files(report: &Report) -> Result<Vec<OutputFile>, Failure> {
    let unwritable = |what: &str, error: &dyn std::error::Error| {
        Failure::new(FailureKind::JobFailed, format!("the report cannot be written as {what}: {error}"))
    };
    let json = report.to_json().map_err(|error| unwritable("JSON", &error))?;
    let junit = report.junit().map_err(|error| unwritable("JUnit XML", &error))?;
    Ok([("report.json", json), ("junit.xml", junit)]
        .map(|(path, content)| OutputFile { path: path.to_owned(), content: content.into() })
        .to_vec())
}
