//! The alert.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::approval::Approval;
use crate::kind::Kind;
use crate::link::Link;
use crate::mention::Mention;
use crate::place::Place;
use crate::reason::Reason;
use crate::revision::Revision;
use crate::severity::Severity;
use crate::slack::SlackMessage;
use crate::sns::SnsNotification;

/// The version of the JSON body. It grows when a field changes its meaning or goes.
const BODY_VERSION: u32 = 1;

/// Something that people should know about a delivery. What is not known stays empty and costs its line only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// What happened.
    pub kind: Kind,
    /// How bad it is.
    pub severity: Severity,
    /// Where it happened.
    #[serde(default)]
    pub place: Place,
    /// Why, the most telling first.
    #[serde(default)]
    pub reasons: Vec<Reason>,
    /// What could not be found out, such as `the log of the build: AccessDeniedException`.
    #[serde(default)]
    pub gaps: Vec<String>,
    /// The change: for an approval everything that would go out, the newest first.
    #[serde(default)]
    pub revisions: Vec<Revision>,
    /// What started the execution, such as `a push to main` or `Admin/jane by hand`.
    #[serde(default)]
    pub trigger: Option<String>,
    /// When it happened.
    #[serde(default)]
    pub occurred: Option<Timestamp>,
    /// Since when the stage fails, or when a rollback started.
    #[serde(default)]
    pub since: Option<Timestamp>,
    /// How often in a row it failed, this time included; 0 when that is not known.
    #[serde(default)]
    pub in_a_row: u32,
    /// What an approver needs to know.
    #[serde(default)]
    pub approval: Option<Approval>,
    /// Who did it and what they say, such as the comment of a stopped execution.
    #[serde(default)]
    pub note: Option<String>,
    /// Where to look.
    #[serde(default)]
    pub links: Vec<Link>,
    /// What to do now. When nothing is said here, the kind and the reasons suggest it.
    #[serde(default)]
    pub next: Vec<String>,
    /// Whom Slack should call.
    #[serde(default)]
    pub mention: Option<Mention>,
}

impl Alert {
    /// An alert with nothing but its kind and place. The severity follows from both and may be changed.
    #[must_use]
    pub fn new(kind: Kind, place: Place) -> Self {
        Self {
            kind,
            severity: Severity::of(kind, place.environment.as_deref()),
            place,
            reasons: Vec::new(),
            gaps: Vec::new(),
            revisions: Vec::new(),
            trigger: None,
            occurred: None,
            since: None,
            in_a_row: 0,
            approval: None,
            note: None,
            links: Vec::new(),
            next: Vec::new(),
            mention: None,
        }
    }

    /// The next state of a failure's message: the stage runs again. Nobody is called a second time.
    #[must_use]
    pub fn become_retrying(mut self, note: Option<String>, now: Timestamp) -> Self {
        self.turn(Kind::Retrying, now);
        self.note = note;
        self
    }

    /// The last state of a failure's message: the stage succeeded. The time it took is counted from `since`, which is the
    /// failure's own time when nobody said otherwise.
    #[must_use]
    pub fn become_recovered(mut self, now: Timestamp) -> Self {
        self.turn(Kind::Recovered, now);
        self.note = None;
        self
    }

    /// The last state of a failure's message where the stage was given its last release back: what failed was not mended.
    #[must_use]
    pub fn become_rolled_back(mut self, now: Timestamp) -> Self {
        self.turn(Kind::RollbackFinished, now);
        self.note = None;
        self
    }

    fn turn(&mut self, kind: Kind, now: Timestamp) {
        self.since = self.since.or(self.occurred);
        self.occurred = Some(now);
        self.kind = kind;
        self.severity = Severity::of(kind, self.place.environment.as_deref());
        self.mention = None;
        self.next.clear();
    }

    /// What happened, in one line without markup, such as `storefront · Staging failed`.
    #[must_use]
    pub fn headline(&self) -> String {
        format!("{} · {} {}", self.place.subject(), self.place.what(), self.kind.predicate())
    }

    /// The notification for an SNS topic.
    #[must_use]
    pub fn sns(&self) -> SnsNotification {
        SnsNotification::of(self)
    }

    /// The message for Slack.
    #[must_use]
    pub fn slack(&self) -> SlackMessage {
        SlackMessage::of(self)
    }

    /// The alert for machines: its fields, with `version` (of this shape), `state` and `headline`. [`Alert`] deserialises
    /// from it.
    pub fn to_json(&self) -> Result<Value, serde_json::Error> {
        let mut body = serde_json::to_value(self)?;
        body["version"] = BODY_VERSION.into();
        body["state"] = self.kind.state().into();
        body["headline"] = self.headline().into();
        Ok(body)
    }

    /// How long it took from `since` to `occurred`.
    pub(crate) fn lasted(&self) -> Option<std::time::Duration> {
        let lasted = self.occurred?.duration_since(self.since?);
        std::time::Duration::try_from(lasted).ok()
    }
}
