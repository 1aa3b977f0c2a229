//! Hooks over the wire: the real clients against the stand-in for CodeDeploy, ECS and S3, and a site, on this machine.

use std::time::{SystemTime, UNIX_EPOCH};

use function_setup::{AwsSetup, Environment};
use launchway::standin::aws::{Aws, AwsSettings, Deployment, Object};
use launchway::standin::{Credentials, Site, SiteAnswer};
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

const DEPLOYMENT: &str = "d-ABCDEF123";
const TASK: &str = "arn:aws:ecs:eu-central-1:111122223333:task-definition/shop:7";

/// AWS with a hook that waits, the version r7 under test and its suite.
async fn aws() -> Aws {
    let settings = AwsSettings {
        region: "eu-central-1".to_owned(),
        function_credentials: Credentials::session("ASIAFUNCTION", "functions-secret-key", "functions-token"),
        job_credentials: Credentials::session("ASIANOJOB", "no-jobs-secret-key", "no-jobs-token"),
    };
    let aws = Aws::start(settings, None).await.unwrap();
    let deployment = Deployment::of_service(DEPLOYMENT, ("shop", "staging"), ("cluster", "shop"), TASK);
    aws.add_deployment(deployment.running("AfterAllowTestTraffic", "e-1"));
    aws.add_task_definition(TASK, &[("REVISION", "r7")]);
    aws.add_object("shop", "suites/r7/smoke.yaml", Object::bytes(SUITE));
    aws.grant("shop/");
    aws
}

/// Hands a hook to the function as `more` configures it, and gives what it returned, its statuses and its one report.
async fn answered(event: &Value, site: &str, more: &[(&'static str, &str)]) -> (Value, Vec<String>, Value) {
    let aws = aws().await;
    let site = Site::start(None, [(site, SiteAnswer::page("here"))]).await.unwrap();
    let under_test = json!({"environment": "staging", "test_url": site.url()});
    let environments = json!({"shop/staging": under_test, "cluster/shop": under_test}).to_string();
    let url = aws.url();
    let base = [
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "ASIAFUNCTION"),
        ("AWS_SECRET_ACCESS_KEY", "functions-secret-key"),
        ("AWS_SESSION_TOKEN", "functions-token"),
        ("AWS_ENDPOINT_URL", &url),
        ("HOOK_ENVIRONMENTS", &environments),
        ("SUITE_OBJECT", "s3://shop/suites/{revision}/smoke.yaml"),
        ("REPORT_LOCATION", "s3://shop/hook-reports"),
    ];
    let environment: Environment = base.iter().chain(more).copied().collect();
    let handler = Handler::new(AwsSetup::from_environment(&environment).unwrap(), &environment);
    let in_a_minute = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() + 60_000;
    let returned = handler.handle(event, u64::try_from(in_a_minute).unwrap()).await.unwrap();
    let statuses = aws.hook_statuses(DEPLOYMENT).into_iter().map(|status| status.status).collect();
    let report = aws.uploads().first().map(|(_, report)| report.read_all().unwrap());
    (returned, statuses, report.map(|report| serde_json::from_slice(&report).unwrap()).unwrap_or_default())
}

fn hook() -> Value {
    json!({"DeploymentId": DEPLOYMENT, "LifecycleEventHookExecutionId": "e-1"})
}

#[tokio::test]
async fn the_suite_of_the_revision_decides() {
    for (site, status, expected) in
        [("GET /r7", "Succeeded", "1 check passed"), ("GET /r6", "Failed", "expected status 2xx, got 404")]
    {
        let (_, statuses, report) = answered(&hook(), site, &[]).await;
        assert_eq!(statuses, [status]);
        let summary = report["summary"].as_str().unwrap();
        assert!(summary.contains(expected), "{summary}");
        assert_eq!((&report["environment"], &report["revision"]), (&json!("staging"), &json!("r7")));
        assert_eq!((&report["version_under_test"], &report["passed"]), (&json!(TASK), &json!(status == "Succeeded")));
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
        ("SUITE_OBJECT", "s3://shop/none.yaml", "the suite s3://shop/none.yaml cannot be read: NoSuchKey: "),
        ("HOOK_ATTEMPTS", "0", "HOOK_ATTEMPTS is \"0\""),
        ("DEADLINE_MARGIN", "long", "DEADLINE_MARGIN is \"long\""),
    ] {
        let (_, statuses, report) = answered(&hook(), "GET /r7", &[(name, value)]).await;
        let summary = report["summary"].as_str().unwrap();
        assert!(statuses == ["Failed"] && summary.contains(expected), "{statuses:?} {summary}");
    }
    let (_, statuses, report) = answered(&hook(), "GET /r7", &[("REPORT_LOCATION", "")]).await;
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
    for (site, attempts, status) in
        [("GET /none", "1", "SUCCEEDED"), ("GET /r7", "1", "FAILED"), ("GET /r7", "2", "IN_PROGRESS")]
    {
        let (returned, statuses, report) = answered(&event, site, &[suite, ("HOOK_ATTEMPTS", attempts)]).await;
        assert_eq!((&returned["hookStatus"], statuses.len()), (&json!(status), 0));
        assert_eq!((&report["service"], &report["revision"]), (&json!("cluster/shop"), &Value::Null));
    }
}
