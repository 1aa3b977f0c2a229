//! Hooks over the wire: the real clients against stand-ins for CodeDeploy, ECS and S3, and a site, on this machine.

use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use function_setup::{AwsSetup, Environment};
use serde_json::{Value, json};

use crate::handler::Handler;

const SUITE: &str = "version: 1
variables: { revision: none }
checks:
  - name: the new version answers
    tags: [before-traffic]
    request: GET /{{revision}}
  - name: customers see it
    tags: [after-traffic]
    request: GET /nothing
";

#[derive(Default)]
struct World {
    statuses: Vec<Value>,
    reports: Vec<(String, Value)>,
}

type Shared = State<Arc<Mutex<World>>>;

async fn operation(State(world): Shared, headers: HeaderMap, body: Bytes) -> String {
    let answer = match headers["x-amz-target"].to_str().unwrap() {
        "CodeDeploy_20141006.GetDeployment" => json!({"deploymentInfo": {
            "applicationName": "shop", "deploymentGroupName": "staging", "creator": "user",
            "revision": {"revisionType": "AppSpecContent", "appSpecContent": {"sha256": "abc"}}
        }}),
        "CodeDeploy_20141006.ListDeploymentTargets" => json!({"targetIds": ["cluster:shop"]}),
        "CodeDeploy_20141006.GetDeploymentTarget" => json!({"deploymentTarget": {
            "deploymentTargetType": "ECSTarget",
            "ecsTarget": {"lifecycleEvents": [{"lifecycleEventName": "AfterAllowTestTraffic", "status": "InProgress"}]}
        }}),
        "CodeDeploy_20141006.GetApplicationRevision" => json!({"revision": {"appSpecContent": {"content":
            r#"{"Resources":[{"S":{"Type":"AWS::ECS::Service","Properties":{"TaskDefinition":"shop:7"}}}]}"#
        }}}),
        "AmazonEC2ContainerServiceV20141113.DescribeTaskDefinition" => json!({"taskDefinition": {
            "containerDefinitions": [{"environment": [{"name": "REVISION", "value": "r7"}]}]
        }}),
        "CodeDeploy_20141006.PutLifecycleEventHookExecutionStatus" => {
            world.lock().unwrap().statuses.push(serde_json::from_slice(&body).unwrap());
            json!({})
        }
        other => panic!("{other} is not known"),
    };
    answer.to_string()
}

async fn suite(Path(key): Path<String>) -> (StatusCode, &'static str) {
    if key == "suites/r7/smoke.yaml" {
        return (StatusCode::OK, SUITE);
    }
    (StatusCode::NOT_FOUND, "<Error><Code>NoSuchKey</Code><Message>There is none.</Message></Error>")
}

async fn report(State(world): Shared, Path(key): Path<String>, body: Bytes) {
    world.lock().unwrap().reports.push((key, serde_json::from_slice(&body).unwrap()));
}

/// Hands a hook to the function as `more` configures it, and gives what it returned, its statuses and its one report.
async fn answered(event: &Value, site: &'static str, more: &[(&'static str, &str)]) -> (Value, Vec<String>, Value) {
    let world = Arc::new(Mutex::new(World::default()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let routes = Router::new()
        .route("/", post(operation))
        .route("/shop/{*key}", get(suite).put(report))
        .route(site, get(async || "here"))
        .with_state(Arc::clone(&world));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    let under_test = json!({"environment": "staging", "test_url": url});
    let environments = json!({"shop/staging": under_test, "cluster/shop": under_test}).to_string();
    let base = [
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "ASIAFUNCTION"),
        ("AWS_SECRET_ACCESS_KEY", "functions-secret-key"),
        ("AWS_ENDPOINT_URL", &url),
        ("HOOK_ENVIRONMENTS", &environments),
        ("SUITE_OBJECT", "s3://shop/suites/{revision}/smoke.yaml"),
        ("REPORT_LOCATION", "s3://shop/hook-reports"),
    ];
    let environment: Environment = base.iter().chain(more).copied().collect();
    let handler = Handler::new(AwsSetup::from_environment(&environment).unwrap(), &environment);
    let in_a_minute = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() + 60_000;
    let returned = handler.handle(event, u64::try_from(in_a_minute).unwrap()).await.unwrap();
    let world = world.lock().unwrap();
    let statuses = world.statuses.iter().map(|put| put["status"].as_str().unwrap().to_owned()).collect();
    (returned, statuses, world.reports.first().map(|(_, report)| report.clone()).unwrap_or_default())
}

fn hook() -> Value {
    json!({"DeploymentId": "d-ABCDEF123", "LifecycleEventHookExecutionId": "e-1"})
}

#[tokio::test]
async fn the_suite_of_the_revision_decides() {
    for (site, status, expected) in
        [("/r7", "Succeeded", "1 check passed"), ("/r6", "Failed", "expected status 2xx, got 404")]
    {
        let (_, statuses, report) = answered(&hook(), site, &[]).await;
        assert_eq!(statuses, [status]);
        let summary = report["summary"].as_str().unwrap();
        assert!(summary.contains(expected), "{summary}");
        assert_eq!((&report["environment"], &report["revision"]), (&json!("staging"), &json!("r7")));
        assert_eq!(
            (&report["version_under_test"], &report["passed"]),
            (&json!("shop:7"), &json!(status == "Succeeded"))
        );
        assert_eq!(report["report"]["tags"], json!(["before-traffic"]));
    }
}

#[tokio::test]
async fn what_is_configured_wrongly_is_a_failed_status_that_says_so() {
    for (name, value, expected) in [
        ("HOOK_ENVIRONMENTS", "", "HOOK_ENVIRONMENTS is not set"),
        ("HOOK_ENVIRONMENTS", "{}", "no environment is known for \"shop/staging\""),
        ("HOOK_TAGS", "[]", "HOOK_TAGS is \"[]\""),
        ("HOOK_TAGS", r#"{"AfterAllowTestTraffic":["none"]}"#, "no check was chosen"),
        (
            "SUITE_OBJECT",
            "s3://shop/none.yaml",
            "the suite s3://shop/none.yaml cannot be read: NoSuchKey: There is none",
        ),
        ("HOOK_ATTEMPTS", "0", "HOOK_ATTEMPTS is \"0\""),
        ("DEADLINE_MARGIN", "long", "DEADLINE_MARGIN is \"long\""),
    ] {
        let (_, statuses, report) = answered(&hook(), "/r7", &[(name, value)]).await;
        let summary = report["summary"].as_str().unwrap();
        assert!(statuses == ["Failed"] && summary.contains(expected), "{statuses:?} {summary}");
    }
    let (_, statuses, report) = answered(&hook(), "/r7", &[("REPORT_LOCATION", "")]).await;
    assert_eq!((statuses, report), (vec!["Failed".to_owned()], Value::Null));
}

#[tokio::test]
async fn ecs_reads_its_status_in_what_is_returned() {
    let event = json!({
        "lifecycleStage": "POST_TEST_TRAFFIC_SHIFT",
        "resourceArn": "arn:aws:ecs:eu-central-1:111122223333:service-deployment/cluster/shop/one",
        "executionDetails": {
            "serviceArn": "arn:aws:ecs:eu-central-1:111122223333:service/cluster/shop",
            "targetServiceRevisionArn": "arn:aws:ecs:eu-central-1:111122223333:service-revision/cluster/shop/2"
        }
    });
    let suite = ("SUITE_OBJECT", "s3://shop/suites/r7/smoke.yaml");
    for (site, attempts, status) in [("/none", "1", "SUCCEEDED"), ("/r7", "1", "FAILED"), ("/r7", "2", "IN_PROGRESS")] {
        let (returned, statuses, report) = answered(&event, site, &[suite, ("HOOK_ATTEMPTS", attempts)]).await;
        assert_eq!((&returned["hookStatus"], statuses.len()), (&json!(status), 0));
        assert_eq!((&report["service"], &report["revision"]), (&json!("cluster/shop"), &Value::Null));
    }
}
