//! What an item is about, and the keys that follow from it.

/// An execution of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Execution {
    /// The pipeline's name.
    pub pipeline: String,
    /// The id of the execution.
    pub id: String,
}

/// A stage of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Stage {
    /// The pipeline's name.
    pub pipeline: String,
    /// The stage's name.
    pub name: String,
}

/// What makes a message one and the same, whichever event it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MessageKey(pub(crate) Key);

impl MessageKey {
    /// The `attempt`th failure of a stage in an execution, counted from 1.
    #[must_use]
    pub fn failure(execution: &Execution, stage: &str, attempt: u32) -> Self {
        Self(Key::new(&execution.partition(), &[FAILURE, stage, &attempt.to_string()]))
    }

    /// A stage that failed before succeeds in `execution`.
    #[must_use]
    pub fn recovery(execution: &Execution, stage: &str) -> Self {
        Self(Key::new(&execution.partition(), &["recovery", stage]))
    }

    /// An approval action waits. `reference` tells this wait from another of the same action: the id of the execution,
    /// or the approval's token.
    #[must_use]
    pub fn approval(pipeline: &str, reference: &str, stage: &str, action: &str) -> Self {
        Self(Key::new(&["approval", pipeline, reference], &["approval", stage, action]))
    }

    /// An execution as a whole reached `state`, e.g. `STOPPED` or `rollback started`.
    #[must_use]
    pub fn execution(execution: &Execution, state: &str) -> Self {
        Self(Key::new(&execution.partition(), &["state", state]))
    }

    /// Anything else: a `subject` such as `["deployment", "d-1"]` or `["alarm", "errors"]`, and what is said about it.
    #[must_use]
    pub fn about(subject: &[&str], what: &[&str]) -> Self {
        Self(Key::new(&[&["about"], subject].concat(), &[&["said"], what].concat()))
    }
}

impl Execution {
    /// The sort key of every failure of the execution begins with this.
    pub(crate) fn failures(&self) -> Key {
        let Key { partition, sort } = Key::new(&self.partition(), &[FAILURE]);
        Key { partition, sort: format!("{sort}#") }
    }

    pub(crate) fn thread(&self, channel: &str) -> Key {
        Key::new(&self.partition(), &["thread", channel])
    }

    fn partition(&self) -> [&str; 3] {
        ["execution", &self.pipeline, &self.id]
    }
}

impl Stage {
    pub(crate) fn key(&self) -> Key {
        Key::new(&["pipeline", &self.pipeline], &["stage", &self.name])
    }
}

const FAILURE: &str = "failure";

/// The keys of an item.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) partition: String,
    pub(crate) sort: String,
}

impl Key {
    fn new(partition: &[&str], sort: &[&str]) -> Self {
        Self { partition: joined(partition), sort: joined(sort) }
    }

    pub(crate) fn name(&self) -> String {
        format!("{} / {}", self.partition, self.sort)
    }
}

/// Names of alarms and channels may hold the separator; two subjects must not share a key for that.
fn joined(parts: &[&str]) -> String {
    parts.iter().map(|part| part.replace('%', "%25").replace('#', "%23")).collect::<Vec<_>>().join("#")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn execution() -> Execution {
        Execution { pipeline: "shop".to_owned(), id: "e1".to_owned() }
    }

    #[test]
    fn keys_can_be_read_by_a_person() {
        let table = [
            (MessageKey::failure(&execution(), "Staging", 2).0, "execution#shop#e1 / failure#Staging#2"),
            (MessageKey::recovery(&execution(), "Staging").0, "execution#shop#e1 / recovery#Staging"),
            (
                MessageKey::approval("shop", "e1", "Production", "Approve").0,
                "approval#shop#e1 / approval#Production#Approve",
            ),
            (MessageKey::execution(&execution(), "STOPPED").0, "execution#shop#e1 / state#STOPPED"),
            (MessageKey::about(&["alarm", "5xx #1"], &["ALARM"]).0, "about#alarm#5xx %231 / said#ALARM"),
            (execution().thread("#alerts"), "execution#shop#e1 / thread#%23alerts"),
            (execution().failures(), "execution#shop#e1 / failure#"),
            (Stage { pipeline: "shop".to_owned(), name: "Build".to_owned() }.key(), "pipeline#shop / stage#Build"),
        ];
        for (key, expected) in table {
            assert_eq!(key.name(), expected);
        }
    }

    #[test]
    fn a_failure_begins_as_the_failures_of_its_execution_do() {
        let failure = MessageKey::failure(&execution(), "Staging", 1).0;
        let all = execution().failures();
        assert!(failure.partition == all.partition && failure.sort.starts_with(&all.sort));
    }

    proptest! {
        #[test]
        fn different_parts_make_different_keys(
            one in prop::collection::vec("[a%#]{0,3}", 2..4), other in prop::collection::vec("[a%#]{0,3}", 2..4)
        ) {
            let parts = |parts: &[String]| joined(&parts.iter().map(String::as_str).collect::<Vec<_>>());
            prop_assert_eq!(one == other, parts(&one) == parts(&other));
        }
    }
}
