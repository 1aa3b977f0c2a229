//! Reports from the files that the buildspec names.

use std::path::Path;

use jiff::Timestamp;

use super::{ReportSpec, ReportStatus, TestReport, junit};
use crate::build::files::{self, Wanted};

/// Makes the report for `group`. Texts go through `masked`, which takes the build's secrets out of them.
///
/// A report whose files are missing or unreadable is incomplete, as AWS documents it.
pub(in crate::build) fn collect(
    group: &str,
    spec: &ReportSpec,
    sources: &Path,
    masked: impl Fn(&str) -> String,
) -> TestReport {
    let mut report = TestReport {
        group: group.to_owned(),
        status: ReportStatus::Succeeded,
        created: Timestamp::now(),
        cases: Vec::new(),
        problem: None,
    };
    match read(&mut report, spec, sources, masked) {
        Ok(()) if report.failures().next().is_some() => report.status = ReportStatus::Failed,
        Ok(()) => {}
        Err(problem) => report.fail(&problem),
    }
    report
}

fn read(
    report: &mut TestReport,
    spec: &ReportSpec,
    sources: &Path,
    masked: impl Fn(&str) -> String,
) -> Result<(), String> {
    let wanted = Wanted { files: &spec.files, exclude_paths: &[], base_directory: spec.base_directory.as_deref() };
    let mut found = files::find(wanted, sources)?;
    if found.is_empty() {
        return Err(format!("no matching report paths found for {:?}", spec.files));
    }
    found.sort();
    for (name, path) in found {
        let failed = |reason: String| format!("error processing report: {name}: {reason}");
        let content = std::fs::read(&path).map_err(|error| failed(error.to_string()))?;
        let mut cases = junit::read(&content).map_err(failed)?;
        let file = if spec.discard_paths { name.rsplit('/').next().unwrap_or(&name) } else { &name };
        for case in &mut cases {
            file.clone_into(&mut case.file);
            case.suite = masked(&case.suite);
            case.name = masked(&case.name);
            case.message = case.message.as_deref().map(&masked);
        }
        report.cases.append(&mut cases);
    }
    Ok(())
}
