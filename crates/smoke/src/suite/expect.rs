//! What has to be true of an answer.

use std::time::Duration;

use http::HeaderName;
use serde_json::Value;
use serde_json_path::JsonPath;

use crate::matcher::{Matchers, Subject};
use crate::yaml::Position;

/// The expectations of one step, judged in this order.
#[derive(Debug)]
pub(crate) struct Expect {
    pub(crate) status: StatusSet,
    pub(crate) headers: Vec<HeaderExpectation>,
    pub(crate) body: Option<BodyExpectation>,
    pub(crate) json: Vec<JsonExpectation>,
    pub(crate) latency: Option<Latency>,
}

#[derive(Debug)]
pub(crate) struct HeaderExpectation {
    pub(crate) position: Position,
    pub(crate) name: HeaderName,
    pub(crate) matchers: Matchers,
}

#[derive(Debug)]
pub(crate) struct BodyExpectation {
    pub(crate) position: Position,
    pub(crate) matchers: Matchers,
}

#[derive(Debug)]
pub(crate) struct JsonExpectation {
    pub(crate) position: Position,
    pub(crate) query: Query,
    pub(crate) matchers: Matchers,
}

#[derive(Debug)]
pub(crate) struct Latency {
    pub(crate) position: Position,
    pub(crate) below: Option<Duration>,
    pub(crate) at_most: Option<Duration>,
}

/// Status codes: single ones and classes.
#[derive(Debug)]
pub(crate) struct StatusSet {
    pub(crate) position: Position,
    /// Inclusive ranges, each with the text that the suite has for it.
    pub(crate) ranges: Vec<(u16, u16, String)>,
}

impl StatusSet {
    pub(crate) fn holds(&self, status: u16) -> bool {
        self.ranges.iter().any(|(first, last, _)| (*first..=*last).contains(&status))
    }

    /// Such as `200, 201 or 3xx`.
    pub(crate) fn describe(&self) -> String {
        let texts: Vec<&str> = self.ranges.iter().map(|(_, _, text)| text.as_str()).collect();
        match texts.split_last() {
            Some((last, [])) => (*last).to_owned(),
            Some((last, before)) => format!("{} or {last}", before.join(", ")),
            None => "none".to_owned(),
        }
    }
}

/// A JSONPath, RFC 9535.
#[derive(Debug)]
pub(crate) struct Query {
    pub(crate) text: String,
    pub(crate) path: JsonPath,
    /// Made of names and indexes only, so that it finds one value or none (RFC 9535, section 2.3.5.1).
    pub(crate) singular: bool,
}

impl Query {
    /// Hands on the value that the path leads to; of a path that may lead to several, the list of them.
    pub(crate) fn look_at<T>(&self, root: &Value, look: impl FnOnce(Subject<'_>) -> T) -> T {
        let nodes = self.path.query(root).all();
        match (self.singular, nodes.first()) {
            (true, Some(value)) => look(Subject::Json(value)),
            (true, None) => look(Subject::Missing),
            (false, None) => look(Subject::NoMatches),
            (false, Some(_)) => look(Subject::Json(&nodes.into_iter().cloned().collect())),
        }
    }

    /// The first value that the path leads to.
    pub(crate) fn first(&self, root: &Value) -> Option<Value> {
        self.path.query(root).first().cloned()
    }
}
