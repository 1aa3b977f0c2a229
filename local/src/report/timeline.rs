//! The timeline as text, for a terminal.

use std::fmt::Write;

use super::model::{ActionReport, ExecutionReport, RunReport};
use super::tested::TestReport;

/// Every execution with its stages and actions, and why the failed ones failed.
#[must_use]
pub fn timeline(report: &RunReport) -> String {
    let mut text = String::new();
    for (index, execution) in report.executions.iter().enumerate() {
        write_execution(&mut text, execution);
        for received in report.messages_of(index) {
            let _ = writeln!(text, "  {:<12} {}: {}", "told", received.place(), received.headline());
        }
    }
    text
}

/// Writing to a string cannot fail, so the results are let go here and below.
fn write_execution(text: &mut String, execution: &ExecutionReport) {
    let _ = writeln!(
        text,
        "\n{}: {} in {}   revision {}",
        execution.title(),
        execution.status.to_lowercase(),
        seconds(execution.duration_ms),
        execution.revision,
    );
    for stage in execution.shown_stages() {
        if stage.actions.is_empty() {
            let _ = writeln!(text, "  {:<11} – not reached", stage.name);
        }
        for (at, action) in stage.actions.iter().enumerate() {
            let name = if at == 0 { stage.name.as_str() } else { "" };
            write_action(text, name, action);
        }
    }
    let _ = writeln!(
        text,
        "  now serving  staging {}   production {}",
        execution.staging_version, execution.production_version
    );
}

fn write_action(text: &mut String, stage: &str, action: &ActionReport) {
    let mark = match action.status.as_str() {
        "Succeeded" => '✓',
        "Failed" => '✗',
        _ => '·',
    };
    let code = action.error_code.as_ref().map(|code| format!("{code}: ")).unwrap_or_default();
    let tested = action.test_reports.iter().flat_map(TestReport::lines);
    let lines = action.summary.lines().map(str::to_owned).chain(tested);
    let mut lines = lines.filter(|line| !line.is_empty());
    let _ = writeln!(
        text,
        "  {stage:<11} {mark} {:<10} {:>7}  {code}{}",
        action.name,
        seconds(action.duration_ms),
        lines.next().unwrap_or_default()
    );
    for line in lines {
        let _ = writeln!(text, "  {:<11}   {:<10} {:>7}  {line}", "", "", "");
    }
}

pub(super) fn seconds(milliseconds: u64) -> String {
    let tenths = (milliseconds + 50) / 100;
    format!("{}.{} s", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::StageReport;

    #[test]
    fn a_failed_release_shows_why_and_what_was_not_reached() {
        let action = ActionReport {
            name: "SmokeTest".into(),
            provider: "Lambda".into(),
            status: "Failed".into(),
            summary: "1 of 7 checks failed\nexpected status 201, got 500".into(),
            error_code: Some("JobFailed".into()),
            started_after_ms: 1000,
            duration_ms: 1949,
            smoke_reports: vec![],
            test_reports: vec![],
            log: String::new(),
        };
        let stage =
            |name: &str, status: &str, actions| StageReport { name: name.into(), status: status.into(), actions };
        let report = RunReport {
            executions: vec![ExecutionReport {
                release: "bad".into(),
                id: "e".into(),
                status: "Failed".into(),
                revision: "r2".into(),
                started: "2026-01-01T00:00:00Z".into(),
                duration_ms: 60_040,
                stages: vec![stage("Staging", "Failed", vec![action]), stage("Production", "NotReached", vec![])],
                staging_version: "r2".into(),
                production_version: "r1".into(),
            }],
            messages: vec![],
        };
        let expected = "
bad release: failed in 60.0 s   revision r2
  Staging     ✗ SmokeTest    1.9 s  JobFailed: 1 of 7 checks failed
                                    expected status 201, got 500
  Production  – not reached
  now serving  staging r2   production r1
";
        assert_eq!(timeline(&report), expected);
    }
}
