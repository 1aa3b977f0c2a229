//! CodeDeploy with one deployment, ECS with one task definition, a Lambda function, and one bucket of S3.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, StatusCode, Uri};
use axum::routing::{get, post, put};
use function_setup::{AwsSetup, Environment};
use lifecycle_hook::{Hooks, Settings};
use serde_json::{Value, json};

use crate::TASK_DEFINITION;

/// A refusal: status and error code.
pub(crate) type Refusal = (u16, &'static str);

pub(crate) struct World {
    pub(crate) deployment: Value,
    /// What `GetDeploymentTarget` answers, one after the other, the last again and again.
    pub(crate) targets: VecDeque<Value>,
    pub(crate) appspec: String,
    pub(crate) containers: Value,
    pub(crate) function_environment: Value,
    pub(crate) service_revisions: Value,
    /// The next refusals by operation; those of S3 under `PutObject`.
    pub(crate) refusals: BTreeMap<&'static str, VecDeque<Refusal>>,
    pub(crate) calls: Vec<String>,
    pub(crate) statuses: Vec<Value>,
    pub(crate) reports: Vec<(String, Value)>,
}

impl Default for World {
    fn default() -> Self {
        let appspec = format!(
            "version: 0.0\nResources:\n  - TargetService:\n      Type: AWS::ECS::Service\n      Properties:\n        \
             TaskDefinition: {TASK_DEFINITION}\n"
        );
        Self {
            deployment: json!({
                "applicationName": "shop", "deploymentGroupName": "staging", "deploymentId": "d-ABCDEF123",
                "status": "InProgress", "creator": "user", "computePlatform": "ECS",
                "revision": {"revisionType": "AppSpecContent", "appSpecContent": {"sha256": "abc"}}
            }),
            targets: [ecs_target(&[("AfterInstall", "Succeeded"), ("AfterAllowTestTraffic", "InProgress")])].into(),
            appspec,
            containers: json!([{"name": "web", "environment": [{"name": "REVISION", "value": "r7"}]}]),
            function_environment: json!({"REVISION": "r8"}),
            service_revisions: json!([]),
            refusals: BTreeMap::new(),
            calls: Vec::new(),
            statuses: Vec::new(),
            reports: Vec::new(),
        }
    }
}

/// A target of the ECS platform with these lifecycle events.
pub(crate) fn ecs_target(events: &[(&str, &str)]) -> Value {
    json!({"deploymentTargetType": "ECSTarget", "ecsTarget": {
        "targetId": "cluster:shop", "lifecycleEvents": lifecycle_events(events)
    }})
}

/// A target of the Lambda platform with these lifecycle events.
pub(crate) fn lambda_target(events: &[(&str, &str)]) -> Value {
    json!({"deploymentTargetType": "LambdaTarget", "lambdaTarget": {
        "targetId": "cluster:shop", "lifecycleEvents": lifecycle_events(events),
        "lambdaFunctionInfo": {"functionName": "shop-web", "functionAlias": "live", "currentVersion": "8", "targetVersion": "9"}
    }})
}

fn lifecycle_events(events: &[(&str, &str)]) -> Value {
    events.iter().map(|(name, status)| json!({"lifecycleEventName": name, "status": status})).collect()
}

#[derive(Clone)]
pub(crate) struct Standin {
    world: Arc<Mutex<World>>,
    setup: AwsSetup,
}

impl Standin {
    pub(crate) async fn start(world: World) -> Self {
        let world = Arc::new(Mutex::new(world));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let environment: Environment = [
            ("AWS_REGION", "eu-central-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", "ASIAFUNCTION".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "functions-secret-key".to_owned()),
            ("AWS_ENDPOINT_URL", format!("http://{}", listener.local_addr().unwrap())),
        ]
        .into_iter()
        .collect();
        let routes = Router::new()
            .route("/", post(operation))
            .route("/2015-03-31/functions/{name}/configuration", get(function))
            .route("/reports/{*key}", put(report))
            .with_state(Arc::clone(&world));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { world, setup: AwsSetup::from_environment(&environment).unwrap() }
    }

    pub(crate) fn hooks(&self, attempts: u32) -> Hooks {
        let settings = Settings { reports: Some("s3://reports/hook-reports".parse().unwrap()), attempts };
        Hooks::new(self.setup.aws.clone(), self.setup.codedeploy(), settings)
    }

    /// The statuses that were accepted.
    pub(crate) fn statuses(&self) -> Vec<Value> {
        self.world.lock().unwrap().statuses.clone()
    }

    /// The reports that were stored: key and content.
    pub(crate) fn reports(&self) -> Vec<(String, Value)> {
        self.world.lock().unwrap().reports.clone()
    }

    pub(crate) fn calls(&self, operation: &str) -> usize {
        self.world.lock().unwrap().calls.iter().filter(|call| *call == operation).count()
    }
}

type Shared = State<Arc<Mutex<World>>>;

async fn operation(State(world): Shared, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let mut world = world.lock().unwrap();
    let target = headers["x-amz-target"].to_str().unwrap().to_owned();
    let (prefix, operation) = target.split_once('.').unwrap();
    let service = if prefix == "CodeDeploy_20141006" { "codedeploy" } else { "ecs" };
    let authorization = headers["authorization"].to_str().unwrap();
    assert!(authorization.contains(&format!("/eu-central-1/{service}/aws4_request")), "{authorization}");
    if operation == "PutLifecycleEventHookExecutionStatus" {
        // Tries that the SDK adds would keep the last refusal to themselves when the time is over.
        assert_eq!(headers["amz-sdk-request"], "attempt=1; max=1");
    }
    if let Some(refused) = world.refusal(operation) {
        return refused;
    }
    let input: Value = serde_json::from_slice(&body).unwrap();
    let answer = match target.as_str() {
        "CodeDeploy_20141006.GetDeployment" => json!({"deploymentInfo": world.deployment}),
        "CodeDeploy_20141006.ListDeploymentTargets" => json!({"targetIds": ["cluster:shop"]}),
        "CodeDeploy_20141006.GetDeploymentTarget" => {
            assert_eq!(input, json!({"deploymentId": "d-ABCDEF123", "targetId": "cluster:shop"}));
            let last = world.targets.len() == 1;
            let target = if last { world.targets.front().cloned() } else { world.targets.pop_front() };
            json!({"deploymentTarget": target})
        }
        "CodeDeploy_20141006.GetApplicationRevision" => {
            assert_eq!(input["revision"]["appSpecContent"]["sha256"], "abc");
            json!({"applicationName": "shop", "revision": {"revisionType": "AppSpecContent", "appSpecContent": {"content": world.appspec, "sha256": "abc"}}})
        }
        "CodeDeploy_20141006.PutLifecycleEventHookExecutionStatus" => {
            world.statuses.push(input);
            json!({"lifecycleEventHookExecutionId": crate::EXECUTION})
        }
        "AmazonEC2ContainerServiceV20141113.DescribeTaskDefinition" => {
            assert_eq!(input, json!({"taskDefinition": TASK_DEFINITION}));
            json!({"taskDefinition": {"containerDefinitions": world.containers}})
        }
        "AmazonEC2ContainerServiceV20141113.DescribeServiceRevisions" => {
            json!({"serviceRevisions": world.service_revisions})
        }
        _ => panic!("{target} is not known"),
    };
    respond(200, answer.to_string())
}

async fn function(State(world): Shared, Path(name): Path<String>, uri: Uri) -> Response<Body> {
    let mut world = world.lock().unwrap();
    assert_eq!((name.as_str(), uri.query()), ("shop-web", Some("Qualifier=9")));
    if let Some(refused) = world.refusal("GetFunctionConfiguration") {
        return refused;
    }
    respond(200, json!({"FunctionName": name, "Environment": {"Variables": world.function_environment}}).to_string())
}

async fn report(State(world): Shared, Path(key): Path<String>, body: Bytes) -> Response<Body> {
    let mut world = world.lock().unwrap();
    if let Some(refused) = world.refusal("PutObject") {
        return refused;
    }
    assert_eq!(world.statuses, Vec::<Value>::new(), "the report is there when the status is known");
    world.reports.push((key, serde_json::from_slice(&body).unwrap()));
    respond(200, "")
}

impl World {
    fn refusal(&mut self, operation: &str) -> Option<Response<Body>> {
        self.calls.push(operation.to_owned());
        let (status, code) = self.refusals.get_mut(operation)?.pop_front()?;
        Some(respond(status, json!({"__type": code, "message": "because"}).to_string()))
    }
}

fn respond(status: u16, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    response
}
