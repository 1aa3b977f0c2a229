//! A check that may take longer than one invocation: ECS invokes again what answers that it is in progress.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// Seconds until ECS invokes the hook again; its default, said aloud.
pub(crate) const CALL_BACK_DELAY: u32 = 30;

/// Which try of one step this is.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    number: u32,
    allowed: u32,
    first_failed_at: Option<String>,
    /// What else is in the details: the service's definition may set some.
    others: Map<String, Value>,
    step: String,
}

impl Attempt {
    /// Reads what the last try left in `details`. Whatever is not there, not ours or of another step begins anew.
    pub(crate) fn of(details: Option<&Map<String, Value>>, step: String, allowed: u32) -> Self {
        let mut others = details.cloned().unwrap_or_default();
        let mut take = |key: &str| others.remove(key);
        let (number, first_failed_at, known_step) = (take("attempt"), take("first_failed_at"), take("step"));
        // An older function may have left no step.
        let same = known_step.is_none_or(|known| known == step.as_str());
        let number = number.as_ref().and_then(Value::as_u64).filter(|_| same);
        Self {
            // The details hold the number of the last try.
            number: number.map_or(1, |last| u32::try_from(last).unwrap_or(u32::MAX).saturating_add(1)),
            allowed,
            first_failed_at: first_failed_at.filter(|_| same).and_then(|at| at.as_str().map(str::to_owned)),
            others,
            step,
        }
    }

    /// What to hand to the next try after this one failed, or nothing when it was the last.
    pub(crate) fn next(&self, now: Timestamp) -> Option<Value> {
        if self.number >= self.allowed {
            return None;
        }
        let mut details = self.others.clone();
        details.insert("attempt".to_owned(), json!(self.number));
        details.insert("step".to_owned(), json!(self.step));
        let first = self.first_failed_at.clone().unwrap_or_else(|| now.to_string());
        details.insert("first_failed_at".to_owned(), json!(first));
        Some(Value::Object(details))
    }

    /// How messages name it, such as `attempt 2 of 4`.
    pub(crate) fn words(&self) -> String {
        let since = self.first_failed_at.as_ref().map(|at| format!(", failing since {at}")).unwrap_or_default();
        format!("attempt {} of {}{since}", self.number, self.allowed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP: &str = "POST_TEST_TRAFFIC_SHIFT";

    fn next(details: &Value, allowed: u32) -> Option<Value> {
        Attempt::of(details.as_object(), STEP.to_owned(), allowed).next(Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn tries_are_counted_until_they_are_used_up() {
        let mut details = json!({"approvalChecked": true});
        for number in 1..4 {
            details = next(&details, 4).unwrap();
            let expected = json!({
                "approvalChecked": true, "attempt": number, "step": STEP, "first_failed_at": "1970-01-01T00:00:00Z"
            });
            assert_eq!(details, expected);
        }
        assert_eq!(next(&details, 4), None);
        assert_eq!(next(&json!({}), 1), None);
    }

    #[test]
    fn details_of_strangers_are_no_try_of_ours() {
        let table = [
            (json!(null), Some(1)),
            (json!("text"), Some(1)),
            (json!({"attempt": "2"}), Some(1)),
            (json!({"attempt": -5}), Some(1)),
            (json!({"attempt": 1.5, "first_failed_at": 7}), Some(1)),
            (json!({"attempt": 1, "step": "PRE_SCALE_UP"}), Some(1)),
            (json!({"attempt": 1}), Some(2)),
            (json!({"attempt": u64::MAX}), None),
        ];
        for (details, expected) in table {
            let number = next(&details, 3).map(|next| next["attempt"].as_u64().unwrap());
            assert_eq!(number, expected, "{details}");
        }
    }
}
