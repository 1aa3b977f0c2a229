//! A suite and how it is run, each test changing what it is about.

use std::sync::Arc;
use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use smoke::{BaseUrl, Failure, Report, RunError, Settings, Suite};
use tokio::time::Instant;

static TLS: LazyLock<Arc<rustls::ClientConfig>> = LazyLock::new(|| http_stack::client_config(None).unwrap());

/// 2026-11-24T02:00:00Z.
pub(crate) fn clock() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_hours(498_746)
}

/// A suite of the checks in `checks`, which are the items of a YAML list.
pub(crate) fn suite(head: &str, checks: &str) -> Suite {
    let text = format!("version: 1\n{head}\nchecks:\n{checks}\n");
    Suite::parse(&text, "smoke.yaml").unwrap_or_else(|errors| panic!("{errors}"))
}

/// Settings with which nothing is in the way.
pub(crate) fn settings(url: &str) -> Settings {
    let base_url: BaseUrl = url.parse().unwrap();
    Settings::new(base_url, Arc::clone(&TLS), Instant::now() + Duration::from_mins(1), clock)
}

/// Runs a suite with changed settings.
pub(crate) async fn run_with(suite: &Suite, url: &str, change: impl FnOnce(&mut Settings)) -> Result<Report, RunError> {
    let mut settings = settings(url);
    change(&mut settings);
    smoke::run(suite, settings, |_| {}).await
}

/// Runs one check with this step (its keys at the margin), under `head`.
pub(crate) async fn step(head: &str, step: &str, url: &str) -> Report {
    let check = format!("  - name: the check\n    {}", step.trim().replace('\n', "\n    "));
    run_with(&suite(head, &check), url, |_| {}).await.unwrap()
}

/// The failure of the first check.
pub(crate) fn failure(report: &Report) -> &Failure {
    report.checks[0].failure().unwrap_or_else(|| panic!("{}", report.text()))
}

/// What the first failing step said, or that all passed.
pub(crate) fn outcome(report: &Report) -> String {
    report.checks[0].failure().map_or_else(|| "passed".to_owned(), |failure| failure.message.clone())
}
