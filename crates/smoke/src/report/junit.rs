//! A report for everything that reads JUnit XML.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Report as JunitReport, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::{CheckReport, Outcome, Report};

impl Report {
    /// The report as JUnit XML: one test suite, a test case for each check. A check that the deadline kept from
    /// running is an error, one that was not chosen is skipped.
    pub fn junit(&self) -> Result<String, SerializeError> {
        let mut suite = TestSuite::new(self.suite.clone());
        suite.set_time(Duration::from_millis(self.duration_ms));
        suite.add_property(("base_url", self.base_url.as_str()));
        suite.add_property(("started", self.started.as_str()));
        suite.add_test_cases(self.checks.iter().map(|check| check.test_case(&self.suite)));
        let mut report = JunitReport::new("launchway smoke");
        report.set_time(Duration::from_millis(self.duration_ms));
        report.add_test_suite(suite);
        report.to_string()
    }
}

impl CheckReport {
    fn test_case(&self, suite: &str) -> TestCase {
        let status = match &self.outcome {
            Outcome::Passed => TestCaseStatus::success(),
            Outcome::Failed { failure } => {
                let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                status.set_type(failure.expectation.clone());
                status.set_message(format!("{}: {}", failure.place(), failure.message));
                status.set_description(failure.details());
                status
            }
            Outcome::NotRun { chosen, reason } => {
                let mut status = if *chosen {
                    TestCaseStatus::non_success(NonSuccessKind::Error)
                } else {
                    TestCaseStatus::skipped()
                };
                status.set_type("not run");
                status.set_message(reason.clone());
                status
            }
        };
        let mut case = TestCase::new(self.name.clone(), status);
        case.set_classname(suite);
        case.set_time(Duration::from_millis(self.duration_ms));
        case
    }
}
