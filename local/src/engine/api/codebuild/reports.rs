//! `BatchGetReports` and `DescribeTestCases`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::body::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{BATCH, invalid};
use crate::build::{CaseStatus, TestCase};
use crate::engine::api::caller::{self, Caller};
use crate::engine::api::error::ApiError;
use crate::engine::api::page::page;
use crate::engine::api::request::read;
use crate::engine::api::seconds;
use crate::engine::builds::BuildRecord;
use crate::engine::context::Context;
use crate::engine::reports::{ReportRecord, group_of};
use crate::engine::state::State;

/// The most test cases of an answer.
const PAGE: i64 = 100;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct BatchRequest {
    report_arns: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CasesRequest {
    report_arn: String,
    next_token: Option<String>,
    max_results: Option<i64>,
    #[serde(default)]
    filter: Filter,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Filter {
    status: Option<String>,
    /// In the name of the test.
    keyword: Option<String>,
}

/// `BatchGetReports`, authorised for the group of each report.
pub(super) async fn batch_get(context: &Arc<Context>, caller: &Caller, body: &Bytes) -> Result<Value, ApiError> {
    let BatchRequest { report_arns: arns } = read(body)?;
    if arns.is_empty() || arns.len() > BATCH {
        return Err(invalid(format!("{} report ARNs are given: expected 1 to {BATCH}", arns.len())));
    }
    let groups: Result<BTreeSet<String>, ApiError> = arns.iter().map(|arn| group(arn)).collect();
    for group in groups? {
        caller::authorise(context, caller, "codebuild:BatchGetReports", &group, body).await?;
    }
    let state = context.state();
    let (found, missing): (Vec<&String>, Vec<&String>) = arns.iter().partition(|arn| find(&state, arn).is_some());
    let reports: Vec<Value> =
        found.iter().filter_map(|arn| find(&state, arn)).map(|(build, record)| shape(build, record)).collect();
    Ok(json!({ "reports": reports, "reportsNotFound": missing }))
}

/// `DescribeTestCases`, authorised for the report's group.
pub(super) async fn test_cases(context: &Arc<Context>, caller: &Caller, body: &Bytes) -> Result<Value, ApiError> {
    let request: CasesRequest = read(body)?;
    caller::authorise(context, caller, "codebuild:DescribeTestCases", &group(&request.report_arn)?, body).await?;
    let size = request.max_results.unwrap_or(PAGE);
    if !(1..=PAGE).contains(&size) {
        return Err(invalid(format!("maxResults is {size}: expected 1 to {PAGE}")));
    }
    let state = context.state();
    let (_, record) = find(&state, &request.report_arn).ok_or_else(|| {
        let message = format!("there is no report {}", request.report_arn);
        ApiError::new("ResourceNotFoundException", message)
    })?;
    let Filter { status, keyword } = &request.filter;
    let wanted = |case: &&TestCase| {
        status.as_ref().is_none_or(|status| case.status.to_string() == *status)
            && keyword.as_ref().is_none_or(|keyword| case.name.contains(keyword))
    };
    let cases = record.kept().into_iter().filter(wanted).map(|case| case_shape(record, case));
    let (cases, next) = page(cases, request.next_token.as_deref(), size)?;
    let mut answer = json!({ "testCases": cases });
    if let Some(next) = next {
        answer["nextToken"] = json!(next);
    }
    Ok(answer)
}

fn group(arn: &str) -> Result<String, ApiError> {
    group_of(arn).ok_or_else(|| invalid(format!("Invalid report ARN: {arn}")))
}

fn find<'s>(state: &'s State, arn: &str) -> Option<(&'s BuildRecord, &'s ReportRecord)> {
    let reports = state.builds.iter().flat_map(|build| build.reports.iter().map(move |record| (build, record)));
    reports.into_iter().find(|(_, record)| record.arn() == *arn)
}

fn shape(build: &BuildRecord, record: &ReportRecord) -> Value {
    let report = &record.report;
    let counts: BTreeMap<String, usize> =
        CaseStatus::ALL.into_iter().map(|status| (status.to_string(), report.count(status))).collect();
    json!({
        "arn": record.arn(),
        "type": "TEST",
        "name": record.uuid,
        "reportGroupArn": record.group_arn,
        "executionId": build.arn(),
        "status": report.status,
        "created": seconds(report.created),
        "exportConfig": { "exportConfigType": "NO_EXPORT" },
        "truncated": record.is_truncated(),
        "testSummary": {
            "total": report.cases.len(),
            "statusCounts": counts,
            "durationInNanoSeconds": nanoseconds(report.duration()),
        },
    })
}

fn case_shape(record: &ReportRecord, case: &TestCase) -> Value {
    let mut shown = json!({
        "reportArn": record.arn(),
        "testRawDataPath": case.file,
        "prefix": case.suite,
        "name": case.name,
        "status": case.status,
        "durationInNanoSeconds": nanoseconds(case.duration),
    });
    if let Some(message) = &case.message {
        shown["message"] = json!(message);
    }
    shown
}

fn nanoseconds(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
