//! What a run is given from outside: the suite names no host and holds no secret.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use rustls::ClientConfig;
use tokio::time::Instant;

use crate::exchange::BaseUrl;
use crate::redaction::{Redactor, SHORTEST_SECRET};
use crate::suite::Suite;
use crate::template::Values;

/// Everything that a run needs besides its suite.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The site under test.
    pub base_url: BaseUrl,
    /// Values that override the suite's variables.
    pub variables: BTreeMap<String, String>,
    /// The value of every secret that [`Suite::secrets`] names. More are ignored, and hidden all the same.
    pub secrets: BTreeMap<String, Secret>,
    /// Runs only the checks that have one of these tags; all when empty.
    pub tags: Vec<String>,
    /// When the run ends. Checks that have not begun by then do not run; what is under way then has failed.
    pub deadline: Instant,
    /// Which certificates are trusted. Share it between runs.
    pub tls: Arc<ClientConfig>,
    /// The time of day, for `{{now}}`, certificates, cookies and the report.
    pub clock: fn() -> SystemTime,
    /// A fresh identifier for `{{uuid}}`.
    pub uuid: fn() -> String,
}

impl Settings {
    /// Settings for all checks of a suite without secrets.
    #[must_use]
    pub fn new(base_url: BaseUrl, tls: Arc<ClientConfig>, deadline: Instant, clock: fn() -> SystemTime) -> Self {
        Self {
            base_url,
            variables: BTreeMap::new(),
            secrets: BTreeMap::new(),
            tags: Vec::new(),
            deadline,
            tls,
            clock,
            uuid: || uuid::Uuid::new_v4().to_string(),
        }
    }

    /// The values that every check begins with, all but `uuid` and `now`.
    pub(crate) fn values(&self, suite: &Suite) -> Result<Values, RunError> {
        let unknown = |name: &&String| !suite.variables.contains_key(*name);
        if let Some(name) = self.variables.keys().find(unknown) {
            let known: Vec<&str> = suite.variables().collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            return Err(RunError::UnknownVariable { name: name.clone(), file_name: suite.file_name.clone(), known });
        }
        let missing: Vec<&str> =
            suite.secrets.iter().filter(|name| !self.secrets.contains_key(*name)).map(String::as_str).collect();
        if !missing.is_empty() {
            return Err(RunError::MissingSecrets { names: missing.join(", "), file_name: suite.file_name.clone() });
        }
        let secrets = self.secrets.iter().filter(|(name, _)| suite.secrets.contains(name));
        if let Some((name, _)) = secrets.clone().find(|(_, secret)| secret.0.chars().count() < SHORTEST_SECRET) {
            return Err(RunError::ShortSecret(name.clone()));
        }
        let secrets = secrets.map(|(name, secret)| (name.clone(), secret.0.clone()));
        let variables = suite.variables.iter().chain(&self.variables);
        Ok(variables.map(|(name, value)| (name.clone(), value.clone())).chain(secrets).collect())
    }

    pub(crate) fn redactor(&self) -> Redactor {
        let redactor = Redactor::default();
        self.secrets.values().for_each(|secret| redactor.hide(&secret.0));
        redactor
    }
}

/// A value that appears in no report, message or debug output.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl From<String> for Secret {
    fn from(value: String) -> Self {
        Self(value)
    }
}

impl From<&str> for Secret {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Why a run could not begin: its settings do not fit its suite.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// The suite declares secrets that the settings do not bring.
    #[error("no value is given for these secrets of {file_name}: {names}")]
    MissingSecrets {
        /// The secrets' names.
        names: String,
        /// The suite's file.
        file_name: String,
    },
    /// A secret is so short that taking it out would garble every report.
    #[error(
        "the value of the secret {0:?} has fewer than {SHORTEST_SECRET} characters and could not be kept out of reports; use a longer one"
    )]
    ShortSecret(String),
    /// A variable is set that the suite does not declare.
    #[error("{file_name} has no variable {name:?}; its variables: {known}")]
    UnknownVariable {
        /// The variable.
        name: String,
        /// The suite's file.
        file_name: String,
        /// The suite's variables.
        known: String,
    },
}
