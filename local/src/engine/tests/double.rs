//! A double of the emulator: S3 objects with versions, Lambda invocations, IAM decisions and role sessions.
//!
//! It answers nothing that it does not know, and remembers that it was asked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, StatusCode, Uri};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use super::double_services;
use crate::emulator::RootCredentials;
use crate::engine::EmulatorAccess;

pub(super) const ACCOUNT: &str = "123456789012";
pub(super) const PIPELINE_ROLE: &str = "arn:aws:iam::123456789012:role/pipeline";

/// What the double knows and was told.
#[derive(Default)]
pub(super) struct Facts {
    /// `bucket/key` -> versions, the newest last.
    pub(super) objects: BTreeMap<String, Vec<(String, Bytes)>>,
    pub(super) functions: BTreeSet<String>,
    /// IAM actions that nobody may do: those of `SimulatePrincipalPolicy`, `s3:GetObject` and so on, and
    /// `lambda:InvokeFunction`.
    pub(super) denied: BTreeSet<String>,
    /// In the order of their registration.
    pub(super) task_definitions: Vec<Value>,
    /// `function:alias` -> version.
    pub(super) aliases: BTreeMap<String, String>,
    /// What aliases were moved to: the version and the weights of others.
    pub(super) alias_updates: Vec<String>,
    /// Name -> state.
    pub(super) alarms: BTreeMap<String, String>,
    /// Role ARN -> the services it trusts.
    pub(super) trust: BTreeMap<String, BTreeSet<String>>,
    /// What was published: topic, subject, message.
    pub(super) published: Vec<[String; 3]>,
    /// Requests that the double does not know.
    pub(super) unexpected: Vec<String>,
    /// Questions that IAM was asked: principal, action, resource.
    pub(super) asked: Vec<[String; 3]>,
    sessions: BTreeMap<String, String>,
}

pub(super) struct Double {
    pub(super) facts: Arc<Mutex<Facts>>,
    /// The events that functions were invoked with: function and event.
    pub(super) invocations: mpsc::UnboundedReceiver<(String, Value)>,
    address: String,
    server: AbortHandle,
}

#[derive(Clone)]
struct Shared {
    facts: Arc<Mutex<Facts>>,
    invoked: mpsc::UnboundedSender<(String, Value)>,
}

impl Double {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let facts = Arc::new(Mutex::new(Facts::default()));
        facts.lock().unwrap().trust.insert(PIPELINE_ROLE.into(), ["codepipeline.amazonaws.com".into()].into());
        let (invoked, invocations) = mpsc::unbounded_channel();
        let shared = Shared { facts: Arc::clone(&facts), invoked };
        let router = Router::new().fallback(answer).with_state(shared);
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() }).abort_handle();
        Self { facts, invocations, address, server }
    }

    pub(super) fn access(&self) -> EmulatorAccess {
        EmulatorAccess {
            endpoint: self.address.clone(),
            role_session_url: self.address.clone(),
            root: RootCredentials { access_key_id: "AKIAROOT".into(), secret_access_key: "root-secret".into() },
        }
    }

    /// Puts a new version of an object and returns its id.
    pub(super) fn upload(&self, bucket_and_key: &str, content: impl AsRef<[u8]>) -> String {
        put(&mut self.facts.lock().unwrap(), bucket_and_key, Bytes::copy_from_slice(content.as_ref()))
    }
}

impl Drop for Double {
    fn drop(&mut self) {
        self.server.abort();
        let facts = self.facts.lock().unwrap();
        assert!(std::thread::panicking() || facts.unexpected.is_empty(), "unexpected: {:?}", facts.unexpected);
    }
}

async fn answer(State(shared): State<Shared>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let mut facts = shared.facts.lock().unwrap();
    let path = head.uri.path().to_owned();
    if path == "/role-session" {
        return role_session(&mut facts, &body);
    }
    let Some(service) = service(&facts, &head.headers) else {
        return (StatusCode::FORBIDDEN, "the credentials are not known").into_response();
    };
    let target = head.headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    let operation = target.rsplit('.').next().unwrap_or_default();
    let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
    let known = match service.as_str() {
        "ecs" => double_services::ecs(&mut facts, operation, &asked),
        "lambda" => double_services::alias(&mut facts, &head.method, &path, &body),
        "sns" => double_services::publish(&mut facts, &body),
        "monitoring" if operation == "DescribeAlarms" => Some(double_services::alarms(&facts, &asked)),
        _ => None,
    };
    if let Some(known) = known {
        return known;
    }
    let function = path.strip_prefix("/2015-03-31/functions/").and_then(|rest| rest.strip_suffix("/invocations"));
    match (service.as_str(), function) {
        ("lambda", Some(function)) if head.headers["x-amz-invocation-type"] == "Event" => {
            invoke(&facts, &shared, function, &body)
        }
        ("iam", None) if path == "/" && head.method == Method::POST => simulate(&mut facts, &body),
        ("s3", None) => object(&mut facts, &head.method, &head.uri, body),
        _ => unexpected(&mut facts, &format!("{service} {} {}", head.method, head.uri)),
    }
}

/// The service that a request is signed for; nothing unless by the root or by a session that was handed out.
fn service(facts: &Facts, headers: &HeaderMap) -> Option<String> {
    let authorization = headers.get("authorization")?.to_str().ok()?;
    let scope: Vec<&str> =
        authorization.strip_prefix("AWS4-HMAC-SHA256 Credential=")?.split(',').next()?.split('/').collect();
    let token = headers.get("x-amz-security-token").and_then(|token| token.to_str().ok());
    let known = scope[0] == "AKIAROOT" && token.is_none() || token == facts.sessions.get(scope[0]).map(String::as_str);
    (known && scope[2] == "us-east-1").then(|| scope[3].to_owned())
}

fn role_session(facts: &mut Facts, body: &[u8]) -> Response {
    let asked: Value = serde_json::from_slice(body).unwrap();
    let (role, service) = (asked["role_arn"].as_str().unwrap(), asked["service"].as_str().unwrap());
    if !facts.trust.get(role).is_some_and(|services| services.contains(service)) {
        let message = format!("role {role} does not trust {service}");
        return (StatusCode::FORBIDDEN, json!({ "message": message }).to_string()).into_response();
    }
    let id = format!("ASIA{}", facts.sessions.len());
    facts.sessions.insert(id.clone(), format!("token of {id}"));
    let session = json!({
        "AccessKeyId": id,
        "SecretAccessKey": format!("secret of {id}"),
        "SessionToken": format!("token of {id}"),
        "Expiration": "2100-01-01T00:00:00+00:00",
    });
    session.to_string().into_response()
}

fn invoke(facts: &Facts, shared: &Shared, function: &str, body: &[u8]) -> Response {
    let refusal = |status: StatusCode, code: &str| {
        let body = json!({ "Message": "as ordered" }).to_string();
        (status, [("x-amzn-errortype", code.to_owned())], body).into_response()
    };
    let function = percent_encoding::percent_decode_str(function).decode_utf8().unwrap();
    if facts.denied.contains("lambda:InvokeFunction") {
        return refusal(StatusCode::FORBIDDEN, "AccessDeniedException");
    }
    if !facts.functions.contains(function.as_ref()) {
        return refusal(StatusCode::NOT_FOUND, "ResourceNotFoundException:http://example.test/");
    }
    let event = serde_json::from_slice(body).unwrap();
    // A test that does not look at its invocations has dropped the receiver.
    let _ = shared.invoked.send((function.into_owned(), event));
    StatusCode::ACCEPTED.into_response()
}

fn simulate(facts: &mut Facts, body: &[u8]) -> Response {
    let form = std::str::from_utf8(body).unwrap();
    let field = |name: &str| double_services::field(form, name);
    let [action, principal, resource] = ["ActionNames.member.1", "PolicySourceArn", "ResourceArns.member.1"].map(field);
    if field("Action") != "SimulatePrincipalPolicy" {
        return unexpected(facts, form);
    }
    let decision = if facts.denied.contains(&action) { "implicitDeny" } else { "allowed" };
    facts.asked.push([principal, action, resource]);
    format!(
        "<SimulatePrincipalPolicyResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">\
         <SimulatePrincipalPolicyResult><EvaluationResults><member><EvalDecision>{decision}</EvalDecision></member>\
         </EvaluationResults></SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>"
    )
    .into_response()
}

fn object(facts: &mut Facts, method: &Method, uri: &Uri, body: Bytes) -> Response {
    let name = percent_encoding::percent_decode_str(uri.path()).decode_utf8().unwrap()[1..].to_owned();
    let version = match uri.query() {
        None => None,
        Some(query) => match query.strip_prefix("versionId=") {
            Some(version) => Some(version.to_owned()),
            None => return unexpected(facts, &format!("s3 {method} {uri}")),
        },
    };
    let operation = if *method == Method::PUT { "s3:PutObject" } else { "s3:GetObject" };
    if facts.denied.contains(operation) {
        return s3_error(StatusCode::FORBIDDEN, "AccessDenied", method);
    }
    if *method == Method::PUT {
        put(facts, &name, body);
        return StatusCode::OK.into_response();
    }
    let versions = facts.objects.get(&name).map(Vec::as_slice).unwrap_or_default();
    let found = match version {
        None => versions.last(),
        Some(wanted) => versions.iter().find(|(version, _)| *version == wanted),
    };
    match found {
        None => s3_error(StatusCode::NOT_FOUND, "NoSuchKey", method),
        Some((version, content)) => {
            let content = if *method == Method::HEAD { Bytes::new() } else { content.clone() };
            ([("x-amz-version-id", version.clone()), ("etag", "\"tag\"".to_owned())], content).into_response()
        }
    }
}

fn s3_error(status: StatusCode, code: &str, method: &Method) -> Response {
    let body = if *method == Method::HEAD { String::new() } else { format!("<Error><Code>{code}</Code></Error>") };
    (status, body).into_response()
}

fn put(facts: &mut Facts, name: &str, content: Bytes) -> String {
    let versions = facts.objects.entry(name.to_owned()).or_default();
    let id = format!("v{}", versions.len() + 1);
    versions.push((id.clone(), content));
    id
}

fn unexpected(facts: &mut Facts, what: &str) -> Response {
    facts.unexpected.push(what.to_owned());
    (StatusCode::NOT_IMPLEMENTED, "the double does not know this").into_response()
}
