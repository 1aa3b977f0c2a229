//! State changes of alarms (CloudWatch User Guide, "Alarm events and EventBridge" and "Alarm Lambda actions").

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use crate::arn;
use crate::envelope::Envelope;
use crate::fields::Fields;
use crate::state::states;

states! {
    /// The state of an alarm.
    AlarmState {
        Alarm = "ALARM",
        InsufficientData = "INSUFFICIENT_DATA",
        Ok = "OK",
    }
}

/// An alarm changed its state, or was changed itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlarmChange {
    /// What is around it.
    pub envelope: Envelope,
    /// The alarm's name.
    pub name: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// The state it is in now.
    pub now: AlarmMoment,
    /// The state it was in before.
    pub before: AlarmMoment,
    /// What it looks at; none for a composite alarm.
    pub metrics: Vec<AlarmMetric>,
    /// The rule of a composite alarm.
    pub rule: Option<String>,
    /// The alarm that suppresses the actions of a composite alarm at the moment.
    pub suppressed_by: Option<String>,
    /// The mute rule that is in force.
    pub mute: Option<Mute>,
}

/// A state of an alarm, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlarmMoment {
    /// The state.
    pub state: AlarmState,
    /// Why, in CloudWatch's words.
    pub reason: Option<String>,
    /// The data behind the reason: JSON inside a text, which metric math and composite alarms leave out or shape
    /// differently.
    pub data: Option<Value>,
    /// Since when.
    pub since: Option<Timestamp>,
}

/// A metric that an alarm looks at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlarmMetric {
    /// Such as `AWS/ApplicationELB`.
    pub namespace: Option<String>,
    /// Such as `HTTPCode_Target_5XX_Count`.
    pub name: Option<String>,
    /// Such as `Average`.
    pub statistic: Option<String>,
    /// Such as `LoadBalancer`.
    pub dimensions: BTreeMap<String, String>,
    /// Metric math instead of a metric.
    pub expression: Option<String>,
}

/// The mute rule that keeps an alarm's actions from being taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mute {
    /// The rule.
    pub rule_arn: Option<String>,
    /// Until when.
    pub until: Option<Timestamp>,
}

impl AlarmChange {
    /// Reads the detail of an event, or the `alarmData` of an alarm's Lambda action: they are shaped alike.
    pub(crate) fn read(envelope: Envelope, detail: Fields<'_>) -> Self {
        let configuration = detail.object("configuration");
        let mute = detail.value("muteDetail").map(|_| {
            let mute = detail.object("muteDetail");
            Mute { rule_arn: mute.text("mutedByArn"), until: mute.time("muteWindowEnd") }
        });
        let state = detail.object("state");
        Self {
            name: detail.text("alarmName").or_else(|| envelope.resource("cloudwatch", "alarm:").map(str::to_owned)),
            description: configuration.text("description"),
            now: AlarmMoment::read(state),
            before: AlarmMoment::read(detail.object("previousState")),
            metrics: configuration.list("metrics").map(AlarmMetric::read).collect(),
            rule: configuration.text("alarmRule"),
            suppressed_by: state.text("actionsSuppressedBy"),
            mute,
            envelope,
        }
    }

    /// The payload of an alarm's Lambda action.
    pub(crate) fn read_direct(event: Fields<'_>) -> Self {
        let mut envelope = Envelope::read(event);
        envelope.resources.extend(event.text("alarmArn").filter(|arn| arn::resource(arn, "cloudwatch").is_some()));
        Self::read(envelope, event.object("alarmData"))
    }
}

impl AlarmMoment {
    fn read(state: Fields<'_>) -> Self {
        let data = state.value("reasonData").and_then(|data| match data {
            Value::String(text) => serde_json::from_str(text).ok(),
            other => Some(other.clone()),
        });
        Self {
            state: AlarmState::read(state.text("value")),
            reason: state.text("reason"),
            data,
            since: state.time("timestamp"),
        }
    }
}

impl AlarmMetric {
    fn read(metric: Fields<'_>) -> Self {
        let stat = metric.object("metricStat");
        let inner = stat.object("metric");
        Self {
            namespace: inner.text("namespace"),
            name: inner.text("name"),
            statistic: stat.text("stat"),
            dimensions: inner.entries("dimensions").collect(),
            expression: metric.text("expression"),
        }
    }
}
