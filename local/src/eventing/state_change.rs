//! The envelope of an event.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// Where events come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The account's id.
    pub account: String,
    /// The region.
    pub region: String,
}

/// Something that changed its state, before it gets an id.
#[derive(Debug, Clone, PartialEq)]
pub struct StateChange {
    /// E.g. `aws.codepipeline`.
    pub source: &'static str,
    /// E.g. `CodePipeline Stage Execution State Change`.
    pub detail_type: &'static str,
    /// The ARNs of what it is about.
    pub resources: Vec<String>,
    /// When.
    pub at: Timestamp,
    /// What the service says.
    pub detail: Map<String, Value>,
}

impl StateChange {
    /// The event as a target gets it. Its time has whole seconds.
    #[must_use]
    pub fn event(&self, origin: &Origin, id: &str) -> Value {
        json!({
            "version": "0",
            "id": id,
            "detail-type": self.detail_type,
            "source": self.source,
            "account": origin.account,
            "time": format!("{:.0}", self.at),
            "region": origin.region,
            "resources": self.resources,
            "detail": self.detail,
        })
    }
}

/// A time inside of CodePipeline's details: RFC 3339 with milliseconds.
pub(super) fn milliseconds(at: Timestamp) -> String {
    format!("{at:.3}")
}
