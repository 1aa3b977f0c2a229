//! Records over the wire: the real clients against the stand-in for CodePipeline, CodeDeploy and S3 on this machine.

use function_setup::{AwsSetup, Environment};
use http::StatusCode;
use launchway::standin::aws::{Aws, AwsSettings, Deployment, Fault, JobResult};
use launchway::standin::{Credentials, Times};
use serde_json::{Value, json};

use crate::handler::Handler;

const SECRET_KEY: &str = "example-secret-access-key";
const REASON: &str = "the function shop-hook timed out after 300 s and was ended by Lambda, and gave no answer. More is in \
                      the log group shop-logs, request id r-1";
const JOB: &str = "11111111-abcd-1111-abcd-111111abcdef";
const DEPLOYMENT: &str = "d-ABCDEF123";
const PUT_RESULT: &str = "PutJobFailureResult";
const PUT_STATUS: &str = "PutLifecycleEventHookExecutionStatus";

/// AWS with a job and a hook that wait.
async fn aws() -> Aws {
    let settings = AwsSettings {
        region: "eu-central-1".to_owned(),
        function_credentials: Credentials::session("ASIAFUNCTION", "functions-secret-key", "functions-token"),
        job_credentials: Credentials::session("ASIAJOB", SECRET_KEY, "token"),
    };
    let aws = Aws::start(settings, None).await.unwrap();
    aws.add_job(JOB);
    let task_definition = "arn:aws:ecs:eu-central-1:111122223333:task-definition/shop:7";
    let deployment = Deployment::of_service(DEPLOYMENT, ("shop", "staging"), ("cluster", "shop"), task_definition);
    aws.add_deployment(deployment.running("AfterAllowTestTraffic", "e-1"));
    aws.grant("shop/hook-reports/");
    aws
}

/// Refuses the next call of `operation` with this code.
fn refuse(aws: &Aws, operation: &str, code: &'static str) {
    let refusal = Fault::Refuse(StatusCode::BAD_REQUEST, code, "because".to_owned());
    aws.order_fault(operation, refusal, Times::Count(1));
}

/// Hands `record` to the function.
async fn close(aws: &Aws, record: &Value) -> Result<(), String> {
    let environment: Environment = [
        ("AWS_REGION", "eu-central-1".to_owned()),
        ("AWS_ACCESS_KEY_ID", "ASIAFUNCTION".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "functions-secret-key".to_owned()),
        ("AWS_SESSION_TOKEN", "functions-token".to_owned()),
        ("AWS_ENDPOINT_URL", aws.url()),
        ("REPORT_LOCATION", "s3://shop/hook-reports".to_owned()),
        ("LOG_GROUPS", r#"{"shop-hook":"shop-logs"}"#.to_owned()),
    ]
    .into_iter()
    .collect();
    let handler = Handler::new(&AwsSetup::from_environment(&environment).unwrap(), &environment);
    let in_a_minute = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() + 60_000;
    let end = handler.handle(record, u64::try_from(in_a_minute).unwrap()).await;
    end.map_err(|error| error.to_string())
}

fn record(payload: &Value, error: &str) -> Value {
    json!({
        "version": "1.0",
        "timestamp": "2026-01-01T00:00:00.000Z",
        "requestContext": {
            "requestId": "r-1",
            "functionArn": "arn:aws:lambda:eu-central-1:111122223333:function:shop-hook:live",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 1
        },
        "requestPayload": payload,
        "responseContext": {"statusCode": 200, "executedVersion": "1", "functionError": "Unhandled"},
        "responsePayload": {"errorType": "Sandbox.Timedout", "errorMessage": error}
    })
}

fn job() -> Value {
    json!({"CodePipeline.job": {"id": JOB, "data": {
        "artifactCredentials": {"accessKeyId": "ASIAJOB", "secretAccessKey": SECRET_KEY, "sessionToken": "token"}
    }}})
}

fn hook() -> Value {
    json!({"DeploymentId": DEPLOYMENT, "LifecycleEventHookExecutionId": "e-1"})
}

const TIMED_OUT: &str = "RequestId: r-1 Error: Task timed out after 300.00 seconds";

#[tokio::test]
async fn a_job_fails_with_the_reason() {
    let mut expired = record(&job(), "");
    expired["requestContext"]["condition"] = json!("EventAgeExceeded");
    expired["responsePayload"] = json!(null);
    let never_ran = "the function shop-hook was not run in time: the event waited in Lambda's queue until it expired, as \
                     it does when invocations are throttled. More is in the log group shop-logs, request id r-1";
    for (record, kind, message) in
        [(record(&job(), TIMED_OUT), "JobFailed", REASON), (expired, "SystemUnavailable", never_ran)]
    {
        let aws = aws().await;
        close(&aws, &record).await.unwrap();
        let details = json!({"type": kind, "message": message});
        assert_eq!(aws.results(JOB), [JobResult::Failed(json!({"jobId": JOB, "failureDetails": details}))]);
    }
}

#[tokio::test]
async fn what_a_dead_function_said_is_told_without_its_secrets() {
    let mut crashed = record(&job(), &format!("it had {SECRET_KEY} at hand"));
    crashed["responsePayload"]["errorType"] = json!("Error");
    let aws = aws().await;
    close(&aws, &crashed).await.unwrap();
    let results = aws.results(JOB);
    let [JobResult::Failed(body)] = results.as_slice() else { panic!("{results:?}") };
    let message = body["failureDetails"]["message"].as_str().unwrap();
    assert!(message.contains("failed: it had [redacted] at hand"), "{message}");
}

#[tokio::test]
async fn a_hook_fails_and_its_report_says_why() {
    let aws = aws().await;
    close(&aws, &record(&hook(), TIMED_OUT)).await.unwrap();
    let [status] = aws.hook_statuses(DEPLOYMENT).try_into().unwrap();
    assert_eq!((status.execution.as_str(), status.status.as_str()), ("e-1", "Failed"));
    let [(place, report)] = aws.uploads().try_into().unwrap();
    let report: Value = serde_json::from_slice(&report.read_all().unwrap()).unwrap();
    assert_eq!((place.as_str(), &report["summary"]), ("shop/hook-reports/d-ABCDEF123/closed.json", &json!(REASON)));
    // The report is there when the status is known.
    let operations: Vec<_> = aws.calls().into_iter().map(|call| call.operation).collect();
    assert_eq!(operations, ["GetDeployment", "PutObject", PUT_STATUS]);
}

#[tokio::test]
async fn what_is_answered_already_or_by_return_is_left_alone() {
    for (payload, refusal) in [
        (job(), Some((PUT_RESULT, "InvalidJobStateException"))),
        (hook(), Some((PUT_STATUS, "LifecycleEventAlreadyCompletedException"))),
        (json!({"lifecycleStage": "POST_SCALE_UP", "executionDetails": {}}), None),
    ] {
        let aws = aws().await;
        if let Some((operation, code)) = refusal {
            refuse(&aws, operation, code);
        }
        close(&aws, &record(&payload, TIMED_OUT)).await.unwrap();
        assert_eq!((aws.results(JOB), aws.hook_statuses(DEPLOYMENT)), (vec![], vec![]), "{payload}");
        let answers =
            aws.calls().into_iter().filter(|call| [PUT_RESULT, PUT_STATUS].contains(&call.operation.as_str()));
        assert_eq!(answers.count(), usize::from(refusal.is_some()), "{payload}");
    }
}

#[tokio::test]
async fn what_is_not_known_or_not_taken_is_an_error_that_quotes_nothing() {
    for (record, expected) in [
        (json!({"Records": []}), "no record of a failed invocation"),
        (record(&json!({"secret": SECRET_KEY}), TIMED_OUT), "neither a job of CodePipeline nor a lifecycle hook"),
        (record(&json!({"CodePipeline.job": {"data": SECRET_KEY}}), TIMED_OUT), "has no \"id\""),
        (record(&job(), TIMED_OUT), "AccessDeniedException: because"),
        (record(&hook(), TIMED_OUT), "AccessDeniedException: because; it was Failed"),
    ] {
        let aws = aws().await;
        for operation in [PUT_RESULT, PUT_STATUS] {
            refuse(&aws, operation, "AccessDeniedException");
        }
        let error = close(&aws, &record).await.unwrap_err();
        assert!(error.contains(expected) && !error.contains(SECRET_KEY), "{error}");
    }
}
