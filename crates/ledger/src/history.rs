//! Whether a stage fails, since when and how often. Pure: derived from what is known, in whatever order it came.

use jiff::Timestamp;

use crate::item::Item;

/// One failure of a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The id of the execution.
    pub execution: String,
    /// Which attempt of the stage in that execution, counted from 1.
    pub attempt: u32,
    /// When, by the event that was recorded first.
    pub at: Timestamp,
}

/// The last success of a stage that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Success {
    /// The id of the execution.
    pub execution: String,
    /// When.
    pub at: Timestamp,
}

/// The failures of a stage, and its last success.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StageHistory {
    /// Oldest first. Those before the success are there only until they are cleared away.
    pub(crate) failures: Vec<Failure>,
    /// The last success that is known.
    pub success: Option<Success>,
}

/// A stage that fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenFailure {
    /// The first failure since the last success.
    pub first: Failure,
    /// The last one.
    pub last: Failure,
    /// How many there are in a row.
    pub count: usize,
}

impl StageHistory {
    /// The stage's failures in a row, when the last thing known of it is a failure.
    #[must_use]
    pub fn open(&self) -> Option<OpenFailure> {
        let open = &self.failures[self.past()..];
        Some(OpenFailure { first: open.first()?.clone(), last: open.last()?.clone(), count: open.len() })
    }

    /// What a success at `at` ends. Nothing when the stage does not fail, or when it failed at that time or later.
    #[must_use]
    pub fn ended_by(&self, at: Timestamp) -> Option<OpenFailure> {
        self.open().filter(|open| open.last.at < at)
    }

    /// The success that is known to have followed a failure at `at`: the failure's event came late.
    #[must_use]
    pub fn success_after(&self, at: Timestamp) -> Option<&Success> {
        self.success.as_ref().filter(|success| at < success.at)
    }

    /// How many of the failures lie before the last success. A failure of the same moment counts as a later one: a
    /// failure said to be open is better than one forgotten.
    pub(crate) fn past(&self) -> usize {
        self.failures.partition_point(|failure| self.success_after(failure.at).is_some())
    }

    pub(crate) fn read(item: &Item) -> Self {
        let mut failures: Vec<Failure> = item.moments(FAILED).filter_map(|(id, at)| Failure::read(id, at)).collect();
        failures.sort_by_key(|failure| (failure.at, failure.attempt));
        let success = item.moment("succeeded").zip(item.text("succeeded_in"));
        let success = success.map(|(at, execution)| Success { execution: execution.to_owned(), at });
        Self { failures, success }
    }
}

/// The names of the attributes that hold failures begin with this.
const FAILED: &str = "failed:";

impl Failure {
    /// An attribute a failure: setting it twice is setting it once, so that no event is counted twice.
    pub(crate) fn attribute(&self) -> String {
        format!("{FAILED}{}/{}", self.execution, self.attempt)
    }

    fn read(id: &str, at: Timestamp) -> Option<Self> {
        let (execution, attempt) = id.rsplit_once('/')?;
        Some(Self { execution: execution.to_owned(), attempt: attempt.parse().ok()?, at })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::*;

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// Failures at these seconds, each in an execution of its own, and a success.
    fn history(failures: &[i64], success: Option<i64>) -> StageHistory {
        let mut item: Map<String, Value> =
            failures.iter().map(|at| (format!("failed:e{at}/1"), json!({"N": (at * 1000).to_string()}))).collect();
        if let Some(at) = success {
            item.insert("succeeded".to_owned(), json!({"N": (at * 1000).to_string()}));
            item.insert("succeeded_in".to_owned(), json!({"S": "good"}));
        }
        StageHistory::read(&Item::read(&Value::Object(item)).unwrap())
    }

    #[test]
    fn a_stage_fails_since_its_first_failure_after_a_success() {
        // Failures, success: first, last, count.
        for (failures, success, expected) in [
            (&[][..], None, None),
            (&[], Some(5), None),
            (&[5], None, Some((5, 5, 1))),
            (&[30, 10, 20], None, Some((10, 30, 3))),
            (&[10, 20], Some(15), Some((20, 20, 1))),
            (&[10, 20], Some(20), Some((20, 20, 1))),
            (&[10, 20], Some(21), None),
            (&[10], Some(5), Some((10, 10, 1))),
        ] {
            let open = history(failures, success).open();
            let open = open.map(|open| (open.first.at.as_second(), open.last.at.as_second(), open.count));
            assert_eq!(open, expected, "{failures:?}, {success:?}");
        }
    }

    #[test]
    fn a_success_ends_what_failed_before_it_only() {
        for (failures, success, at, ended) in [
            (&[10, 20][..], None, 21, true),
            (&[10, 20], None, 20, false),
            (&[10, 20], None, 15, false),
            (&[10, 20], Some(30), 40, false),
            (&[10, 20], Some(15), 40, true),
            (&[], None, 40, false),
        ] {
            let history = history(failures, success);
            assert_eq!(history.ended_by(second(at)).is_some(), ended, "{failures:?}, {success:?}, {at}");
        }
    }

    #[test]
    fn a_failure_that_comes_late_knows_its_end() {
        let history = history(&[10, 20], Some(15));
        for (at, execution) in [(10, Some("good")), (15, None), (20, None)] {
            let success = history.success_after(second(at));
            assert_eq!(success.map(|success| success.execution.as_str()), execution, "{at}");
        }
    }

    #[test]
    fn a_failure_is_read_as_it_is_written() {
        for (execution, attempt) in [("b1c2", 1), ("with/slash", 12)] {
            let failure = Failure { execution: execution.to_owned(), attempt, at: second(1) };
            let attribute = failure.attribute();
            assert_eq!(Failure::read(attribute.strip_prefix(FAILED).unwrap(), second(1)), Some(failure));
        }
        for id in ["", "e1", "e1/", "e1/x", "e1/-1"] {
            assert_eq!(Failure::read(id, second(1)), None, "{id}");
        }
    }
}
