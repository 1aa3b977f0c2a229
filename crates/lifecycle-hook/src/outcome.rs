//! How a hook's work ends.

use aws_call::CallError;
use serde_json::Value;

/// What the checks said.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Whether checks ran and passed.
    pub passed: bool,
    /// That in one line.
    pub summary: String,
    /// Everything about it, for the stored report.
    pub report: Value,
}

impl Verdict {
    /// A verdict that stands for checks that did not come to one.
    pub(crate) fn failed(summary: impl Into<String>) -> Self {
        Self { passed: false, summary: summary.into(), report: Value::Null }
    }
}

/// Why there is no verdict.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct HookFailure {
    /// What kind of thing went wrong.
    pub kind: FailureKind,
    /// What happened and what to do.
    pub message: String,
}

/// What kind of thing went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The function, the suite or the deployment is not as it has to be.
    Configuration,
    /// A permission is missing.
    Permission,
    /// A service did not answer, or the time was over: another try may go well.
    Unavailable,
    /// The work panicked.
    Panic,
}

impl HookFailure {
    /// A failure of `kind`.
    #[must_use]
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// A failure of the configuration.
    #[must_use]
    pub fn configuration(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Configuration, message)
    }

    /// A call of AWS that failed; `what` says what could not be done.
    #[must_use]
    pub fn of_call(what: &str, error: &CallError) -> Self {
        let kind = match error {
            _ if error.is_access_denied() => FailureKind::Permission,
            _ if error.is_transient() => FailureKind::Unavailable,
            _ => FailureKind::Configuration,
        };
        Self::new(kind, format!("{what}: {error}"))
    }
}
