//! The bus between an engine and an emulator that are told what to say.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use tokio::sync::broadcast;

use super::super::{BusSettings, Delivery, EventBus, Origin, Outcome, Records};
use super::at;
use super::records::{EXECUTION, action, build, execution, place};
use crate::emulator::client::{Caller, EmulatorClient};
use crate::engine::{BuildRecord, DeploymentRecord, EngineEvent, EventKind, ExecutionRecord};
use crate::standin::Listener;

const RULE: &str = "arn:aws:events:us-east-1:123456789012:rule/failures";
const FUNCTION: &str = "arn:aws:lambda:us-east-1:123456789012:function:stage-alert";
const QUEUE: &str = "arn:aws:sqs:us-east-1:123456789012:dead";

/// An emulator with a rule for failed actions, whose target is a function that only rules named `allowed` may invoke.
struct Emulator {
    listener: Listener,
    calls: Arc<Mutex<Vec<(String, Value)>>>,
}

impl Emulator {
    async fn start(allowed: &'static str) -> Self {
        let calls = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&calls);
        let listener = Listener::start(None, move |request: Request<Bytes>| {
            let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
            let target = request.headers().get("x-amz-target").map(|target| target.to_str().unwrap().to_owned());
            let operation = target.unwrap_or_else(|| request.uri().path().rsplit('/').next().unwrap().to_owned());
            let (status, answer) = answer(&operation, &body, allowed);
            seen.lock().unwrap().push((operation, body));
            async move { Ok(Response::builder().status(status).body(Bytes::from(answer.to_string())).unwrap()) }
        });
        Self { listener: listener.await.unwrap(), calls }
    }

    /// The bodies of the calls of an operation.
    fn calls(&self, operation: &str) -> Vec<Value> {
        let calls = self.calls.lock().unwrap();
        calls.iter().filter(|(known, _)| known == operation).map(|(_, body)| body.clone()).collect()
    }
}

fn answer(operation: &str, body: &Value, allowed: &str) -> (u16, Value) {
    let policy = |principal: &str, action: &str, resource: &str, rule: &str| {
        let condition = json!({ "ArnLike": { "AWS:SourceArn": rule } });
        let principal = json!({ "Service": principal });
        json!({ "Statement": [{
            "Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource, "Condition": condition,
        }] })
        .to_string()
    };
    let answer = match operation {
        "AWSEvents.ListRules" => json!({ "Rules": [
            { "Name": "off", "Arn": RULE, "State": "DISABLED", "EventPattern": "{}" },
            { "Name": "failures", "Arn": RULE, "State": "ENABLED", "EventPattern": "{}" },
            { "Name": "nightly", "Arn": RULE, "State": "ENABLED", "ScheduleExpression": "rate(1 day)" },
        ] }),
        "AWSEvents.TestEventPattern" => {
            let event: Value = serde_json::from_str(body["Event"].as_str().unwrap()).unwrap();
            json!({ "Result": event["detail"]["state"] == "FAILED" })
        }
        "AWSEvents.ListTargetsByRule" if body["Rule"] == "failures" => {
            json!({ "Targets": [{ "Id": "1", "Arn": FUNCTION, "DeadLetterConfig": { "Arn": QUEUE } }] })
        }
        "policy" => json!({ "Policy": policy("events.amazonaws.com", "lambda:InvokeFunction", FUNCTION, allowed) }),
        "invocations" => return (202, Value::Null),
        "AmazonSQS.GetQueueUrl" => json!({ "QueueUrl": "http://127.0.0.1/dead" }),
        "AmazonSQS.GetQueueAttributes" => {
            json!({ "Attributes": { "Policy": policy("events.amazonaws.com", "sqs:SendMessage", QUEUE, "*") } })
        }
        "AmazonSQS.SendMessage" | "Logs_20140328.PutLogEvents" | "Logs_20140328.CreateLogStream" => json!({}),
        "Logs_20140328.CreateLogGroup" => return (400, json!({ "__type": "ResourceAlreadyExistsException" })),
        other => return (400, json!({ "__type": "UnknownOperationException", "message": other })),
    };
    (200, answer)
}

/// A failed build and a failed execution, with the engine's events for both.
fn engine(log: &std::path::Path) -> (ExecutionRecord, [EventKind; 4]) {
    let action = action("Build", ("Build", "CodeBuild"));
    let origin = Origin { account: "123456789012".to_owned(), region: "us-east-1".to_owned() };
    let build = BuildRecord {
        log_file: Some(log.to_owned()),
        ended: Some(at("2026-01-01T00:00:00Z")),
        ..build(&origin, "shop", "8745a7a9")
    };
    let place = place("Build", "Build");
    let events = [
        EventKind::ActionStarted { place: place.clone(), provider: "CodeBuild" },
        EventKind::LogLine { place: place.clone(), line: "error: it does not compile".to_owned() },
        EventKind::Build(Box::new(build)),
        EventKind::ActionFailed {
            place,
            code: "JobFailed".to_owned(),
            message: "Build terminated".to_owned(),
            external_execution_id: None,
        },
    ];
    (execution(1, "Build", action), events)
}

async fn deliver(emulator: &Emulator, delivery: Delivery) -> EventBus {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("build.log");
    std::fs::write(&log, "compiling\nerror: it does not compile\n").unwrap();
    let (record, kinds) = engine(&log);
    let records = Records {
        execution: move |id: &str| (id == EXECUTION).then(|| record.clone()),
        deployment: |_: &str| None::<DeploymentRecord>,
    };
    let credentials = aws_credential_types::Credentials::new("AKIA", "secret", None, None, "test");
    let root = Caller { credentials, region: "us-east-1".to_owned() };
    let client = EmulatorClient::new(&emulator.listener.url()).unwrap();
    let origin = Origin { account: "123456789012".to_owned(), region: "us-east-1".to_owned() };
    let (sender, events) = broadcast::channel(8);
    let bus = EventBus::start(BusSettings { origin, delivery }, (&client, &root), events, records);
    for kind in kinds {
        sender.send(EngineEvent { at: at("2026-01-01T00:00:00Z"), kind }).unwrap();
    }
    // The folder with the log is there until everything was delivered.
    bus.settled().await;
    bus
}

#[tokio::test]
async fn a_failure_comes_to_the_target_after_the_log_it_tells_of() {
    let emulator = Emulator::start(RULE).await;
    let bus = deliver(&emulator, Delivery::Once).await;
    let attempts = bus.attempts();
    assert_eq!((attempts.len(), &attempts[0].outcome), (1, &Outcome::Delivered));
    assert_eq!((attempts[0].rule.as_str(), attempts[0].state.as_str()), ("failures", "FAILED"));
    let invoked = emulator.calls("invocations");
    assert_eq!((invoked.len(), &invoked[0]["detail"]["state"]), (1, &json!("FAILED")));
    // Numbers are still floats when they come to the function.
    assert!(invoked[0]["detail"]["version"].is_f64());
    let logged = emulator.calls("Logs_20140328.PutLogEvents");
    let messages: Vec<&Value> =
        logged[0]["logEvents"].as_array().unwrap().iter().map(|event| &event["message"]).collect();
    assert_eq!(messages, ["compiling\n", "error: it does not compile\n"]);
    assert_eq!(
        (&logged[0]["logGroupName"], &logged[0]["logStreamName"]),
        (&json!("/aws/codebuild/shop"), &json!("8745a7a9"))
    );
    let order: Vec<String> = emulator.calls.lock().unwrap().iter().map(|(operation, _)| operation.clone()).collect();
    let at = |name: &str| order.iter().position(|operation| operation == name).unwrap();
    assert!(at("Logs_20140328.PutLogEvents") < at("invocations"));
}

#[tokio::test]
async fn a_function_that_does_not_let_the_rule_in_is_not_invoked() {
    let emulator = Emulator::start("arn:aws:events:us-east-1:123456789012:rule/another").await;
    let bus = deliver(&emulator, Delivery::Once).await;
    let Outcome::Parked(reason) = &bus.attempts()[0].outcome else { panic!("{:?}", bus.attempts()) };
    assert!(reason.contains("does not allow lambda:InvokeFunction"), "{reason}");
    assert!(emulator.calls("invocations").is_empty());
    let parked = emulator.calls("AmazonSQS.SendMessage");
    assert_eq!(parked[0]["MessageAttributes"]["ERROR_CODE"]["StringValue"], "NO_PERMISSIONS");
    assert!(parked[0]["MessageBody"].as_str().unwrap().contains("\"FAILED\""));
}

#[tokio::test]
async fn copies_of_an_event_are_the_same_event() {
    let emulator = Emulator::start(RULE).await;
    let bus = deliver(&emulator, Delivery::DuplicatedAndShuffled).await;
    let ids: Vec<Value> = emulator.calls("invocations").iter().map(|event| event["id"].clone()).collect();
    assert_eq!((ids.len(), bus.attempts().len()), (3, 3));
    assert!(ids.iter().all(|id| *id == ids[0]));
}
