//! Reports of builds, as CodeBuild keeps them.

use serde::Serialize;
use uuid::Uuid;

use crate::build::{TestCase, TestReport};

/// The most test cases that a report keeps; those that failed come first.
const CASES: usize = 500;

/// The report of one build in its report group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReportRecord {
    /// The report group's ARN.
    pub group_arn: String,
    /// What tells it from the group's other reports.
    pub uuid: String,
    /// What it says.
    pub report: TestReport,
}

impl ReportRecord {
    /// A new report. A group that has no ARN in the buildspec is called after the project and its name there.
    pub(super) fn new((project, region, account): (&str, &str, &str), report: TestReport) -> Self {
        let group_arn = if report.group.starts_with("arn:") {
            report.group.clone()
        } else {
            format!("arn:aws:codebuild:{region}:{account}:report-group/{project}-{}", report.group)
        };
        Self { group_arn, uuid: Uuid::new_v4().to_string(), report }
    }

    /// The report group's name.
    #[must_use]
    pub fn group(&self) -> &str {
        self.group_arn.rsplit('/').next().unwrap_or_default()
    }

    /// The report's ARN: `arn:aws:codebuild:REGION:ACCOUNT:report/GROUP:UUID`.
    #[must_use]
    pub fn arn(&self) -> String {
        format!("{}:{}", self.group_arn.replace(":report-group/", ":report/"), self.uuid)
    }

    /// The test cases that CodeBuild keeps.
    pub(super) fn kept(&self) -> Vec<&TestCase> {
        let mut cases: Vec<&TestCase> = self.report.cases.iter().collect();
        if self.is_truncated() {
            cases.sort_by_key(|case| case.status);
            cases.truncate(CASES);
        }
        cases
    }

    /// Whether there were more test cases than CodeBuild keeps.
    pub(super) fn is_truncated(&self) -> bool {
        self.report.cases.len() > CASES
    }
}

/// The ARN of the report group of a report; nothing for what is no report's ARN.
pub(super) fn group_of(report_arn: &str) -> Option<String> {
    let (before, report) = report_arn.split_once(":report/").filter(|(before, _)| before.starts_with("arn:"))?;
    let (group, _) = report.split_once(':')?;
    Some(format!("{before}:report-group/{group}"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;

    use super::*;
    use crate::build::{CaseStatus, ReportStatus};

    fn record(group: &str, statuses: impl Iterator<Item = CaseStatus>) -> ReportRecord {
        let case = |status| TestCase {
            suite: "s".into(),
            name: "n".into(),
            status,
            duration: Duration::ZERO,
            message: None,
            file: "f".into(),
        };
        let report = TestReport {
            group: group.into(),
            status: ReportStatus::Failed,
            created: Timestamp::UNIX_EPOCH,
            cases: statuses.map(case).collect(),
            problem: None,
        };
        ReportRecord::new(("shop", "us-east-1", "123456789012"), report)
    }

    #[test]
    fn groups_are_named_for_the_project_unless_they_have_an_arn() {
        let arn = "arn:aws:codebuild:eu-west-1:210987654321:report-group/all";
        for (group, expected) in
            [("tests", "arn:aws:codebuild:us-east-1:123456789012:report-group/shop-tests"), (arn, arn)]
        {
            let record = record(group, std::iter::empty());
            assert_eq!((record.group_arn.as_str(), group_of(&record.arn()).as_deref()), (expected, Some(expected)));
        }
        for other in ["", "report/a:b", "arn:aws:codebuild:us-east-1:123456789012:report/a", "arn:x"] {
            assert_eq!(group_of(other), None, "{other}");
        }
    }

    #[test]
    fn failures_are_kept_of_too_many_cases() {
        use CaseStatus::{Error, Failed, Skipped, Succeeded};
        let many = || std::iter::repeat_n(Succeeded, CASES - 1);
        for (statuses, truncated, first) in [
            (many().chain([Failed]).collect::<Vec<_>>(), false, Succeeded),
            (many().chain([Skipped, Error]).collect(), true, Error),
            (many().chain([Error, Failed]).collect(), true, Failed),
        ] {
            let record = record("tests", statuses.into_iter());
            let kept = record.kept();
            assert_eq!((record.is_truncated(), kept.len(), kept[0].status), (truncated, CASES, first));
        }
    }
}
