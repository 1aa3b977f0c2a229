//! A shop on ECS, whose every version is an image that answers with its revision.

use std::collections::BTreeMap;

use http_body_util::{BodyExt, Empty};
use serde_json::{Value, json};

use crate::containers::{Docker, Listener};
use crate::engine::tests::world::{ROOT, World, patiently};
use crate::engine::{Clock, DeploymentRecord, DeploymentState, EcsService, EventKind, EventStatus};

pub(super) const DEPLOY_ROLE: &str = "arn:aws:iam::123456789012:role/deploy";
/// Where the shop's images are.
pub(super) const REPOSITORY: &str = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop";
pub(super) const HOOK: &str = "CodeDeployHook_shop";

/// A server that is healthy, and says on every other path which revision it is.
pub(super) const SERVER: &str = "#!/usr/bin/env python3
import http.server, os, socketserver
class Server(http.server.ThreadingHTTPServer):
    # Its own also asks who 127.0.0.1 is, which takes as long as the machine's resolver does.
    server_bind = socketserver.TCPServer.server_bind
class Shop(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        text = os.environ['REVISION'].encode()
        self.send_response(200)
        self.send_header('content-length', str(len(text)))
        self.end_headers()
        self.wfile.write(text)
    def log_message(self, *_): pass
Server((os.environ['HOST'], int(os.environ['PORT'])), Shop).serve_forever()
";

pub(super) struct Shop {
    pub(super) world: World,
    pub(super) production: Listener,
    pub(super) test: Listener,
}

impl Shop {
    /// A shop whose group has these further properties.
    pub(super) async fn open(speed: f64, more: &Value) -> Self {
        Self::open_at(Clock::at(speed), more).await
    }

    /// The same with this clock.
    pub(super) async fn open_at(clock: Clock, more: &Value) -> Self {
        let (production, test) = (Listener::start().await.unwrap(), Listener::start().await.unwrap());
        let service = EcsService {
            cluster: "shop".into(),
            service: "web".into(),
            production: production.clone(),
            test: test.clone(),
            production_listener_arn: "arn:production".into(),
            test_listener_arn: "arn:test".into(),
            target_groups: ["blue".into(), "green".into()],
            task_environment: [("PATH".to_owned(), path())].into(),
        };
        let world = World::with(clock, vec![service]).await;
        {
            let mut facts = world.double.facts.lock().unwrap();
            facts.trust.insert(DEPLOY_ROLE.into(), ["codedeploy.amazonaws.com".into()].into());
            facts.functions.insert(HOOK.into());
        }
        let application = json!({ "ApplicationName": "shop", "ComputePlatform": "ECS" });
        assert_eq!(world.create("AWS::CodeDeploy::Application", application).await.0, 200);
        let mut properties = group();
        properties.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let (status, answer) = world.create("AWS::CodeDeploy::DeploymentGroup", properties).await;
        assert_eq!(status, 200, "{answer}");
        for (revision, script) in [("r1", SERVER), ("r2", SERVER), ("broken", "#!/bin/sh\nexit 3\n")] {
            push(&world, revision, script);
        }
        Self { world, production, test }
    }

    /// Registers a task definition of the revision and returns an appspec with these hooks.
    pub(super) fn appspec(&self, revision: &str, hooks: &[&str]) -> String {
        self.appspec_of(&format!("{REPOSITORY}:{revision}"), revision, hooks)
    }

    /// The same with an image of any name.
    fn appspec_of(&self, image: &str, revision: &str, hooks: &[&str]) -> String {
        let mut facts = self.world.double.facts.lock().unwrap();
        let arn =
            format!("arn:aws:ecs:us-east-1:123456789012:task-definition/shop:{}", facts.task_definitions.len() + 1);
        facts.task_definitions.push(json!({
            "taskDefinitionArn": arn,
            "executionRoleArn": "arn:aws:iam::123456789012:role/task",
            "containerDefinitions": [{
                "name": "web", "image": image, "environment": [{ "name": "REVISION", "value": revision }],
            }],
        }));
        appspec(&arn, hooks)
    }

    /// Starts a deployment and returns its id.
    pub(super) async fn deploy(&self, revision: &str, hooks: &[&str]) -> String {
        let content = self.appspec(revision, hooks);
        let answer = self.call("CreateDeployment", request(&content)).await;
        answer["deploymentId"].as_str().unwrap().to_owned()
    }

    /// Deploys a revision without hooks, which succeeds.
    pub(super) async fn deployed(&mut self, revision: &str) {
        let id = self.deploy(revision, &[]).await;
        let record = self.ended(&id).await;
        assert_eq!(record.status, DeploymentState::Succeeded, "{record:#?}");
    }

    /// Deploys an image without hooks and waits for the end.
    pub(super) async fn deployed_image(&mut self, image: &str) -> DeploymentRecord {
        let content = self.appspec_of(image, "r9", &[]);
        let answer = self.call("CreateDeployment", request(&content)).await;
        self.ended(answer["deploymentId"].as_str().unwrap()).await
    }

    /// Calls an operation as the root and expects it to succeed.
    pub(super) async fn call(&self, operation: &str, body: Value) -> Value {
        let (status, answer) = self.world.deploy_as(ROOT, operation, &body).await;
        assert_eq!(status, 200, "{operation}: {answer}");
        answer
    }

    /// The next hook: the deployment's id and the execution's.
    pub(super) async fn hook(&mut self) -> (String, String) {
        let (function, event) = patiently(self.world.double.invocations.recv()).await.unwrap();
        assert_eq!((function.as_str(), event.as_object().unwrap().len()), (HOOK, 2), "{event}");
        let text = |name: &str| event[name].as_str().unwrap().to_owned();
        (text("DeploymentId"), text("LifecycleEventHookExecutionId"))
    }

    /// Answers a hook.
    pub(super) async fn report(&self, (deployment, execution): &(String, String), status: &str) -> (u16, Value) {
        let body = json!({
            "deploymentId": deployment, "lifecycleEventHookExecutionId": execution, "status": status,
        });
        self.world.deploy_as(ROOT, "PutLifecycleEventHookExecutionStatus", &body).await
    }

    /// Waits for a deployment's end.
    pub(super) async fn ended(&mut self, id: &str) -> DeploymentRecord {
        let wanted = |kind: &EventKind| {
            matches!(kind, EventKind::DeploymentEnded { deployment, .. } if deployment == id).then_some(())
        };
        self.world.event(wanted).await;
        self.record(id)
    }

    /// Waits until a lifecycle event has this status.
    pub(super) async fn reached(&mut self, id: &str, event: &str, wanted: EventStatus) {
        let found = |kind: &EventKind| match kind {
            EventKind::DeploymentLifecycle { deployment, lifecycle_event, status, .. } => {
                (deployment == id && *lifecycle_event == event && *status == wanted).then_some(())
            }
            _ => None,
        };
        self.world.event(found).await;
    }

    pub(super) fn record(&self, id: &str) -> DeploymentRecord {
        self.world.engine.deployments().into_iter().find(|record| record.id == id).unwrap()
    }

    /// What a listener serves; nothing when it closes the connection.
    pub(super) async fn serves(&self, listener: &Listener) -> Option<String> {
        let tls = http_stack::client_config(None).unwrap();
        let client: http_stack::Client<Empty<bytes::Bytes>> = http_stack::client(&tls);
        let answer = patiently(client.get(listener.url().parse().unwrap())).await.ok()?;
        let content = answer.into_body().collect().await.ok()?.to_bytes();
        Some(String::from_utf8(content.to_vec()).unwrap())
    }
}

/// One letter for each lifecycle event.
pub(super) fn states(record: &DeploymentRecord) -> String {
    let letter = |status| match status {
        EventStatus::Pending => '.',
        EventStatus::InProgress => '?',
        EventStatus::Succeeded => 'S',
        EventStatus::Failed => 'F',
        EventStatus::Skipped => '-',
    };
    record.targets[0].events.iter().map(|event| letter(event.status)).collect()
}

pub(super) fn request(content: &str) -> Value {
    json!({
        "applicationName": "shop", "deploymentGroupName": "staging",
        "revision": { "revisionType": "AppSpecContent", "appSpecContent": { "content": content } },
    })
}

pub(super) fn appspec(task_definition: &str, hooks: &[&str]) -> String {
    let hooks: Vec<Value> = hooks.iter().map(|hook| json!({ *hook: HOOK })).collect();
    let properties = json!({
        "TaskDefinition": task_definition,
        "LoadBalancerInfo": { "ContainerName": "web", "ContainerPort": 8080 },
    });
    let resource = json!({ "TargetService": { "Type": "AWS::ECS::Service", "Properties": properties } });
    json!({ "version": "0.0", "Resources": [resource], "Hooks": hooks }).to_string()
}

pub(super) fn group() -> Value {
    json!({
        "ApplicationName": "shop",
        "DeploymentGroupName": "staging",
        "ServiceRoleArn": DEPLOY_ROLE,
        "DeploymentStyle": { "DeploymentType": "BLUE_GREEN", "DeploymentOption": "WITH_TRAFFIC_CONTROL" },
        "ECSServices": [{ "ClusterName": "shop", "ServiceName": "web" }],
        "LoadBalancerInfo": { "TargetGroupPairInfoList": [{
            "TargetGroups": [{ "Name": "blue" }, { "Name": "green" }],
            "ProdTrafficRoute": { "ListenerArns": ["arn:production"] },
            "TestTrafficRoute": { "ListenerArns": ["arn:test"] },
        }] },
        "BlueGreenDeploymentConfiguration": {},
    })
}

/// Rollback after every event.
pub(super) fn rolling_back() -> Value {
    let events = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"];
    json!({ "AutoRollbackConfiguration": { "Enabled": true, "Events": events } })
}

/// Builds an image and pushes it with the tag, as a build does. Returns the name by which the registry knows it.
pub(super) fn push(world: &World, tag: &str, script: &str) -> String {
    let context = tempfile::tempdir().unwrap();
    let dockerfile = "FROM scratch\nCOPY --chmod=755 serve /serve\nENTRYPOINT [\"/serve\"]\n";
    std::fs::write(context.path().join("Dockerfile"), dockerfile).unwrap();
    std::fs::write(context.path().join("serve"), script).unwrap();
    let docker = Docker::new(&context.path().join("docker"), world.folder.path().join("images"));
    docker.login(REPOSITORY.split('/').next().unwrap(), "AWS", "password").unwrap();
    let name = format!("{REPOSITORY}:{tag}");
    let built = docker.build(context.path(), None, &BTreeMap::new(), std::slice::from_ref(&name)).unwrap();
    docker.push(&name).unwrap().store().unwrap();
    format!("{REPOSITORY}@{}", built.digest())
}

/// Where the test's own programs are found.
fn path() -> String {
    let inherited = crate::process::inherited(&["PATH"]);
    inherited.into_iter().map(|(_, value)| value.into_string().unwrap()).next().unwrap()
}
