//! An engine with its double.

use std::collections::BTreeMap;
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::broadcast;

use super::double::{ACCOUNT, Double};
use crate::deploy::Instance;
use crate::engine::{
    Clock, EcsService, Engine, EngineConfig, EngineEvent, EventKind, ExecutionRecord, ExecutionStatus,
};

/// A guard against a test that waits for what never comes; nothing is measured by it.
const PATIENCE: Duration = Duration::from_mins(5);

pub(super) const ROOT: &str = "arn:aws:iam::123456789012:root";
pub(super) const FUNCTION: &str = "arn:aws:sts::123456789012:assumed-role/check-role/check";

pub(super) struct World {
    pub(super) engine: Engine,
    pub(super) double: Double,
    pub(super) events: broadcast::Receiver<EngineEvent>,
    pub(super) folder: TempDir,
}

/// A job that a function was invoked with.
#[derive(Debug, Clone)]
pub(super) struct Invoked {
    pub(super) job: String,
    /// The `UserParameters`, which the tests set to the action's name.
    pub(super) parameters: String,
    pub(super) event: Value,
}

impl World {
    /// An engine whose clock runs `speed` times as fast, with a source to deliver and the function `check`.
    pub(super) async fn start(speed: f64) -> Self {
        Self::with(Clock::at(speed), Vec::new()).await
    }

    /// The same where work has no more time than the clock's speed leaves it, for tests of what happens afterwards.
    pub(super) async fn start_hurried(speed: f64) -> Self {
        Self::with(hurried(speed), Vec::new()).await
    }

    /// An engine with this clock and these ECS services.
    pub(super) async fn with(clock: Clock, services: Vec<EcsService>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = EngineConfig {
            clock,
            source_poll_interval: Duration::from_millis(5),
            work_dir: folder.path().join("work"),
            cache_dir: folder.path().join("cache"),
            build_environment: BTreeMap::new(),
            images: folder.path().join("images"),
            services,
            instances: vec![Instance {
                name: "staging-1".into(),
                tags: [("Environment".into(), "staging".into())].into(),
                root: folder.path().join("staging-1"),
                environment: BTreeMap::new(),
            }],
        };
        let engine = Engine::start(config).await.unwrap();
        let double = Double::start().await;
        engine.connect(&double.access()).unwrap();
        double.upload("sources/shop/source.zip", "the sources");
        double.facts.lock().unwrap().functions.insert("check".into());
        let events = engine.events();
        Self { engine, double, events, folder }
    }

    /// Creates a resource and returns the answer's status and content.
    pub(super) async fn create(&self, kind: &str, properties: Value) -> (u16, Value) {
        let body = json!({
            "action": "create", "type": kind, "logical_id": "Thing", "stack": "st", "physical_id": null,
            "properties": properties, "account": ACCOUNT, "region": "us-east-1",
        });
        self.post("/internal/resources", &[], &body.to_string()).await
    }

    /// Creates a pipeline, whose first execution starts with it.
    pub(super) async fn create_pipeline(&self, properties: Value) {
        let (status, answer) = self.create("AWS::CodePipeline::Pipeline", properties).await;
        assert_eq!(status, 200, "{answer}");
    }

    /// Calls an operation of CodePipeline as `caller`.
    pub(super) async fn call_as(&self, caller: &str, operation: &str, body: &Value) -> (u16, Value) {
        let target = format!("CodePipeline_20150709.{operation}");
        let headers = [
            ("x-amz-target", target.as_str()),
            ("x-launchway-caller-arn", caller),
            ("x-launchway-account", ACCOUNT),
            ("x-launchway-region", "us-east-1"),
        ];
        self.post("/aws/codepipeline", &headers, &body.to_string()).await
    }

    /// Calls an operation of CodeDeploy as `caller`.
    pub(super) async fn deploy_as(&self, caller: &str, operation: &str, body: &Value) -> (u16, Value) {
        let target = format!("CodeDeploy_20141006.{operation}");
        let headers = [
            ("x-amz-target", target.as_str()),
            ("x-launchway-caller-arn", caller),
            ("x-launchway-account", ACCOUNT),
            ("x-launchway-region", "us-east-1"),
        ];
        self.post("/aws/codedeploy", &headers, &body.to_string()).await
    }

    /// Calls an operation of CodeBuild as `caller`.
    pub(super) async fn build_as(&self, caller: &str, operation: &str, body: &Value) -> (u16, Value) {
        let target = format!("CodeBuild_20161006.{operation}");
        let headers = [
            ("x-amz-target", target.as_str()),
            ("x-launchway-caller-arn", caller),
            ("x-launchway-account", ACCOUNT),
            ("x-launchway-region", "us-east-1"),
        ];
        self.post("/aws/codebuild", &headers, &body.to_string()).await
    }

    /// Calls an operation as the root and expects it to succeed.
    pub(super) async fn call(&self, operation: &str, body: Value) -> Value {
        let (status, answer) = self.call_as(ROOT, operation, &body).await;
        assert_eq!(status, 200, "{operation}: {answer}");
        answer
    }

    /// Starts an execution of the pipeline `shop`.
    pub(super) async fn start_execution(&self) -> String {
        let answer = self.call("StartPipelineExecution", json!({ "name": "shop" })).await;
        answer["pipelineExecutionId"].as_str().unwrap().to_owned()
    }

    /// The next job that the function is invoked with.
    pub(super) async fn job(&mut self) -> Invoked {
        let (_, event) = patiently(self.double.invocations.recv()).await.unwrap();
        let job = &event["CodePipeline.job"];
        Invoked {
            job: job["id"].as_str().unwrap().to_owned(),
            parameters: job["data"]["actionConfiguration"]["configuration"]["UserParameters"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            event,
        }
    }

    /// Whether no function has been invoked that the test does not know of.
    pub(super) fn no_more_jobs(&mut self) -> bool {
        self.double.invocations.try_recv().is_err()
    }

    /// Reports a job as succeeded, with more members of the request.
    pub(super) async fn succeed(&self, job: &str, more: Value) -> (u16, Value) {
        let mut body = json!({ "jobId": job });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.call_as(FUNCTION, "PutJobSuccessResult", &body).await
    }

    /// Reports a job as failed.
    pub(super) async fn fail(&self, job: &str, message: &str) -> (u16, Value) {
        let body = json!({ "jobId": job, "failureDetails": { "type": "JobFailed", "message": message } });
        self.call_as(FUNCTION, "PutJobFailureResult", &body).await
    }

    /// Waits for an event.
    pub(super) async fn event<T>(&mut self, mut wanted: impl FnMut(&EventKind) -> Option<T>) -> T {
        loop {
            let event = patiently(self.events.recv()).await.unwrap();
            if let Some(found) = wanted(&event.kind) {
                return found;
            }
        }
    }

    /// Waits for the end of the execution that ends next and returns its record.
    pub(super) async fn ended(&mut self) -> ExecutionRecord {
        let ended = |kind: &EventKind| match kind {
            EventKind::ExecutionEnded { execution, .. } => Some(execution.clone()),
            _ => None,
        };
        let id = self.event(ended).await;
        self.record(&id)
    }

    /// Waits for the end of this execution and returns its record.
    pub(super) async fn ended_of(&mut self, id: &str) -> ExecutionRecord {
        let ended = |kind: &EventKind| matches!(kind, EventKind::ExecutionEnded { execution, .. } if execution == id);
        self.event(|kind| ended(kind).then_some(())).await;
        self.record(id)
    }

    /// The next job, answered: whether it succeeds is said by `succeeds`.
    pub(super) async fn answer(&mut self, succeeds: bool) -> Invoked {
        let job = self.job().await;
        let (status, answer) =
            if succeeds { self.succeed(&job.job, json!({})).await } else { self.fail(&job.job, "no").await };
        assert_eq!(status, 200, "{answer}");
        job
    }

    pub(super) fn record(&self, id: &str) -> ExecutionRecord {
        self.engine.executions().into_iter().find(|record| record.id == id).unwrap()
    }

    /// Runs the execution that a new pipeline starts to its end, where it succeeds whatever its function is asked.
    pub(super) async fn first_execution_succeeds(&mut self, jobs: usize) {
        for _ in 0..jobs {
            let job = self.job().await.job;
            self.succeed(&job, json!({})).await;
        }
        assert_eq!(self.ended().await.status, ExecutionStatus::Succeeded);
    }

    pub(super) async fn post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> (u16, Value) {
        let tls = http_stack::client_config(None).unwrap();
        let mut request = http::Request::post(format!("{}{path}", self.engine.url()));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(bytes::Bytes::copy_from_slice(body.as_bytes()))).unwrap();
        let answer = patiently(http_stack::client(&tls).request(request)).await.unwrap();
        let status = answer.status().as_u16();
        let content = answer.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&content).unwrap_or(Value::Null))
    }
}

/// A clock whose speed is that of the limits of work too.
pub(super) fn hurried(speed: f64) -> Clock {
    Clock { speed, least_for_work: Duration::ZERO }
}

pub(super) async fn patiently<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.expect("what the test waits for does not come")
}
