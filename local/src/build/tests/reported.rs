//! Builds whose buildspec has reports.

use super::*;

/// Tests are counted whether their command failed or not, and never fail a build themselves.
#[tokio::test]
async fn a_build_reports_its_tests() {
    let failed =
        "<testsuite name='s'><testcase name='a'/><testcase name='b'><failure>no</failure></testcase></testsuite>";
    for (written, command, status, report, reason) in [
        (failed, "exit 0", BuildStatus::Succeeded, ReportStatus::Failed, ""),
        (failed, "exit 101", BuildStatus::Failed, ReportStatus::Failed, "exit status 101"),
        ("<testsuite/>", "exit 0", BuildStatus::Succeeded, ReportStatus::Succeeded, ""),
        (
            "oops",
            "exit 0",
            BuildStatus::Failed,
            ReportStatus::Incomplete,
            "CLIENT_ERROR: [tests: [error processing report",
        ),
    ] {
        let case = Case::new(&[
            (
                "buildspec.yml",
                &format!(
                    "version: 0.2\nphases: {{build: {{commands: [mkdir -p out; cp written.xml out/tests.xml, {command}]}}}}
reports: {{tests: {{files: [tests.xml], base-directory: out}}}}"
                ),
            ),
            ("written.xml", written),
        ]);
        let Result { outcome, said, .. } = case.run().await;
        assert_eq!((outcome.status, outcome.reports[0].status), (status, report), "{written} {command}: {said:?}");
        let failure = outcome.failure().map(|(_, message)| message).unwrap_or_default();
        assert!(failure.contains(reason) && failure.is_empty() == reason.is_empty(), "{failure}");
        let counted = format!("Report tests: {} test cases, {report}", outcome.reports[0].cases.len());
        assert!(said.iter().any(|line| line.contains(&counted)), "{said:?}");
    }
}
