//! What a report means for the pipeline.

use pipeline_job::{Failure, FailureKind, JobOutcome, OutputFile, Success};
use smoke::Report;
use suite_run::SUMMARY_LIMIT;

use crate::parameters::Parameters;

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
        revision = parameters.revision,
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

#[cfg(test)]
mod tests {
    use smoke::{Counts, SlowestCheck};

    use super::*;

    fn report(counts: Counts) -> Report {
        Report {
            suite: "smoke.yaml".to_owned(),
            base_url: "http://127.0.0.1:1".to_owned(),
            started: "2026-01-01T00:00:00Z".to_owned(),
            duration_ms: 1234,
            passed: counts.failed == 0 && counts.not_run == 0 && counts.passed > 0,
            tags: vec!["before-traffic".to_owned()],
            counts,
            slowest_check: (counts.passed > 0).then(|| SlowestCheck { name: "home".to_owned(), duration_ms: 7 }),
            checks: Vec::new(),
        }
    }

    fn parameters() -> Parameters {
        serde_json::from_str(r#"{"environment":"staging","execution":"run-1"}"#).unwrap()
    }

    fn paths(files: &[OutputFile]) -> Vec<&str> {
        files.iter().map(|file| file.path.as_str()).collect()
    }

    #[test]
    fn a_suite_that_passed_is_a_success_with_variables() {
        let report = report(Counts { passed: 5, not_chosen: 2, ..Counts::default() });
        let JobOutcome::Succeeded(success) = of(&report, &parameters()).unwrap() else { panic!("it is done") };
        let variables: Vec<_> = success.variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(
            variables,
            [("passed", "5"), ("failed", "0"), ("skipped", "2"), ("duration_ms", "1234"), ("slowest_check", "home")]
        );
        assert_eq!(paths(&success.files), ["report.json", "junit.xml"]);
        assert_eq!(success.external_execution_id.as_deref(), Some("run-1"));
        assert!(success.summary.starts_with("5 checks passed"), "{}", success.summary);
    }

    #[test]
    fn whatever_did_not_pass_is_a_failure_with_the_report() {
        for counts in [
            Counts { passed: 5, failed: 1, ..Counts::default() },
            Counts { passed: 5, not_run: 1, ..Counts::default() },
            Counts { not_chosen: 7, ..Counts::default() },
            Counts::default(),
        ] {
            let failure = of(&report(counts), &parameters()).unwrap_err();
            assert_eq!(failure.kind, FailureKind::JobFailed, "{counts:?}");
            assert_eq!(paths(&failure.files), ["report.json", "junit.xml"]);
            assert_eq!(failure.external_execution_id.as_deref(), Some("run-1"));
            assert!(!failure.message.is_empty());
        }
    }
}
