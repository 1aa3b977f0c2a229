//! Items in DynamoDB's notation, where a value names its type: `{"owner":{"S":"r-1"}}`.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// The attributes of an item, or of a map within one.
#[derive(Clone, Debug)]
pub(crate) struct Item(Map<String, Value>);

impl Item {
    pub(crate) fn read(value: &Value) -> Option<Self> {
        value.as_object().cloned().map(Self)
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?["S"].as_str()
    }

    pub(crate) fn moment(&self, name: &str) -> Option<Timestamp> {
        moment_of(self.0.get(name)?)
    }

    pub(crate) fn map(&self, name: &str) -> Option<Self> {
        Self::read(&self.0.get(name)?["M"])
    }

    /// The moments whose names begin with `prefix`; the rest of the name, and the moment.
    pub(crate) fn moments<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, Timestamp)> {
        self.0.iter().filter_map(move |(name, value)| Some((name.strip_prefix(prefix)?, moment_of(value)?)))
    }
}

pub(crate) fn text(text: &str) -> Value {
    json!({ "S": text })
}

/// Milliseconds since the epoch, as Lambda gives its deadlines.
pub(crate) fn moment(at: Timestamp) -> Value {
    json!({ "N": at.as_millisecond().to_string() })
}

/// Seconds since the epoch, as DynamoDB's time to live wants them. `days` after `now`.
pub(crate) fn expiry(now: Timestamp, days: i64) -> Value {
    json!({ "N": now.as_second().saturating_add(days * 24 * 60 * 60).to_string() })
}

fn moment_of(value: &Value) -> Option<Timestamp> {
    Timestamp::from_millisecond(value["N"].as_str()?.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_read_by_their_type() {
        let item = Item::read(&json!({
            "owner": {"S": "r-1"}, "lease": {"N": "1764082800123"}, "slack": {"M": {"ts": {"S": "1.2"}}},
            "failed:e1/1": {"N": "5"}, "failed:e2/1": {"S": "5"}, "far": {"N": "99999999999999999"}
        }))
        .unwrap();
        assert_eq!(item.text("owner"), Some("r-1"));
        assert_eq!((item.text("lease"), item.text("none")), (None, None));
        assert_eq!(item.moment("lease").unwrap().as_millisecond(), 1_764_082_800_123);
        assert_eq!((item.moment("owner"), item.moment("far")), (None, None));
        assert_eq!(item.map("slack").unwrap().text("ts"), Some("1.2"));
        assert!(item.map("owner").is_none());
        let moments: Vec<_> = item.moments("failed:").map(|(name, at)| (name, at.as_millisecond())).collect();
        assert_eq!(moments, [("e1/1", 5)]);
    }

    #[test]
    fn values_are_written_as_dynamodb_reads_them() {
        let at = Timestamp::from_millisecond(1_764_082_800_123).unwrap();
        assert_eq!(moment(at), json!({"N": "1764082800123"}));
        assert_eq!(expiry(at, 1), json!({"N": "1764169200"}));
    }
}
