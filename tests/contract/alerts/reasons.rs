//! Why: each source of reasons, and what an alert is without it.

use http::StatusCode;
use launchway::standin::Times;
use launchway::standin::aws::{Fault, Object};
use serde_json::{Value, json};

use super::scene::{Desk, EXECUTION, action, failed, smoke_test_failed, stage_event};

/// Tells of the failed stage once. The SNS text, and what is read in Slack.
async fn told(desk: &Desk, stage: &str) -> (String, String, super::scene::Told) {
    let told = desk.tell(&[stage_event(EXECUTION, stage, "FAILED", 100)]).await;
    assert_eq!(told.outcomes(), ["said"], "{}", told.log);
    let (notifications, read) = (desk.aws.notifications(), desk.read());
    assert_eq!((notifications.len(), read.len()), (1, 1));
    (notifications[0].body.clone(), read[0].clone(), told)
}

fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in {text}");
    }
}

const REPORT: &str = "arn:aws:codebuild:eu-west-1:111111111111:report/shop-tests:r-1";

fn failed_build() -> Value {
    failed(
        "Build",
        "Compile",
        ("Build", "CodeBuild"),
        10,
        ("shop:b-1", "JobFailed", "Build terminated with state: FAILED"),
    )
}

fn show_build(desk: &Desk) {
    let message = "Error while executing command: cargo test. Reason: exit status 101";
    desk.aws.show_build(
        "shop:b-1",
        json!({
            "id": "shop:b-1", "projectName": "shop", "buildStatus": "FAILED",
            "phases": [
                {"phaseType": "INSTALL", "phaseStatus": "SUCCEEDED"},
                {"phaseType": "BUILD", "phaseStatus": "FAILED",
                 "contexts": [{"statusCode": "COMMAND_EXECUTION_ERROR", "message": message}]},
            ],
            "logs": {"groupName": "/aws/codebuild/shop", "streamName": "b-1"},
            "reportArns": [REPORT],
        }),
    );
    let case = |name: &str, status: &str, message: &str| json!({"name": name, "status": status, "message": message});
    desk.aws.show_report(
        REPORT,
        vec![
            case("cart::keeps", "SUCCEEDED", ""),
            case("cart::adds", "FAILED", "left is 1, right is 2 with AKIAIOSFODNN7EXAMPLE\nat src/cart.rs"),
            case("cart::opens", "ERROR", "no database"),
        ],
    );
    desk.aws.add_log(
        "/aws/codebuild/shop",
        "b-1",
        &[
            "test cart::adds ... FAILED\n",
            "the key was AKIAIOSFODNN7EXAMPLE\n",
            "[Container] 2026/11/25 10:00:00 Phase complete: BUILD State: FAILED\n",
            "[Container] 2026/11/25 10:00:01 Entering phase POST_BUILD\n",
        ],
    );
}

#[tokio::test]
async fn a_smoke_test_that_failed_is_told_by_its_checks() {
    let desk = Desk::open().await;
    desk.show_actions(vec![smoke_test_failed(10)]);
    let (sns, slack, told) = told(&desk, "Staging").await;
    for text in [&sns, &slack] {
        has(text, &["a customer can check out", "POST /api/orders", "expected status 201, got 500"]);
        has(text, &["Jane Doe", "Change the cart", "a push"]);
    }
    let notification = &desk.aws.notifications()[0];
    for (name, value) in [
        ("pipeline", "storefront"),
        ("stage", "Staging"),
        ("state", "failed"),
        ("severity", "error"),
        ("environment", "staging"),
    ] {
        assert_eq!(notification.attributes.get(name).map(String::as_str), Some(value), "{name}");
    }
    desk.close(vec![told]);
}

#[tokio::test]
async fn a_build_that_failed_is_told_by_its_phase_and_log() {
    let desk = Desk::open().await;
    desk.show_actions(vec![failed_build()]);
    show_build(&desk);
    let (sns, slack, told) = told(&desk, "Build").await;
    for text in [&sns, &slack] {
        has(text, &["Build shop failed in phase BUILD", "cargo test", "test cart::adds ... FAILED", "[redacted]"]);
        has(text, &["test cart::adds: left is 1, right is 2 with", "test cart::opens: no database"]);
        assert!(!text.contains("cart::keeps"), "{text}");
        assert!(!text.contains("AKIAIOSFODNN7EXAMPLE") && !text.contains("POST_BUILD"), "{text}");
    }
    desk.close(vec![told]);
}

#[tokio::test]
async fn a_deployment_that_failed_is_told_by_instance_and_script() {
    let desk = Desk::open().await;
    let error = ("d-ABCDEF123", "JobFailed", "Deployment d-ABCDEF123 failed");
    desk.show_actions(vec![failed("Production", "Deploy", ("Deploy", "CodeDeploy"), 10, error)]);
    desk.aws.show_deployment(
        "d-ABCDEF123",
        json!({"applicationName": "storefront", "deploymentGroupName": "production", "creator": "user",
               "errorInformation": {"code": "HEALTH_CONSTRAINTS", "message": "too many individual instances failed"}}),
        [(
            "i-0123",
            json!({"deploymentTargetType": "InstanceTarget", "instanceTarget": {
            "lifecycleEvents": [
                {"lifecycleEventName": "AfterInstall", "status": "Succeeded"},
                {"lifecycleEventName": "ValidateService", "status": "Failed", "diagnostics": {
                    "errorCode": "ScriptTimedOut", "scriptName": "scripts/validate.sh", "message": "Script timed out",
                    "logTail": "[stdout]waiting for the shop"}},
            ]}}),
        )],
    );
    let (sns, slack, told) = told(&desk, "Production").await;
    let expected =
        ["ValidateService failed on i-0123", "scripts/validate.sh", "ScriptTimedOut", "waiting for the shop"];
    for text in [&sns, &slack] {
        has(text, &expected);
    }
    let message = &desk.slack.messages()[0];
    assert_eq!(message.channel, "C0PROD", "the environment's own channel");
    assert!(serde_json::to_string(&message.blocks).unwrap().contains("<!here>"), "production calls somebody");
    assert_eq!(desk.aws.notifications()[0].attributes["severity"], "critical");
    desk.close(vec![told]);
}

#[tokio::test]
async fn a_hook_that_failed_is_told_by_its_report() {
    let checks = json!({
        "counts": {"passed": 8, "failed": 1, "not_run": 0, "not_chosen": 0},
        "checks": [{"name": "a customer can check out", "outcome": "failed",
                    "failure": {"request": "POST /api/orders", "message": "expected status 201, got 500"}}],
    });
    let checked = json!({"passed": false, "summary": "1 of 9 checks failed", "report": checks});
    let died = json!({"passed": false, "summary": "the function was killed", "report": null});
    for (object, report, expected) in
        [("AfterAllowTestTraffic", checked, "a customer can check out"), ("closed", died, "the function was killed")]
    {
        let desk = Desk::open().await;
        let error = ("d-ABCDEF123", "JobFailed", "Deployment d-ABCDEF123 failed");
        desk.show_actions(vec![failed("Staging", "Deploy", ("Deploy", "CodeDeployToECS"), 10, error)]);
        desk.aws.show_deployment(
            "d-ABCDEF123",
            json!({"applicationName": "storefront", "deploymentGroupName": "staging", "creator": "user"}),
            [(
                "shop:storefront",
                json!({"deploymentTargetType": "ECSTarget", "ecsTarget": {"lifecycleEvents": [
                    {"lifecycleEventName": "AfterAllowTestTraffic", "status": "Failed"}]}}),
            )],
        );
        let key = format!("hook-reports/d-ABCDEF123/{object}.json");
        desk.aws.add_object("launchway-artifacts", &key, Object::bytes(report.to_string()));
        let (sns, slack, told) = told(&desk, "Staging").await;
        for text in [&sns, &slack] {
            has(text, &[expected, "AfterAllowTestTraffic failed on storefront"]);
        }
        desk.close(vec![told]);
    }
}

#[tokio::test]
async fn a_source_that_is_denied_or_broken_costs_its_line_alone() {
    let denied = || Fault::Refuse(StatusCode::BAD_REQUEST, "AccessDeniedException", "not authorized".to_owned());
    for (operation, expected) in [
        ("ListActionExecutions", "the actions of the execution"),
        ("GetPipelineExecution", "the execution"),
        ("BatchGetBuilds", "the build"),
        ("GetLogEvents", "the log of the build"),
        ("DescribeTestCases", "the tests of the build"),
    ] {
        for fault in [denied(), Fault::Hang] {
            let desk = Desk::open().await;
            desk.show_actions(vec![failed_build()]);
            show_build(&desk);
            desk.aws.order_fault(operation, fault.clone(), Times::Always);
            let (sns, slack, told) = told(&desk, "Build").await;
            for text in [&sns, &slack] {
                has(text, &["storefront · Build failed", &format!("Could not be read: {expected}: ")]);
            }
            desk.close(vec![told]);
        }
    }
}

#[tokio::test]
async fn a_rejected_approval_is_no_failure_of_the_stage() {
    let desk = Desk::open().await;
    let mut rejected = action("Production", "Approve", ("Approval", "Manual"), "Failed", 10);
    rejected["output"] = json!({"executionResult": {"externalExecutionSummary": "not on a Friday"}});
    rejected["updatedBy"] = "arn:aws:iam::111111111111:user/jane".into();
    desk.show_actions(vec![rejected]);
    let (sns, slack, mut told) = told(&desk, "Production").await;
    for text in [&sns, &slack] {
        has(text, &["storefront · Production was rejected", "by jane", "not on a Friday"]);
    }
    // Nothing recovers from it.
    let next = desk.tell(&[stage_event("another", "Production", "SUCCEEDED", 200)]).await;
    assert_eq!(next.outcomes(), ["silent"]);
    told.log.push_str(&next.log);
    desk.close(vec![told, next]);
}
