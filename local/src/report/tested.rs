//! What a build reported about its tests.

use maud::{Markup, html};
use serde::Serialize;

/// The report of one report group.
#[derive(Debug, Clone, Serialize)]
pub struct TestReport {
    /// The report group's name.
    pub group: String,
    /// `SUCCEEDED`, `FAILED` or `INCOMPLETE`.
    pub status: String,
    /// Why it is incomplete.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// How many tests passed.
    pub passed: usize,
    /// How many failed.
    pub failed: usize,
    /// How many could not be carried out.
    pub errored: usize,
    /// How many did not run.
    pub skipped: usize,
    /// How long the tests took together, as they say.
    pub duration_ms: u64,
    /// The tests that failed or could not be carried out.
    pub failures: Vec<FailedTest>,
}

/// A test that did not pass.
#[derive(Debug, Clone, Serialize)]
pub struct FailedTest {
    /// The name of its suite or class.
    pub suite: String,
    /// Its name.
    pub name: String,
    /// What it said.
    pub message: String,
}

impl TestReport {
    /// The counts in words, e.g. `1 of 72 tests failed, 2 skipped (shop-tests)`.
    #[must_use]
    pub fn headline(&self) -> String {
        let Self { group, passed, failed, errored, skipped, .. } = self;
        let all = passed + failed + errored + skipped;
        let bad = failed + errored;
        let result = if bad > 0 { format!("{bad} of {all} tests failed") } else { format!("{passed} tests passed") };
        let skipped = if *skipped > 0 { format!(", {skipped} skipped") } else { String::new() };
        match &self.problem {
            Some(problem) => format!("the report {group} is incomplete: {problem}"),
            None => format!("{result}{skipped} ({group})"),
        }
    }

    /// The counts and each failure, for a terminal.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let failure = |test: &FailedTest| {
            let message = test.message.lines().next().unwrap_or_default();
            format!("{} {}: {message}", test.suite, test.name).trim_start().to_owned()
        };
        std::iter::once(self.headline()).chain(self.failures.iter().map(failure)).collect()
    }

    /// The same for the page, with whole messages.
    pub(super) fn markup(&self) -> Markup {
        html! {
            details open[self.status != "SUCCEEDED"] {
                summary { (self.headline()) }
                @for test in &self.failures {
                    p.summary { strong { (test.name) } " " (test.suite) }
                    pre { (test.message) }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report([passed, failed, errored, skipped]: [usize; 4], problem: Option<&str>) -> TestReport {
        let failed_test = |at| FailedTest {
            suite: "src/lib.rs".into(),
            name: format!("t{at}"),
            message: "left is <b>\nright is not".into(),
        };
        TestReport {
            group: "shop-tests".into(),
            status: if failed + errored > 0 { "FAILED" } else { "SUCCEEDED" }.into(),
            problem: problem.map(str::to_owned),
            passed,
            failed,
            errored,
            skipped,
            duration_ms: 0,
            failures: (0..failed + errored).map(failed_test).collect(),
        }
    }

    #[test]
    fn counts_in_words() {
        for (counts, problem, expected) in [
            ([3, 0, 0, 0], None, "3 tests passed (shop-tests)"),
            ([3, 0, 0, 2], None, "3 tests passed, 2 skipped (shop-tests)"),
            ([3, 1, 1, 1], None, "2 of 6 tests failed, 1 skipped (shop-tests)"),
            ([0, 0, 0, 0], Some("no file"), "the report shop-tests is incomplete: no file"),
        ] {
            assert_eq!(report(counts, problem).headline(), expected);
        }
    }

    #[test]
    fn failures_are_shown_with_what_they_said() {
        let report = report([0, 1, 0, 0], None);
        assert_eq!(report.lines(), ["1 of 1 tests failed (shop-tests)", "src/lib.rs t0: left is <b>"]);
        let page = report.markup().into_string();
        assert!(page.contains("<details open>") && page.contains("left is &lt;b&gt;\nright is not"), "{page}");
    }
}
