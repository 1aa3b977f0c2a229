//! Why a suite could not be run. A check that fails is no error: it stands in the report.

use aws_call::CallError;

/// Why a suite could not be run.
#[derive(Debug, thiserror::Error)]
pub enum SuiteRunError {
    /// The suite is no text.
    #[error("the suite {path:?} is not UTF-8 text: {reason}")]
    NotText {
        /// Where the suite is.
        path: String,
        /// Where it is no text.
        reason: std::str::Utf8Error,
    },
    /// The suite has problems, all of them named.
    #[error("the suite {path:?} has {}:\n{errors}", count(errors))]
    Invalid {
        /// Where the suite is.
        path: String,
        /// The problems.
        errors: smoke::SuiteErrors,
    },
    /// The environment's base URL cannot be used.
    #[error("the base URL of the environment {environment:?} in {variable} cannot be used: {reason}")]
    BaseUrl {
        /// The environment.
        environment: String,
        /// The variable that has the URL.
        variable: &'static str,
        /// What is wrong with it.
        reason: smoke::BaseUrlError,
    },
    /// The suite needs secrets, and the function has none.
    #[error(
        "the suite has secrets ({names}), and the function's environment variable SMOKE_SECRET_ID names no secret to \
         read them from"
    )]
    NoSecretId {
        /// The suite's secrets.
        names: String,
    },
    /// The secret is not a map. Its text is not quoted.
    #[error("the secret {id:?} is not a JSON map from names to texts")]
    SecretShape {
        /// The secret's name or ARN.
        id: String,
    },
    /// The secret lacks what the suite needs.
    #[error("the suite has secrets that the secret {id:?} does not hold: {names}")]
    MissingSecrets {
        /// The secret's name or ARN.
        id: String,
        /// What it does not hold.
        names: String,
    },
    /// Secrets Manager did not give the secret.
    #[error("the suite's secrets cannot be read from {id:?}: {source}")]
    Secret {
        /// The secret's name or ARN.
        id: String,
        /// What it said.
        source: CallError,
    },
    /// The settings do not fit the suite.
    #[error(transparent)]
    Run(#[from] smoke::RunError),
}

/// What kind of thing went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuiteRunErrorKind {
    /// The suite, the function or the secret is not as it has to be.
    Configuration,
    /// A permission is missing.
    Permission,
    /// A service did not answer.
    Unavailable,
}

impl SuiteRunError {
    /// What kind of thing went wrong.
    #[must_use]
    pub fn kind(&self) -> SuiteRunErrorKind {
        match self {
            Self::Secret { source, .. } if source.is_access_denied() => SuiteRunErrorKind::Permission,
            Self::Secret { source, .. } if source.is_transient() => SuiteRunErrorKind::Unavailable,
            _ => SuiteRunErrorKind::Configuration,
        }
    }
}

fn count(errors: &smoke::SuiteErrors) -> String {
    match errors.problems().len() {
        1 => "one problem".to_owned(),
        count => format!("{count} problems"),
    }
}
