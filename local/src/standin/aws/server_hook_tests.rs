use super::*;

const TASK: &str = "arn:aws:ecs:eu-central-1:111111111111:task-definition/storefront:7";
const REVISION: &str = "arn:aws:ecs:eu-central-1:111111111111:service-revision/shop/storefront/42";

fn on_ecs() -> Deployment {
    Deployment::of_service("d-ABCDEF123", ("storefront", "staging"), ("shop", "storefront"), TASK)
        .running("AfterAllowTestTraffic", "execution-1")
}

async fn codedeploy(aws: &Aws, operation: &str, body: Value) -> (u16, String) {
    let (status, text) = json_call(aws, &format!("CodeDeploy_20141006.{operation}"), body).await.unwrap();
    (status.as_u16(), text)
}

#[tokio::test]
async fn a_deployment_is_found_from_its_id_alone() {
    let aws = aws().await;
    aws.add_deployment(Deployment { late_views: 1, ..on_ecs() });
    let id = json!({ "deploymentId": "d-ABCDEF123" });
    let (_, text) = codedeploy(&aws, "GetDeployment", id.clone()).await;
    let info = &serde_json::from_str::<Value>(&text).unwrap()["deploymentInfo"];
    assert_eq!((&info["applicationName"], &info["computePlatform"]), (&json!("storefront"), &json!("ECS")));
    assert_eq!(info["revision"]["appSpecContent"]["content"], Value::Null);

    let revision = json!({ "applicationName": "storefront", "revision": info["revision"] });
    let (_, text) = codedeploy(&aws, "GetApplicationRevision", revision).await;
    assert!(text.contains(TASK), "{text}");

    let (_, text) = codedeploy(&aws, "ListDeploymentTargets", id).await;
    assert_eq!(text, r#"{"targetIds":["shop:storefront"]}"#);
    let target = json!({ "deploymentId": "d-ABCDEF123", "targetId": "shop:storefront" });
    for expected in ["Pending", "InProgress", "InProgress"] {
        let (_, text) = codedeploy(&aws, "GetDeploymentTarget", target.clone()).await;
        let view = serde_json::from_str::<Value>(&text).unwrap();
        let events = view["deploymentTarget"]["ecsTarget"]["lifecycleEvents"].as_array().unwrap();
        assert_eq!(events[4]["lifecycleEventName"], "AfterAllowTestTraffic");
        let states: Vec<_> = events.iter().map(|event| event["status"].as_str().unwrap()).collect();
        assert_eq!(
            states,
            ["Succeeded", "Succeeded", "Succeeded", "Succeeded", expected, "Pending", "Pending", "Pending"]
        );
    }
}

#[tokio::test]
async fn a_function_is_a_target_by_its_name() {
    let aws = aws().await;
    let deployment = Deployment::of_function("d-ABCDEF123", ("checkout", "live"), "checkout", ("3", "4"));
    aws.add_deployment(deployment.running("BeforeAllowTraffic", "execution-1").rolling_back());
    let target = json!({ "deploymentId": "d-ABCDEF123", "targetId": "checkout" });
    let (_, text) = codedeploy(&aws, "GetDeploymentTarget", target).await;
    assert!(text.contains(r#""targetVersion":"4""#) && text.contains("LambdaTarget"), "{text}");
    let (_, text) = codedeploy(&aws, "GetDeployment", json!({ "deploymentId": "d-ABCDEF123" })).await;
    assert!(text.contains(r#""creator":"codeDeployRollback""#), "{text}");
}

#[tokio::test]
async fn a_hook_reports_one_status_of_two() {
    let aws = aws().await;
    aws.add_deployment(on_ecs());
    let put = |deployment: &str, execution: &str, status: &str| json!({ "deploymentId": deployment, "lifecycleEventHookExecutionId": execution, "status": status });
    let steps = [
        (json!({}), "DeploymentIdRequiredException"),
        (put("d-abc", "execution-1", "Failed"), "InvalidDeploymentIdException"),
        (put("d-ABCDEF124", "execution-1", "Failed"), "DeploymentDoesNotExistException"),
        (put("d-ABCDEF123", "execution-2", "Failed"), "InvalidLifecycleEventHookExecutionIdException"),
        (put("d-ABCDEF123", "execution-1", "Skipped"), "InvalidLifecycleEventHookExecutionStatusException"),
        (put("d-ABCDEF123", "execution-1", "FAILED"), "ValidationException"),
        (json!({ "deploymentID": "d-ABCDEF123" }), "SerializationException"),
        (put("d-ABCDEF123", "execution-1", "Failed"), r#"{"lifecycleEventHookExecutionId":"execution-1"}"#),
        (put("d-ABCDEF123", "execution-1", "Succeeded"), "LifecycleEventAlreadyCompletedException"),
    ];
    for (body, part) in steps {
        let (status, text) = codedeploy(&aws, "PutLifecycleEventHookExecutionStatus", body.clone()).await;
        assert!(text.contains(part), "{body}: {text}");
        assert_eq!(status == 200, !text.contains("Exception"), "{body}: {status} {text}");
    }
    let status = HookStatus {
        execution: "execution-1".to_owned(),
        event: "AfterAllowTestTraffic".to_owned(),
        status: "Failed".to_owned(),
    };
    assert_eq!(aws.hook_statuses("d-ABCDEF123"), [status]);
}

#[tokio::test]
async fn what_is_asked_wrongly_is_refused() {
    let aws = aws().await;
    aws.add_deployment(on_ecs());
    let digest = json!({ "revisionType": "AppSpecContent", "appSpecContent": { "sha256": "0" } });
    let cases = [
        ("GetDeployment", json!({ "deploymentId": "" }), "DeploymentIdRequiredException"),
        ("GetDeployment", json!({}), "ValidationException"),
        (
            "GetDeploymentTarget",
            json!({ "deploymentId": "d-ABCDEF123", "targetId": "shop/storefront" }),
            "DeploymentTargetDoesNotExistException",
        ),
        (
            "GetApplicationRevision",
            json!({ "applicationName": "storefront", "revision": digest }),
            "RevisionDoesNotExistException",
        ),
        (
            "GetApplicationRevision",
            json!({ "applicationName": "other", "revision": digest }),
            "ApplicationDoesNotExistException",
        ),
        (
            "GetApplicationRevision",
            json!({ "applicationName": "storefront", "revision": { "sha256": "0" } }),
            "SerializationException",
        ),
        ("StopDeployment", json!({ "deploymentId": "d-ABCDEF123" }), "UnknownOperationException"),
    ];
    for (operation, body, part) in cases {
        let (status, text) = codedeploy(&aws, operation, body.clone()).await;
        assert!(status == 400 && text.contains(part), "{operation} {body}: {status} {text}");
    }
}

#[tokio::test]
async fn task_definitions_are_found_by_arn_name_and_service_revision() {
    let aws = aws().await;
    aws.add_task_definition(TASK, &[("REVISION", "r7")]);
    aws.add_service_revision(REVISION, TASK);
    let many: Vec<_> = (0..21).map(|_| REVISION).collect();
    let cases = [
        ("DescribeTaskDefinition", json!({ "taskDefinition": TASK }), r#""name":"REVISION","value":"r7""#),
        ("DescribeTaskDefinition", json!({ "taskDefinition": "storefront:7", "include": ["TAGS"] }), "r7"),
        ("DescribeTaskDefinition", json!({ "taskDefinition": "storefront:8" }), "ClientException"),
        ("DescribeTaskDefinition", json!({ "taskDefinition": TASK, "include": ["ALL"] }), "ValidationException"),
        ("DescribeTaskDefinition", json!({ "taskDefinition": TASK, "include": "TAGS" }), "SerializationException"),
        ("DescribeServiceRevisions", json!({ "serviceRevisionArns": [REVISION] }), TASK),
        ("DescribeServiceRevisions", json!({ "serviceRevisionArns": ["other"] }), r#""reason":"MISSING""#),
        ("DescribeServiceRevisions", json!({ "serviceRevisionArns": many }), "ValidationException"),
        ("DescribeServices", json!({}), "UnknownOperationException"),
    ];
    for (operation, body, part) in cases {
        let target = format!("AmazonEC2ContainerServiceV20141113.{operation}");
        let (_, text) = json_call(&aws, &target, body.clone()).await.unwrap();
        assert!(text.contains(part), "{operation} {body}: {text}");
    }
}

#[tokio::test]
async fn a_functions_version_is_read_by_its_qualifier() {
    let aws = aws().await;
    aws.add_function_version("checkout", "4", &[("REVISION", "r4")]);
    let cases = [
        ("checkout/configuration?Qualifier=4", 200, r#""REVISION":"r4""#),
        ("checkout/configuration?Qualifier=5", 404, "Function not found"),
        ("checkout/configuration", 404, "$LATEST"),
        ("checkout%3A4/configuration", 404, "Function not found"),
        ("checkout/configuration?Version=4", 400, "Version=4"),
        ("checkout/code-signing-config", 400, "does not know"),
    ];
    for (path, status, part) in cases {
        let uri = format!("{}/2015-03-31/functions/{path}", aws.url());
        let request = Request::get(uri).body(Bytes::new()).unwrap();
        let (actual, text) = send(signed(request, &settings().function_credentials, "lambda")).await.unwrap();
        assert!(actual.as_u16() == status && text.contains(part), "{path}: {actual} {text}");
    }
}

#[tokio::test]
async fn a_role_reads_and_writes_what_was_granted() {
    let aws = aws().await;
    aws.require_encryption_key("alias/artifacts");
    aws.grant("bucket/suites/");
    aws.add_object("bucket", "suites/r7/smoke.yaml", Object::bytes("version: 1"));
    aws.add_object("bucket", "artifacts/r7", Object::bytes("an artifact"));
    let cases = [
        (Method::GET, "/bucket/suites/r7/smoke.yaml", 200, "version: 1"),
        (Method::GET, "/bucket/suites/r8/smoke.yaml", 404, "NoSuchKey"),
        (Method::PUT, "/bucket/suites/report.json", 200, ""),
        (Method::GET, "/bucket/artifacts/r7", 403, "not authorized to perform: s3:GetObject"),
        (Method::PUT, "/bucket/artifacts/r7", 403, "not authorized to perform: s3:PutObject"),
    ];
    for (method, path, status, part) in cases {
        let request = Request::builder().method(method.clone()).uri(format!("{}{path}", aws.url()));
        let request = request.body(Bytes::new()).unwrap();
        let (actual, text) = send(signed(request, &settings().function_credentials, "s3")).await.unwrap();
        assert!(actual.as_u16() == status && text.contains(part), "{method} {path}: {actual} {text}");
    }
    let names: Vec<_> = aws.uploads().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["bucket/suites/report.json"]);
}
