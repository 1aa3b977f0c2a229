//! At least once, and in no order: what EventBridge leaves to the targets to cope with.

use clap::ValueEnum;
use serde_json::Value;

/// Copies of an event that is duplicated.
const COPIES: usize = 3;

/// Events that are held back and mixed.
const WINDOW: usize = 12;

/// How events come to their targets. EventBridge promises "at least once" and no order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Delivery {
    /// Each once, in the order of their times.
    #[default]
    Once,
    /// Each three times.
    Duplicated,
    /// Each once, mixed with those around it.
    Shuffled,
    /// Each three times, mixed with those around it.
    DuplicatedAndShuffled,
}

/// What lies between the rules and their targets: an event goes in, and some come out.
#[derive(Debug)]
pub(super) struct Disorder {
    copies: usize,
    window: usize,
    held: Vec<Value>,
    /// The state of a generator that begins alike in every run, so that a run can be repeated.
    random: u64,
}

impl Disorder {
    pub(super) fn new(delivery: Delivery) -> Self {
        let (copies, window) = match delivery {
            Delivery::Once => (1, 0),
            Delivery::Duplicated => (COPIES, 0),
            Delivery::Shuffled => (1, WINDOW),
            Delivery::DuplicatedAndShuffled => (COPIES, WINDOW),
        };
        Self { copies, window, held: Vec::new(), random: 0x9E37_79B9_7F4A_7C15 }
    }

    /// Takes an event and gives those whose turn it is.
    pub(super) fn pass(&mut self, event: &Value) -> Vec<Value> {
        self.held.extend(std::iter::repeat_n(event.clone(), self.copies));
        self.release(self.window)
    }

    /// Gives those that are still held back.
    pub(super) fn drain(&mut self) -> Vec<Value> {
        self.release(0)
    }

    fn release(&mut self, keep: usize) -> Vec<Value> {
        let mut released = Vec::new();
        while self.held.len() > keep {
            let at = if self.window == 0 { 0 } else { self.next(self.held.len()) };
            released.push(self.held.remove(at));
        }
        released
    }

    /// A number below `bound`, by xorshift.
    fn next(&mut self, bound: usize) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        usize::try_from(self.random % bound as u64).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_event_comes_as_often_as_ordered_and_in_the_order_that_was_ordered() {
        let table = [
            (Delivery::Once, 1, true),
            (Delivery::Duplicated, 3, true),
            (Delivery::Shuffled, 1, false),
            (Delivery::DuplicatedAndShuffled, 3, false),
        ];
        for (delivery, copies, in_order) in table {
            let mut disorder = Disorder::new(delivery);
            let mut passed: Vec<u64> = Vec::new();
            for number in 0..100 {
                passed.extend(disorder.pass(&json!(number)).iter().filter_map(Value::as_u64));
            }
            passed.extend(disorder.drain().iter().filter_map(Value::as_u64));
            assert_eq!(passed.is_sorted(), in_order, "{delivery:?}");
            passed.sort_unstable();
            let expected: Vec<u64> = (0..100).flat_map(|number| std::iter::repeat_n(number, copies)).collect();
            assert_eq!(passed, expected, "{delivery:?}");
        }
    }

    #[test]
    fn an_event_is_not_held_back_for_long() {
        let mut disorder = Disorder::new(Delivery::DuplicatedAndShuffled);
        for number in 0..50 {
            disorder.pass(&json!(number));
            assert!(disorder.held.len() <= WINDOW, "{number}");
        }
        assert_eq!((disorder.drain().len(), disorder.drain().len()), (WINDOW, 0));
    }
}
