//! An execution's record as the report shows it.

use std::io::Read;

use jiff::{Timestamp, Unit};
use serde_json::Value;

use super::hook_reports::hook_reports;
use super::system::System;
use crate::build::{CaseStatus, TestCase};
use crate::emulator::client::ObjectKey;
use crate::engine::{ActionRecord, Artifact, ExecutionRecord, ReportRecord, StageRecord};
use crate::report::{ActionReport, ExecutionReport, FailedTest, SmokeReport, StageReport, TestReport};

/// The file of a smoke test's output artifact that is shown.
const SMOKE_REPORT: &str = "report.json";

/// As much of a log as helps: its end.
const LOG_LINES: usize = 40;

/// Turns a record into its report: asks both environments what they serve, and reads the smoke reports and logs.
pub async fn recorded(system: &System, release: &str, execution: &ExecutionRecord) -> ExecutionReport {
    let mut stages = Vec::new();
    for stage in &execution.stages {
        stages.push(recorded_stage(system, execution.started, stage).await);
    }
    let [staging, production] = system.sites();
    ExecutionReport {
        release: release.to_owned(),
        id: execution.id.clone(),
        status: format!("{:?}", execution.status),
        revision: execution.source_revisions.first().map(|revision| revision.id.clone()).unwrap_or_default(),
        started: execution.started.round(Unit::Millisecond).unwrap_or(execution.started).to_string(),
        duration_ms: between(execution.started, execution.ended),
        stages,
        staging_version: staging.version().await,
        production_version: production.version().await,
    }
}

async fn recorded_stage(system: &System, execution_started: Timestamp, stage: &StageRecord) -> StageReport {
    let mut actions = Vec::new();
    for action in &stage.actions {
        if let Some(started) = action.started {
            actions.push(recorded_action(system, execution_started, started, action).await);
        }
    }
    let status = stage.status.map_or_else(|| "NotReached".to_owned(), |status| format!("{status:?}"));
    StageReport { name: stage.name.clone(), status, actions }
}

async fn recorded_action(
    system: &System,
    execution_started: Timestamp,
    started: Timestamp,
    action: &ActionRecord,
) -> ActionReport {
    let mut summary = match &action.error {
        Some(error) => error.message.clone(),
        None => action.summary.clone().unwrap_or_default(),
    };
    for denial in &action.denials {
        summary = format!("{summary}\ndenied by IAM: {denial}");
    }
    let mut smoke_reports = Vec::new();
    match (action.provider, &action.external_execution_id) {
        ("Lambda", _) => {
            for artifact in &action.output_artifacts {
                let report = read_smoke_report(system, artifact).await;
                smoke_reports.extend(report.map(|report| SmokeReport { of: action.name.clone(), report }));
            }
        }
        ("CodeDeployToECS", Some(deployment)) => {
            for hook in hook_reports(system, deployment).await {
                if action.error.is_some() && !hook.passed {
                    // CodeDeploy takes no text from a hook: its error says that a hook failed and not why.
                    summary = format!("{summary}\n{}: {}", hook.of, hook.summary);
                }
                smoke_reports.extend(hook.checks.map(|report| SmokeReport { of: hook.of, report }));
            }
        }
        _ => {}
    }
    let build = action.external_execution_id.as_deref().and_then(|id| system.build(id));
    let test_reports = build.iter().flat_map(|build| &build.reports).map(tested).collect();
    ActionReport {
        name: action.name.clone(),
        provider: action.provider.to_owned(),
        status: action.status.map(|status| format!("{status:?}")).unwrap_or_default(),
        summary,
        error_code: action.error.as_ref().map(|error| error.code.clone()),
        started_after_ms: between(execution_started, Some(started)),
        duration_ms: between(started, action.ended),
        smoke_reports,
        test_reports,
        log: action.log.as_deref().map(log_end).unwrap_or_default(),
    }
}

fn tested(record: &ReportRecord) -> TestReport {
    let report = &record.report;
    let failure = |case: &TestCase| FailedTest {
        suite: case.suite.clone(),
        name: case.name.clone(),
        message: case.message.clone().unwrap_or_default(),
    };
    TestReport {
        group: record.group().to_owned(),
        status: report.status.to_string(),
        problem: report.problem.clone(),
        passed: report.count(CaseStatus::Succeeded),
        failed: report.count(CaseStatus::Failed),
        errored: report.count(CaseStatus::Error),
        skipped: report.count(CaseStatus::Skipped),
        duration_ms: u64::try_from(report.duration().as_millis()).unwrap_or(u64::MAX),
        failures: report.failures().map(failure).collect(),
    }
}

/// A report that cannot be read is left out: the action's summary says the main thing.
async fn read_smoke_report(system: &System, artifact: &Artifact) -> Option<Value> {
    let (client, root) = system.account().client();
    let object = ObjectKey { bucket: &artifact.bucket, key: &artifact.key, version: None };
    let (_, content) = client.get_object(root, object).await.ok()?;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(content)).ok()?;
    let mut text = String::new();
    archive.by_name(SMOKE_REPORT).ok()?.read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

fn log_end(path: &std::path::Path) -> String {
    let text = String::from_utf8_lossy(&std::fs::read(path).unwrap_or_default()).into_owned();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LOG_LINES)..].join("\n")
}

fn between(start: Timestamp, end: Option<Timestamp>) -> u64 {
    end.and_then(|end| u64::try_from(end.duration_since(start).as_millis()).ok()).unwrap_or_default()
}
