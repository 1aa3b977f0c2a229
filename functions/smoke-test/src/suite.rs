//! From a suite's text to the report of its run.

use std::collections::BTreeMap;
use std::time::SystemTime;

use function_setup::AwsSetup;
use pipeline_job::{Failure, Job};
use smoke::{BaseUrl, Progress, Report, Secret, Settings, Suite};

use crate::parameters::Parameters;
use crate::result;

/// The longest suite that is read, in bytes.
pub(crate) const SIZE_LIMIT: u64 = smoke::SUITE_SIZE_LIMIT as u64;

/// Reads the suite `path`; the failure names every problem in it.
pub(crate) fn parse(content: &[u8], path: &str) -> Result<Suite, Failure> {
    let text = std::str::from_utf8(content)
        .map_err(|error| Failure::configuration(format!("the suite {path:?} is not UTF-8 text: {error}")))?;
    Suite::parse(text, path).map_err(|errors| {
        let count = errors.problems().len();
        let problems = if count == 1 { "one problem".to_owned() } else { format!("{count} problems") };
        Failure::configuration(format!("the suite {path:?} has {problems}:\n{errors}"))
    })
}

/// What the suite is run with.
pub(crate) fn settings(
    suite: &Suite,
    parameters: &Parameters,
    base_url: &str,
    secrets: BTreeMap<String, String>,
    job: &Job,
    setup: &AwsSetup,
) -> Result<Settings, Failure> {
    let base_url: BaseUrl = base_url.parse().map_err(|error| {
        Failure::configuration(format!(
            "the base URL of the environment {:?} in ENVIRONMENT_URLS cannot be used: {error}",
            parameters.environment
        ))
    })?;
    let mut settings = Settings::new(base_url, setup.tls.clone(), job.deadline().ready_by, SystemTime::now);
    settings.variables = parameters.values(suite.variables());
    settings.secrets = secrets.into_iter().map(|(name, value)| (name, Secret::from(value))).collect();
    settings.tags.clone_from(&parameters.tags);
    Ok(settings)
}

/// Runs the suite. A check that fails is in the report; the failure here is a configuration that does not fit.
pub(crate) async fn run(suite: &Suite, settings: Settings) -> Result<Report, Failure> {
    smoke::run(suite, settings, log_progress).await.map_err(|error| Failure::configuration(error.to_string()))
}

/// Logged as it happens, so that the log of a function that was killed says how far it came.
fn log_progress(progress: Progress<'_>) {
    match progress {
        Progress::Retrying { check, step, tries, message } => {
            tracing::debug!(check.name = check, step, tries, "check {check:?} is tried again: {message}");
        }
        Progress::Finished { check, .. } => result::log_check(check),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suite_that_cannot_be_read_names_every_problem() {
        let table: &[(&[u8], &[&str])] = &[
            (b"\xff", &["the suite \"ci/smoke.yaml\" is not UTF-8 text"]),
            (b"", &["the suite \"ci/smoke.yaml\" has", "ci/smoke.yaml:1:1: "]),
            (
                b"version: 1\nchecks:\n  - name: home\n    request: GET /\n    expects: {}\n",
                &["has one problem:\nci/smoke.yaml:5:5: ", "did you mean \"expect\"?"],
            ),
            (b"version: 2\nchecks: []\nparalel: 8\n", &["problems:\n", ":1:10: ", "did you mean \"parallel\"?"]),
        ];
        for (content, expected) in table {
            let failure = parse(content, "ci/smoke.yaml").unwrap_err();
            for part in *expected {
                assert!(failure.message.contains(part), "{}", failure.message);
            }
        }
    }

    #[test]
    fn a_good_suite_is_read() {
        let suite = parse(b"version: 1\nchecks:\n  - name: home\n    request: GET /\n", "smoke.yaml").unwrap();
        assert_eq!(suite.checks().len(), 1);
    }
}
