//! A suite as it is run: parsed, checked and complete.

mod expect;
mod json_template;
mod request;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

pub(crate) use expect::{BodyExpectation, Expect, HeaderExpectation, JsonExpectation, Latency, Query, StatusSet};
pub(crate) use json_template::JsonTemplate;
pub(crate) use request::{Body, Capture, CaptureFrom, Header, Request, Target};

use crate::exchange::Host;
use crate::problem::SuiteErrors;
use crate::yaml::Position;

/// Checks of one suite.
pub(crate) const CHECK_LIMIT: usize = 500;
/// Steps of one check.
pub(crate) const STEP_LIMIT: usize = 50;
/// Checks that run side by side, unless the suite says otherwise.
pub(crate) const DEFAULT_PARALLEL: usize = 8;
/// More connections at once are a load test.
pub(crate) const PARALLEL_LIMIT: usize = 100;
/// For one request, unless the suite says otherwise.
pub(crate) const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5);
/// Redirects that a step may follow.
pub(crate) const FOLLOW_LIMIT: usize = 10;

/// Bytes of YAML in one suite.
pub const SUITE_SIZE_LIMIT: usize = 256 * 1024;

/// A smoke suite: checks, and what they share.
#[derive(Debug)]
pub struct Suite {
    pub(crate) file_name: String,
    pub(crate) parallel: usize,
    pub(crate) variables: BTreeMap<String, String>,
    pub(crate) secrets: Vec<String>,
    pub(crate) allow_hosts: Vec<Host>,
    pub(crate) checks: Vec<Check>,
}

impl Suite {
    /// Reads a suite; `file_name` is only for messages. All problems are found at once.
    pub fn parse(text: &str, file_name: &str) -> Result<Self, SuiteErrors> {
        crate::parse::suite(text, file_name)
    }

    /// The file that the suite was read from.
    #[must_use]
    pub fn file_name(&self) -> &str {
        &self.file_name
    }

    /// The secrets whose values [`crate::Settings`] has to bring. A name that is declared as a secret and captured
    /// from a response is not among them.
    #[must_use]
    pub fn secrets(&self) -> &[String] {
        &self.secrets
    }

    /// The variables, which [`crate::Settings`] may override.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.variables.keys().map(String::as_str)
    }

    /// The names of the checks, in order.
    #[must_use]
    pub fn checks(&self) -> impl ExactSizeIterator<Item = &str> {
        self.checks.iter().map(|check| check.name.as_str())
    }

    /// Every tag of every check.
    #[must_use]
    pub fn tags(&self) -> BTreeSet<&str> {
        self.checks.iter().flat_map(|check| &check.tags).map(String::as_str).collect()
    }
}

/// One thing that has to be so.
#[derive(Debug)]
pub(crate) struct Check {
    pub(crate) name: String,
    pub(crate) tags: Vec<String>,
    pub(crate) work: Work,
}

#[derive(Debug)]
pub(crate) enum Work {
    Steps(Vec<Step>),
    Tls(TlsStep),
}

/// One request and what has to come of it.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) position: Position,
    pub(crate) request: Request,
    pub(crate) follow: usize,
    pub(crate) pace: Pace,
    pub(crate) expect: Expect,
    pub(crate) captures: Vec<Capture>,
}

/// The certificate of the site under test.
#[derive(Debug)]
pub(crate) struct TlsStep {
    pub(crate) position: Position,
    pub(crate) valid_for: Duration,
    pub(crate) pace: Pace,
}

/// How long to wait, and how often to try.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    pub(crate) timeout: Duration,
    pub(crate) retry: Option<Retry>,
}

/// Try again until it passes or `within` is over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Retry {
    pub(crate) within: Duration,
    pub(crate) every: Duration,
}
