//! Faults that a test orders: Slack on a bad day.

use std::collections::BTreeMap;

/// What Slack does instead of its work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Status 429, with so many seconds in `Retry-After`.
    TooFast(u64),
    /// Status 500 and a page for people.
    InternalError,
    /// The request is read and never answered.
    Hang,
    /// The connection is closed without an answer and nothing is posted.
    Close,
    /// The message is posted, then the connection is closed: the answer is lost.
    LoseAnswer,
    /// `ok:false` with this word, e.g. `token_revoked`; of a webhook, the word with its status.
    Refuse(String),
}

/// How often a fault happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// This many times, then no more.
    Count(u32),
    /// Every time.
    Always,
}

/// The faults that are still to happen, by method, in the order in which they were ordered.
#[derive(Debug, Default)]
pub(super) struct Faults(BTreeMap<String, Vec<(Fault, Times)>>);

impl Faults {
    pub(super) fn order(&mut self, method: &str, fault: Fault, times: Times) {
        self.0.entry(method.to_owned()).or_default().push((fault, times));
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// The fault that happens to this call of `method`, if one does.
    pub(super) fn take(&mut self, method: &str) -> Option<Fault> {
        let ordered = self.0.get_mut(method)?;
        ordered.retain(|(_, times)| *times != Times::Count(0));
        let (fault, times) = ordered.first_mut()?;
        if let Times::Count(count) = times {
            *count -= 1;
        }
        Some(fault.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_happen_in_order_and_as_often_as_ordered() {
        let mut faults = Faults::default();
        faults.order("chat.update", Fault::TooFast(1), Times::Count(2));
        faults.order("chat.update", Fault::Hang, Times::Count(0));
        faults.order("chat.update", Fault::InternalError, Times::Always);
        let taken: Vec<_> = (0..4).map(|_| faults.take("chat.update")).collect();
        let (fast, broken) = (Some(Fault::TooFast(1)), Some(Fault::InternalError));
        assert_eq!(taken, [fast.clone(), fast, broken.clone(), broken]);
        assert_eq!(faults.take("chat.postMessage"), None);
        faults.clear();
        assert_eq!(faults.take("chat.update"), None);
    }
}
