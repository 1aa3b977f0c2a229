//! An alert as an SNS notification.

mod attributes;
mod subject;
mod text;

use crate::alert::Alert;

/// What `Publish` takes, within its limits (SNS API Reference, "Publish").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnsNotification {
    /// Fewer than 100 characters, printable ASCII.
    pub subject: String,
    /// The text for people; far below 256 KiB, because nobody reads more.
    pub text: String,
    /// Names and texts for subscription filters: `state` and `severity` always, `pipeline`, `stage` and `environment` when
    /// they are known. All are of the data type `String`, and none is empty.
    pub attributes: Vec<(&'static str, String)>,
}

impl SnsNotification {
    pub(crate) fn of(alert: &Alert) -> Self {
        Self { subject: subject::of(alert), text: text::of(alert), attributes: attributes::of(alert) }
    }
}
