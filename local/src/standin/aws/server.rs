//! The endpoint: who asks, for what, and is it to go wrong.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::Value;
use tokio::sync::watch;

use super::answer::ServiceError;
use super::call::{Call, Service, Signer};
use super::codedeploy::{self, Deployment, HookStatus};
use super::codepipeline::{self, JobResult, JobState};
use super::fault::Fault;
use super::object::Object;
use super::pipelines::PipelineView;
use super::signature::{Authorization, invalid_token};
use super::sns::Notification;
use super::sqs::QueuedMessage;
use super::state::State;
use super::{builds, dynamodb, ecs, lambda, s3, secrets_manager, sns, sqs};
use crate::standin::{Credentials, Hangup, Listener, ServerTls, StandinError, Times};

/// Whom the stand-in expects.
#[derive(Debug, Clone)]
pub struct AwsSettings {
    /// The region that requests are signed for.
    pub region: String,
    /// The credentials of the function's role: for everything but artifacts. In S3 they open what was granted.
    pub function_credentials: Credentials,
    /// The artifact credentials of the job: for its artifacts in S3.
    pub job_credentials: Credentials,
}

/// A running stand-in. Dropping it closes the port.
#[derive(Debug)]
pub struct Aws {
    listener: Listener,
    state: Arc<Mutex<State>>,
    /// Counts the calls, so that somebody can wait for one.
    changes: watch::Sender<usize>,
}

impl Aws {
    /// Starts it at a free port, without jobs, objects and secrets.
    pub async fn start(settings: AwsSettings, tls: Option<ServerTls>) -> Result<Self, StandinError> {
        let state = Arc::new(Mutex::new(State::default()));
        let settings = Arc::new(settings);
        let shared = Arc::clone(&state);
        let changes = watch::Sender::new(0);
        let counted = changes.clone();
        let listener = Listener::start(tls, move |request| {
            let (settings, state, counted) = (Arc::clone(&settings), Arc::clone(&shared), counted.clone());
            async move {
                let answer = handle(&settings, &state, &request).await;
                counted.send_modify(|calls| *calls += 1);
                answer
            }
        })
        .await?;
        Ok(Self { listener, state, changes })
    }

    /// The endpoint of every service, for `AWS_ENDPOINT_URL`.
    #[must_use]
    pub fn url(&self) -> String {
        self.listener.url()
    }

    /// A job with this id waits for its result.
    pub fn add_job(&self, id: &str) {
        lock(&self.state).jobs.insert(id.to_owned(), JobState::InProgress);
    }

    /// The job with this id has ended already, e.g. by its time-out: it takes no result any more.
    pub fn end_job(&self, id: &str) {
        lock(&self.state).jobs.insert(id.to_owned(), JobState::Ended);
    }

    /// Puts an object.
    pub fn add_object(&self, bucket: &str, key: &str, object: Object) {
        lock(&self.state).objects.insert(format!("{bucket}/{key}"), object);
    }

    /// An object that is there or was uploaded.
    #[must_use]
    pub fn object(&self, bucket: &str, key: &str) -> Option<Object> {
        lock(&self.state).objects.get(&format!("{bucket}/{key}")).cloned()
    }

    /// Uploads have to be encrypted with this key. Without it, they must not ask for one.
    pub fn require_encryption_key(&self, id: &str) {
        lock(&self.state).encryption_key = Some(id.to_owned());
    }

    /// Adds a secret with its text.
    pub fn add_secret(&self, id: &str, text: &str) {
        lock(&self.state).secrets.insert(id.to_owned(), text.to_owned());
    }

    /// Lets the function's own role read and write what lies under this beginning of `bucket/key`.
    pub fn grant(&self, beginning: &str) {
        lock(&self.state).granted.push(beginning.to_owned());
    }

    /// What was uploaded, by `bucket/key`, in order.
    #[must_use]
    pub fn uploads(&self) -> Vec<(String, Object)> {
        lock(&self.state).uploads.clone()
    }

    /// Adds a deployment.
    pub fn add_deployment(&self, deployment: Deployment) {
        lock(&self.state).deployments.insert(deployment.id.clone(), deployment);
    }

    /// What the hooks of a deployment reported and CodeDeploy took, in order.
    #[must_use]
    pub fn hook_statuses(&self, deployment: &str) -> Vec<HookStatus> {
        let state = lock(&self.state);
        state.hook_statuses.iter().filter(|(id, _)| id == deployment).map(|(_, status)| status.clone()).collect()
    }

    /// Registers a task definition of one container with these environment variables.
    pub fn add_task_definition(&self, arn: &str, environment: &[(&str, &str)]) {
        let definition = ecs::task_definition(arn, environment);
        lock(&self.state).task_definitions.insert(arn.to_owned(), definition);
    }

    /// Adds a revision of an ECS service: its tasks run this task definition.
    pub fn add_service_revision(&self, arn: &str, task_definition: &str) {
        lock(&self.state).service_revisions.insert(arn.to_owned(), task_definition.to_owned());
    }

    /// Adds a version of a Lambda function with these environment variables.
    pub fn add_function_version(&self, name: &str, version: &str, environment: &[(&str, &str)]) {
        let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        lock(&self.state).functions.insert((name.to_owned(), version.to_owned()), environment);
    }

    /// The next requests of `operation` (e.g. `GetObject`) meet this fault.
    pub fn order_fault(&self, operation: &str, fault: Fault, times: Times) {
        lock(&self.state).faults.order(operation, fault, times);
    }

    /// What CodePipeline shows of a pipeline.
    pub fn show_pipeline(&self, name: &str, view: PipelineView) {
        lock(&self.state).pipelines.insert(name.to_owned(), view);
    }

    /// A deployment that is only looked at: its `deploymentInfo`, and the `deploymentTarget` of each target.
    pub fn show_deployment<'v>(&self, id: &str, info: Value, targets: impl IntoIterator<Item = (&'v str, Value)>) {
        let targets = targets.into_iter().map(|(id, target)| (id.to_owned(), target)).collect();
        lock(&self.state).shown_deployments.insert(id.to_owned(), (info, targets));
    }

    /// What CodeBuild shows of a build.
    pub fn show_build(&self, id: &str, build: Value) {
        lock(&self.state).builds.insert(id.to_owned(), build);
    }

    /// The test cases of a report, as CodeBuild describes them.
    pub fn show_report(&self, arn: &str, cases: Vec<Value>) {
        lock(&self.state).test_cases.insert(arn.to_owned(), cases);
    }

    /// The lines of a log stream.
    pub fn add_log(&self, group: &str, stream: &str, lines: &[&str]) {
        let lines = lines.iter().map(|line| (*line).to_owned()).collect();
        lock(&self.state).logs.insert((group.to_owned(), stream.to_owned()), lines);
    }

    /// Makes a topic.
    pub fn add_topic(&self, arn: &str) {
        lock(&self.state).topics.insert(arn.to_owned());
    }

    /// Makes a queue.
    pub fn add_queue(&self, url: &str) {
        lock(&self.state).queues.insert(url.to_owned());
    }

    /// What topics took, in order.
    #[must_use]
    pub fn notifications(&self) -> Vec<Notification> {
        lock(&self.state).notifications.clone()
    }

    /// What queues took, in order.
    #[must_use]
    pub fn queued(&self) -> Vec<QueuedMessage> {
        lock(&self.state).queued.clone()
    }

    /// Changes with every answer, for somebody who waits for one.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<usize> {
        self.changes.subscribe()
    }

    /// Every request until now, also those that were refused.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        lock(&self.state).calls.clone()
    }

    /// The results that the job with this id was given, in order.
    #[must_use]
    pub fn results(&self, job_id: &str) -> Vec<JobResult> {
        lock(&self.state).results.iter().filter(|(id, _)| id == job_id).map(|(_, result)| result.clone()).collect()
    }

    /// Bytes of all answers that S3 gave.
    #[must_use]
    pub fn transferred_bytes(&self) -> u64 {
        lock(&self.state).calls.iter().filter(|call| call.service == Service::S3).map(|call| call.sent_bytes).sum()
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

async fn handle(
    settings: &AwsSettings,
    state: &Mutex<State>,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, Hangup> {
    let asked = Asked::by(request);
    let signer = check_signature(settings, &lock(state).granted, request, &asked);
    let fault = match &signer {
        Ok(_) => lock(state).faults.take(&asked.operation),
        Err(_) => None,
    };
    let answer = match (&signer, &fault) {
        (Err(error), _) => Some(Err(error.clone())),
        (Ok(_), Some(Fault::Hang | Fault::Close)) => None,
        (Ok(_), Some(fault)) if *fault != Fault::LoseAnswer => fault.error(asked.service).map(Err),
        (Ok(signer), _) => Some(work(&mut lock(state), *signer, &asked, request)),
    };
    let error = answer.as_ref().and_then(|answer| answer.as_ref().err()).map(|error| error.code.clone());
    let response = answer.map(|answer| match answer {
        Ok(response) => response,
        Err(error) if asked.service == Service::S3 => error.to_xml_response(request.method() != Method::HEAD),
        Err(error) if asked.service == Service::Lambda => error.to_rest_response(),
        Err(error) if asked.service == Service::Sns => error.to_query_response(),
        Err(error) => error.to_json_response(),
    });
    lock(state).calls.push(Call {
        service: asked.service,
        operation: asked.operation,
        signer: signer.unwrap_or(Signer::Nobody),
        request: asked.facts,
        status: response.as_ref().map(|response| response.status().as_u16()),
        error,
        received_bytes: request.body().len() as u64,
        sent_bytes: response.as_ref().map_or(0, |response| response.body().len() as u64),
    });
    match (response, fault) {
        (_, Some(Fault::Hang)) => std::future::pending().await,
        (None, _) | (_, Some(Fault::LoseAnswer)) => Err(Hangup),
        (Some(response), _) => Ok(response),
    }
}

/// What a request asks for.
struct Asked {
    service: Service,
    operation: String,
    facts: Value,
}

impl Asked {
    fn by(request: &Request<Bytes>) -> Self {
        let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
        let body = || serde_json::from_slice(request.body()).unwrap_or(Value::Null);
        let (service, operation, facts) = match target.and_then(|target| target.split_once('.')) {
            Some(("CodePipeline_20150709", operation)) => (Service::CodePipeline, operation, body()),
            Some(("CodeBuild_20161006", operation)) => (Service::CodeBuild, operation, body()),
            Some(("Logs_20140328", operation)) => (Service::Logs, operation, body()),
            Some(("DynamoDB_20120810", operation)) => (Service::DynamoDb, operation, body()),
            Some(("AmazonSQS", operation)) => (Service::Sqs, operation, body()),
            Some(("CodeDeploy_20141006", operation)) => (Service::CodeDeploy, operation, body()),
            Some(("AmazonEC2ContainerServiceV20141113", operation)) => (Service::Ecs, operation, body()),
            Some(("secretsmanager", operation)) => (Service::SecretsManager, operation, body()),
            Some(_) => (Service::Unknown, target.unwrap_or_default(), Value::Null),
            None if is_form(request) => {
                let form = sns::form(request.body());
                let operation = form.get("Action").cloned().unwrap_or_default();
                return Self { service: Service::Sns, operation, facts: serde_json::json!(form) };
            }
            None => match (lambda::operation(request), s3::operation(request)) {
                (Some(operation), _) => (Service::Lambda, operation, lambda::describe(request)),
                (None, Some(operation)) => (Service::S3, operation, s3::describe(request)),
                (None, None) => (Service::Unknown, "", s3::describe(request)),
            },
        };
        Self { service, operation: operation.to_owned(), facts }
    }
}

fn check_signature(
    settings: &AwsSettings,
    granted: &[String],
    request: &Request<Bytes>,
    asked: &Asked,
) -> Result<Signer, ServiceError> {
    let scope = match asked.service {
        Service::CodePipeline => "codepipeline",
        Service::CodeBuild => "codebuild",
        Service::CodeDeploy => "codedeploy",
        Service::DynamoDb => "dynamodb",
        Service::Logs => "logs",
        Service::Sns => "sns",
        Service::Sqs => "sqs",
        Service::Ecs => "ecs",
        Service::Lambda => "lambda",
        Service::SecretsManager => "secretsmanager",
        Service::S3 => "s3",
        Service::Unknown => return Err(ServiceError::unknown_operation(&asked.operation)),
    };
    let missing = || ServiceError::client("MissingAuthenticationTokenException", "Missing Authentication Token");
    let authorization = Authorization::of(request).ok_or_else(missing)?;
    let (function, job) = (&settings.function_credentials, &settings.job_credentials);
    // A job's credentials are for its artifacts alone.
    let (signer, credentials) = match authorization.access_key_id {
        id if id == function.access_key_id => (Signer::Function, function),
        id if id == job.access_key_id && asked.service == Service::S3 => (Signer::Job, job),
        _ => return Err(invalid_token()),
    };
    authorization.check(request, credentials, &settings.region, scope)?;
    if (asked.service, signer) == (Service::S3, Signer::Function) {
        s3::allow(granted, request)?;
    }
    Ok(signer)
}

fn work(
    state: &mut State,
    signer: Signer,
    asked: &Asked,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, ServiceError> {
    check_protocol(asked.service, request)?;
    match asked.service {
        Service::CodeBuild => builds::of_codebuild(state, &asked.operation, request.body()),
        Service::Logs => builds::of_logs(state, &asked.operation, request.body()),
        Service::DynamoDb => dynamodb::answer(state, &asked.operation, request.body()),
        Service::Sns => sns::answer(state, &asked.operation, request.body()),
        Service::Sqs => sqs::answer(state, &asked.operation, request.body()),
        Service::CodePipeline => codepipeline::answer(state, &asked.operation, request.body()),
        Service::CodeDeploy => codedeploy::answer(state, &asked.operation, request.body()),
        Service::Ecs => ecs::answer(state, &asked.operation, request.body()),
        Service::Lambda => lambda::answer(state, request),
        Service::SecretsManager => secrets_manager::answer(state, &asked.operation, request.body()),
        Service::S3 => s3::answer(state, signer, request),
        Service::Unknown => Err(ServiceError::unknown_operation(&asked.operation)),
    }
}

/// The version of the JSON protocol is one of each service.
fn check_protocol(service: Service, request: &Request<Bytes>) -> Result<(), ServiceError> {
    let expected = match service {
        Service::DynamoDb | Service::Sqs => "application/x-amz-json-1.0",
        Service::CodeBuild | Service::Logs => "application/x-amz-json-1.1",
        _ => return Ok(()),
    };
    let sent = content_type(request);
    if sent == expected {
        return Ok(());
    }
    Err(ServiceError::client("SerializationException", format!("{sent} is not the protocol of {}", service.name())))
}

fn is_form(request: &Request<Bytes>) -> bool {
    content_type(request).starts_with("application/x-www-form-urlencoded")
}

fn content_type(request: &Request<Bytes>) -> &str {
    request.headers().get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[path = "server_tests.rs"]
mod tests;
