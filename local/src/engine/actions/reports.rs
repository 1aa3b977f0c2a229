//! What CodeBuild does with the reports of a build, in the name of the project's role
//! (<https://docs.aws.amazon.com/codebuild/latest/userguide/test-permissions.html>).

use super::{Failure, Task};
use crate::build::TestReport;
use crate::engine::reports::ReportRecord;

/// Makes the reports, and the report groups that are missing. A report that the role may not make is incomplete; the first
/// refusal is returned as well.
///
/// A group with an ARN is taken for existing: it need not belong to this account.
pub(super) async fn make(
    task: &Task,
    project: &str,
    role: &str,
    reports: Vec<TestReport>,
) -> (Vec<ReportRecord>, Option<Failure>) {
    let mut made = Vec::new();
    let mut refusal = None;
    for report in reports {
        let named = !report.group.starts_with("arn:");
        let mut record = ReportRecord::new((project, &task.pipeline.region, &task.pipeline.account), report);
        let missing = named && !task.context.state().report_groups.contains(&record.group_arn);
        if let Err(failure) = ask(task, role, &record, missing).await {
            record.report.fail(&failure.message);
            refusal.get_or_insert(failure);
        } else if missing {
            task.context.state().report_groups.insert(record.group_arn.clone());
        }
        made.push(record);
    }
    (made, refusal)
}

async fn ask(task: &Task, role: &str, record: &ReportRecord, missing: bool) -> Result<(), Failure> {
    let tells = !record.report.cases.is_empty();
    for (action, needed) in [
        ("codebuild:CreateReportGroup", missing),
        ("codebuild:CreateReport", true),
        ("codebuild:BatchPutTestCases", tells),
        ("codebuild:UpdateReport", true),
    ] {
        if needed {
            task.demand(role, action, &record.group_arn).await?;
        }
    }
    Ok(())
}
