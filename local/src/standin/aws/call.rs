//! What the stand-in remembers of each request.

use serde_json::Value;

/// A service that the stand-in plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// Builds.
    CodeBuild,
    /// Job results, and what is shown of executions.
    CodePipeline,
    /// Deployments and their lifecycle hooks.
    CodeDeploy,
    /// Items of tables.
    DynamoDb,
    /// Task definitions and service revisions.
    Ecs,
    /// The configuration of a function's version.
    Lambda,
    /// Logs of builds.
    Logs,
    /// Artifacts, suites and reports.
    S3,
    /// Values of a suite's secrets.
    SecretsManager,
    /// Messages to a topic.
    Sns,
    /// Messages to a queue.
    Sqs,
    /// A service that the stand-in does not play.
    Unknown,
}

impl Service {
    /// Its name as people write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CodeBuild => "CodeBuild",
            Self::CodePipeline => "CodePipeline",
            Self::CodeDeploy => "CodeDeploy",
            Self::DynamoDb => "DynamoDB",
            Self::Ecs => "ECS",
            Self::Lambda => "Lambda",
            Self::Logs => "CloudWatch Logs",
            Self::S3 => "S3",
            Self::SecretsManager => "Secrets Manager",
            Self::Sns => "SNS",
            Self::Sqs => "SQS",
            Self::Unknown => "unknown service",
        }
    }
}

/// Whose signature a request carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signer {
    /// The credentials of the function's role.
    Function,
    /// The artifact credentials of the job.
    Job,
    /// None that can be trusted: the request was refused.
    Nobody,
}

/// One request and its answer.
#[derive(Debug, Clone)]
pub struct Call {
    /// The service it was for.
    pub service: Service,
    /// The operation, e.g. `PutJobSuccessResult` or `GetObject`.
    pub operation: String,
    /// Who signed it.
    pub signer: Signer,
    /// What it was about: the JSON body of a JSON service, or bucket, key and range of an S3 request.
    pub request: Value,
    /// The status that was answered; nothing when there was no answer.
    pub status: Option<u16>,
    /// The service's error code, when it refused.
    pub error: Option<String>,
    /// Bytes of the request's body.
    pub received_bytes: u64,
    /// Bytes of the answer's body.
    pub sent_bytes: u64,
}
