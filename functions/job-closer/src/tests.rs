//! Records over the wire: the real clients against stand-ins for CodePipeline, CodeDeploy and S3 on this machine.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use function_setup::{AwsSetup, Environment};
use serde_json::{Value, json};

use crate::handler::Handler;

const SECRET_KEY: &str = "example-secret-access-key";
const REASON: &str = "the function shop-hook timed out after 300 s and was ended by Lambda, and gave no answer. More is in \
                      the log group shop-logs, request id r-1";

#[derive(Default)]
struct World {
    /// The error that the next answer is refused with.
    refusal: Option<&'static str>,
    /// What arrived: operation or path, and input.
    arrived: Vec<(String, Value)>,
}

type Shared = State<Arc<Mutex<World>>>;

async fn serve(State(world): Shared, headers: HeaderMap, uri: Uri, body: Bytes) -> (StatusCode, String) {
    let mut world = world.lock().unwrap();
    let input: Value = serde_json::from_slice(&body).unwrap();
    let Some(target) = headers.get("x-amz-target") else {
        assert!(uri.path().starts_with("/shop/hook-reports/"), "{uri} is not known");
        world.arrived.push((uri.path().to_owned(), input));
        return (StatusCode::OK, String::new());
    };
    let answer = match target.to_str().unwrap() {
        "CodeDeploy_20141006.GetDeployment" => {
            json!({"deploymentInfo": {"applicationName": "shop", "deploymentGroupName": "staging", "creator": "user"}})
        }
        answer @ ("CodePipeline_20150709.PutJobFailureResult"
        | "CodeDeploy_20141006.PutLifecycleEventHookExecutionStatus") => {
            if let Some(code) = world.refusal.take() {
                return (StatusCode::BAD_REQUEST, json!({"__type": code, "message": "because"}).to_string());
            }
            world.arrived.push((answer.rsplit('.').next().unwrap().to_owned(), input));
            json!({})
        }
        other => panic!("{other} is not known"),
    };
    (StatusCode::OK, answer.to_string())
}

/// Hands `record` to the function and gives what arrived.
async fn closed(record: &Value, refusal: Option<&'static str>) -> Result<Vec<(String, Value)>, String> {
    let world = Arc::new(Mutex::new(World { refusal, arrived: Vec::new() }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let environment: Environment = [
        ("AWS_REGION", "eu-central-1".to_owned()),
        ("AWS_ACCESS_KEY_ID", "ASIAFUNCTION".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "functions-secret-key".to_owned()),
        ("AWS_ENDPOINT_URL", format!("http://{}", listener.local_addr().unwrap())),
        ("REPORT_LOCATION", "s3://shop/hook-reports".to_owned()),
        ("LOG_GROUPS", r#"{"shop-hook":"shop-logs"}"#.to_owned()),
    ]
    .into_iter()
    .collect();
    let routes = Router::new().fallback(serve).with_state(Arc::clone(&world));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    let handler = Handler::new(&AwsSetup::from_environment(&environment).unwrap(), &environment);
    let in_a_minute = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() + 60_000;
    let end = handler.handle(record, u64::try_from(in_a_minute).unwrap()).await;
    end.map_err(|error| error.to_string())?;
    let world = world.lock().unwrap();
    Ok(world.arrived.clone())
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
    json!({"CodePipeline.job": {"id": "11111111-abcd-1111-abcd-111111abcdef", "data": {
        "artifactCredentials": {"accessKeyId": "ASIAJOB", "secretAccessKey": SECRET_KEY, "sessionToken": "token"}
    }}})
}

fn hook() -> Value {
    json!({"DeploymentId": "d-ABCDEF123", "LifecycleEventHookExecutionId": "e-1"})
}

const TIMED_OUT: &str = "RequestId: r-1 Error: Task timed out after 300.00 seconds";

#[tokio::test]
async fn a_job_fails_with_the_reason() {
    let details = |message: &str| {
        let details = json!({"type": "JobFailed", "message": message});
        json!({"jobId": "11111111-abcd-1111-abcd-111111abcdef", "failureDetails": details})
    };
    let arrived = closed(&record(&job(), TIMED_OUT), None).await.unwrap();
    assert_eq!(arrived, [("PutJobFailureResult".to_owned(), details(REASON))]);
    let mut expired = record(&job(), "");
    expired["requestContext"]["condition"] = json!("EventAgeExceeded");
    expired["responsePayload"] = json!(null);
    let arrived = closed(&expired, None).await.unwrap();
    assert_eq!(arrived[0].1["failureDetails"]["type"], "SystemUnavailable");
}

#[tokio::test]
async fn what_a_dead_function_said_is_told_without_its_secrets() {
    let mut crashed = record(&job(), &format!("it had {SECRET_KEY} at hand"));
    crashed["responsePayload"]["errorType"] = json!("Error");
    let arrived = closed(&crashed, None).await.unwrap();
    let message = arrived[0].1["failureDetails"]["message"].as_str().unwrap();
    assert!(message.contains("failed: it had [redacted] at hand"), "{message}");
}

#[tokio::test]
async fn a_hook_fails_and_its_report_says_why() {
    let arrived = closed(&record(&hook(), TIMED_OUT), None).await.unwrap();
    let (path, report) = &arrived[0];
    assert_eq!((path.as_str(), &report["summary"]), ("/shop/hook-reports/d-ABCDEF123/closed.json", &json!(REASON)));
    let status = json!({"deploymentId": "d-ABCDEF123", "lifecycleEventHookExecutionId": "e-1", "status": "Failed"});
    assert_eq!(arrived[1..], [("PutLifecycleEventHookExecutionStatus".to_owned(), status)]);
}

#[tokio::test]
async fn what_is_answered_already_or_by_return_is_left_alone() {
    for (payload, refusal) in [
        (job(), Some("InvalidJobStateException")),
        (hook(), Some("LifecycleEventAlreadyCompletedException")),
        (json!({"lifecycleStage": "POST_SCALE_UP", "executionDetails": {}}), None),
    ] {
        let arrived = closed(&record(&payload, TIMED_OUT), refusal).await.unwrap();
        assert!(arrived.iter().all(|(what, _)| what.ends_with("closed.json")), "{arrived:?}");
    }
}

#[tokio::test]
async fn what_is_not_known_or_not_taken_is_an_error_that_quotes_nothing() {
    for (record, refusal, expected) in [
        (json!({"Records": []}), None, "no record of a failed invocation"),
        (record(&json!({"secret": SECRET_KEY}), TIMED_OUT), None, "neither a job of CodePipeline nor a lifecycle hook"),
        (record(&json!({"CodePipeline.job": {"data": SECRET_KEY}}), TIMED_OUT), None, "has no \"id\""),
        (record(&job(), TIMED_OUT), Some("AccessDeniedException"), "AccessDeniedException: because"),
        (record(&hook(), TIMED_OUT), Some("AccessDeniedException"), "AccessDeniedException: because; it was Failed"),
    ] {
        let error = closed(&record, refusal).await.unwrap_err();
        assert!(error.contains(expected) && !error.contains(SECRET_KEY), "{error}");
    }
}
