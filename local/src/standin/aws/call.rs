//! What the stand-in remembers of each request.

use serde_json::Value;

/// A service that the stand-in plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// Job results.
    CodePipeline,
    /// Deployments and their lifecycle hooks.
    CodeDeploy,
    /// Task definitions and service revisions.
    Ecs,
    /// The configuration of a function's version.
    Lambda,
    /// Artifacts, suites and reports.
    S3,
    /// Values of a suite's secrets.
    SecretsManager,
    /// A service that the stand-in does not play.
    Unknown,
}

impl Service {
    /// Its name as people write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CodePipeline => "CodePipeline",
            Self::CodeDeploy => "CodeDeploy",
            Self::Ecs => "ECS",
            Self::Lambda => "Lambda",
            Self::S3 => "S3",
            Self::SecretsManager => "Secrets Manager",
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
