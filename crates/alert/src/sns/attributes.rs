//! The message attributes of a notification.

use crate::alert::Alert;
use crate::clean::{one_line, within};

/// Names are short and values are cut, because they count towards the size of the message. Raw delivery to a queue takes at
/// most ten attributes (SNS Developer Guide, "Message attributes").
const VALUE: usize = 256;

pub(super) fn of(alert: &Alert) -> Vec<(&'static str, String)> {
    let place = &alert.place;
    let known = [
        ("pipeline", place.pipeline.as_deref()),
        ("stage", place.stage.as_deref()),
        ("state", Some(alert.kind.state())),
        ("severity", Some(alert.severity.as_str())),
        ("environment", place.environment.as_deref()),
    ];
    let cut = known.into_iter().filter_map(|(name, value)| Some((name, within(&one_line(value?), VALUE))));
    cut.filter(|(_, value)| !value.is_empty()).collect()
}
