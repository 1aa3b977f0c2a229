//! The endpoint: who asks, for what, and is it to go wrong.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::Value;

use super::answer::ServiceError;
use super::call::{Call, Service, Signer};
use super::codedeploy::{self, Deployment, HookStatus};
use super::codepipeline::{self, JobResult, JobState};
use super::fault::{Fault, Times};
use super::object::Object;
use super::signature::{Authorization, invalid_token};
use super::state::State;
use super::{ecs, lambda, s3, secrets_manager};
use crate::standin::{Credentials, Hangup, Listener, ServerTls, StandinError};

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
}

impl Aws {
    /// Starts it at a free port, without jobs, objects and secrets.
    pub async fn start(settings: AwsSettings, tls: Option<ServerTls>) -> Result<Self, StandinError> {
        let state = Arc::new(Mutex::new(State::default()));
        let settings = Arc::new(settings);
        let shared = Arc::clone(&state);
        let listener = Listener::start(tls, move |request| {
            let (settings, state) = (Arc::clone(&settings), Arc::clone(&shared));
            async move { handle(&settings, &state, &request).await }
        })
        .await?;
        Ok(Self { listener, state })
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
            Some(("CodeDeploy_20141006", operation)) => (Service::CodeDeploy, operation, body()),
            Some(("AmazonEC2ContainerServiceV20141113", operation)) => (Service::Ecs, operation, body()),
            Some(("secretsmanager", operation)) => (Service::SecretsManager, operation, body()),
            Some(_) => (Service::Unknown, target.unwrap_or_default(), Value::Null),
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
        Service::CodeDeploy => "codedeploy",
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
    match asked.service {
        Service::CodePipeline => codepipeline::answer(state, &asked.operation, request.body()),
        Service::CodeDeploy => codedeploy::answer(state, &asked.operation, request.body()),
        Service::Ecs => ecs::answer(state, &asked.operation, request.body()),
        Service::Lambda => lambda::answer(state, request),
        Service::SecretsManager => secrets_manager::answer(state, &asked.operation, request.body()),
        Service::S3 => s3::answer(state, signer, request),
        Service::Unknown => Err(ServiceError::unknown_operation(&asked.operation)),
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[path = "server_tests.rs"]
mod tests;
