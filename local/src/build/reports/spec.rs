//! The buildspec's key `reports`: from which files a report is made, and to which report group it goes.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The most report groups of a build ("Create test reports" in CodeBuild's user guide).
const GROUPS: usize = 5;

/// The formats that CodeBuild reads and the local one does not.
const OTHER_FORMATS: [&str; 10] = [
    "CUCUMBERJSON",
    "NUNITXML",
    "NUNIT3XML",
    "TESTNGXML",
    "VISUALSTUDIOTRX",
    "CLOVERXML",
    "COBERTURAXML",
    "JACOCOXML",
    "LCOVINFO",
    "SIMPLECOV",
];

/// A report of the buildspec.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::build) struct ReportSpec {
    #[serde(default)]
    pub(in crate::build) files: Vec<String>,
    pub(in crate::build) base_directory: Option<String>,
    /// Whether the test cases name their file without its folders.
    #[serde(default)]
    pub(in crate::build) discard_paths: bool,
    file_format: Option<String>,
}

/// Refuses what CodeBuild would refuse, and what only CodeBuild can do.
pub(in crate::build) fn check(reports: &BTreeMap<String, ReportSpec>) -> Result<(), String> {
    if reports.len() > GROUPS {
        return Err(format!("reports has {} report groups: CodeBuild takes {GROUPS} at most", reports.len()));
    }
    for (group, report) in reports {
        if !is_group(group) {
            return Err(format!(
                "reports.{group}: expected a name of letters, digits, - and _, or the ARN of a report group"
            ));
        }
        if report.files.is_empty() {
            return Err(format!("reports.{group}: files is missing"));
        }
        check_format(report.file_format.as_deref().unwrap_or("JUNITXML"))
            .map_err(|reason| format!("reports.{group}: {reason}"))?;
    }
    Ok(())
}

/// The format's case does not matter.
fn check_format(format: &str) -> Result<(), String> {
    match format.to_ascii_uppercase().as_str() {
        "JUNITXML" => Ok(()),
        known if OTHER_FORMATS.contains(&known) => {
            Err(format!("file-format {format} is not read here: the local CodeBuild knows JUNITXML alone"))
        }
        _ => {
            let others = OTHER_FORMATS.join(", ");
            Err(format!("file-format {format:?} is none of CodeBuild's: JUNITXML, which is read here, {others}"))
        }
    }
}

/// A group's name may come out of a variable on AWS; the local `CodeBuild` does not know the variable's value yet.
fn is_group(group: &str) -> bool {
    let name = match group.strip_prefix("arn:") {
        None => group,
        Some(rest) => match rest.split(':').collect::<Vec<_>>()[..] {
            [_, "codebuild", region, account, resource] if !region.is_empty() && !account.is_empty() => {
                resource.strip_prefix("report-group/").unwrap_or_default()
            }
            _ => "",
        },
    };
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}
