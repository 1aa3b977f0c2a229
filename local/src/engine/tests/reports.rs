//! What CodeBuild keeps of a build's tests, and whom it asks.

use serde_json::{Value, json};

use super::delivery::{prepared, sources};
use super::templates::{pipeline, stage};
use super::world::{FUNCTION, ROOT, World};
use crate::engine::{ActionRecord, ExecutionStatus};

const GROUP: &str = "arn:aws:codebuild:us-east-1:123456789012:report-group/shop-build-unit";

/// A build that writes two tests, one of which fails, and ends with `command`.
fn buildspec(command: &str) -> String {
    format!(
        "version: 0.2
phases:
  build:
    commands:
      - >-
        printf '<testsuite name=\"s\"><testcase name=\"a\" time=\"2\"/><testcase name=\"b\">
        <failure>no</failure></testcase></testsuite>' > unit.xml
      - {command}
reports:
  unit: {{ files: [unit.xml] }}
"
    )
}

async fn tested(command: &str, denied: &str) -> (World, ExecutionStatus, ActionRecord) {
    let mut world = prepared(sources(&buildspec(command), "")).await;
    world.double.facts.lock().unwrap().denied.insert(denied.to_owned());
    let test = json!({
        "Name": "Test",
        "ActionTypeId": { "Category": "Test", "Owner": "AWS", "Provider": "CodeBuild", "Version": "1" },
        "Configuration": { "ProjectName": "shop-build" },
        "InputArtifacts": [{ "Name": "SourceOutput" }],
    });
    world.create_pipeline(pipeline(&[stage("Build", &[test])])).await;
    let record = world.ended().await;
    let action = record.stages[1].actions[0].clone();
    (world, record.status, action)
}

async fn report_of(world: &World, action: &ActionRecord) -> String {
    let id = action.external_execution_id.as_ref().unwrap();
    let (_, answer) = world.build_as(ROOT, "BatchGetBuilds", &json!({ "ids": [id] })).await;
    let reports = answer["builds"][0]["reportArns"].as_array().unwrap();
    assert_eq!(reports.len(), 1, "{answer}");
    reports[0].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_report_of_a_failed_build_says_which_test_failed() {
    let (world, status, action) = tested("exit 3", "").await;
    assert_eq!(status, ExecutionStatus::Failed);
    let message = action.error.as_ref().unwrap().message.clone();
    assert!(message.contains("Reason: exit status 3"), "{message}");
    let arn = report_of(&world, &action).await;
    assert!(arn.starts_with("arn:aws:codebuild:us-east-1:123456789012:report/shop-build-unit:"), "{arn}");
    let missing = "arn:aws:codebuild:us-east-1:123456789012:report/shop-build-unit:gone";
    let (_, answer) = world.build_as(ROOT, "BatchGetReports", &json!({ "reportArns": [arn, missing] })).await;
    assert_eq!(answer["reportsNotFound"], json!([missing]));
    let report = &answer["reports"][0];
    assert_eq!((&report["status"], &report["reportGroupArn"]), (&json!("FAILED"), &json!(GROUP)));
    let summary = json!({
        "total": 2,
        "statusCounts": { "FAILED": 1, "ERROR": 0, "SUCCEEDED": 1, "SKIPPED": 0 },
        "durationInNanoSeconds": 2_000_000_000,
    });
    assert_eq!(report["testSummary"], summary);
    for (more, names, next) in [
        (json!({}), json!(["a", "b"]), Value::Null),
        (json!({ "filter": { "status": "FAILED" } }), json!(["b"]), Value::Null),
        (json!({ "filter": { "keyword": "a" } }), json!(["a"]), Value::Null),
        (json!({ "maxResults": 1 }), json!(["a"]), json!("1")),
        (json!({ "maxResults": 1, "nextToken": "1" }), json!(["b"]), Value::Null),
    ] {
        let mut body = json!({ "reportArn": arn });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let (_, answer) = world.build_as(ROOT, "DescribeTestCases", &body).await;
        let found: Vec<&Value> = answer["testCases"].as_array().unwrap().iter().map(|case| &case["name"]).collect();
        assert_eq!((json!(found), &answer["nextToken"]), (names, &next), "{body}");
    }
    let asked = &world.double.facts.lock().unwrap().asked;
    let about: Vec<&str> =
        asked.iter().filter(|[_, _, on]| on == GROUP).map(|[_, action, _]| action.as_str()).collect();
    let [group, create, put, update] = ["CreateReportGroup", "CreateReport", "BatchPutTestCases", "UpdateReport"];
    assert_eq!(about, [group, create, put, update].map(|action| format!("codebuild:{action}")));
}

#[tokio::test]
async fn a_role_that_may_not_report_fails_the_build() {
    for denied in [
        "codebuild:CreateReportGroup",
        "codebuild:CreateReport",
        "codebuild:BatchPutTestCases",
        "codebuild:UpdateReport",
    ] {
        let (world, status, action) = tested("exit 0", denied).await;
        assert_eq!(status, ExecutionStatus::Failed, "{denied}");
        let error = action.error.as_ref().unwrap();
        assert!(error.code == "PermissionError" && error.message.contains(denied), "{error:?}");
        assert!(error.message.ends_with(&format!("no identity-based policy allows the {denied} action")), "{error:?}");
        let arn = report_of(&world, &action).await;
        let (_, answer) = world.build_as(ROOT, "BatchGetReports", &json!({ "reportArns": [arn] })).await;
        assert_eq!(answer["reports"][0]["status"], "INCOMPLETE");
    }
    // The commands' failure is told rather than that of the report.
    let (_, _, action) = tested("exit 3", "codebuild:CreateReport").await;
    let error = action.error.unwrap();
    assert!(error.code == "JobFailed" && error.message.contains("exit status 3"), "{error:?}");
    assert_eq!(action.denials.len(), 1);
}

#[tokio::test]
async fn what_is_refused_about_reports() {
    let (world, _, action) = tested("exit 0", "").await;
    let arn = report_of(&world, &action).await;
    let gone = arn.replace("unit:", "unit:x");
    for (operation, body, code) in [
        ("BatchGetReports", json!({ "reportArns": [] }), "InvalidInputException"),
        ("BatchGetReports", json!({ "reportArns": [GROUP] }), "InvalidInputException"),
        ("BatchGetReports", json!({ "reportArns": vec![&arn; 101] }), "InvalidInputException"),
        ("BatchGetReports", json!({ "arns": [arn] }), "SerializationException"),
        ("DescribeTestCases", json!({ "reportArn": gone }), "ResourceNotFoundException"),
        ("DescribeTestCases", json!({ "reportArn": "x" }), "InvalidInputException"),
        ("DescribeTestCases", json!({ "reportArn": arn, "maxResults": 101 }), "InvalidInputException"),
        ("DescribeTestCases", json!({}), "ValidationException"),
    ] {
        let (status, answer) = world.build_as(ROOT, operation, &body).await;
        assert_eq!((status, &answer["__type"]), (400, &json!(code)), "{operation} {body}");
    }
    for (operation, body) in
        [("BatchGetReports", json!({ "reportArns": [arn] })), ("DescribeTestCases", json!({ "reportArn": arn }))]
    {
        world.double.facts.lock().unwrap().denied.insert(format!("codebuild:{operation}"));
        let (_, answer) = world.build_as(FUNCTION, operation, &body).await;
        assert_eq!(answer["__type"], "AccessDeniedException");
        assert!(answer["message"].as_str().unwrap().contains(&format!("on resource: {GROUP}")), "{answer}");
    }
}
