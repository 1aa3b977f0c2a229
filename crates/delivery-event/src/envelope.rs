//! What every event has around its detail.

use jiff::Timestamp;

use crate::arn;
use crate::fields::Fields;
use crate::notification::Notification;

/// The envelope of an event (EventBridge User Guide, "Events").
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// The event's id: the same for every delivery of one event.
    pub id: Option<String>,
    /// Such as `CodePipeline Stage Execution State Change`; empty for what did not come through EventBridge.
    pub detail_type: String,
    /// Such as `aws.codepipeline`.
    pub source: Option<String>,
    /// The account it happened in.
    pub account: Option<String>,
    /// The region it happened in.
    pub region: Option<String>,
    /// When it happened, to the second.
    pub time: Option<Timestamp>,
    /// ARNs of what it is about.
    pub resources: Vec<String>,
    /// What a notification rule adds, when one sent the event ("processed notification").
    pub notification: Option<Notification>,
}

impl Envelope {
    pub(crate) fn read(event: Fields<'_>) -> Self {
        Self {
            id: event.text("id"),
            detail_type: event.text("detail-type").or_else(|| event.text("detailType")).unwrap_or_default(),
            source: event.text("source"),
            account: event.text("account").or_else(|| event.text("accountId")),
            region: event.text("region"),
            time: event.time("time"),
            resources: event.texts("resources"),
            notification: Notification::read(event),
        }
    }

    /// What follows `prefix` in the resource of the first ARN of `service` that has it.
    pub(crate) fn resource(&self, service: &str, prefix: &str) -> Option<&str> {
        self.resources.iter().find_map(|arn| arn::resource(arn, service)?.strip_prefix(prefix))
    }
}
