//! How fast a channel takes messages.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// When each channel took its last message. Slack lets short bursts pass; this does not, because nobody should count on them.
#[derive(Debug)]
pub(super) struct Pace {
    shortest: Option<Duration>,
    last: BTreeMap<String, Instant>,
}

impl Pace {
    pub(super) fn new(shortest: Option<Duration>) -> Self {
        Self { shortest, last: BTreeMap::new() }
    }

    /// Takes a message, or says after how many seconds to try again.
    pub(super) fn admit(&mut self, channel: &str, now: Instant) -> Result<(), u64> {
        let Some(shortest) = self.shortest else { return Ok(()) };
        let passed = self.last.get(channel).map(|last| now.saturating_duration_since(*last));
        let rest = passed.and_then(|passed| shortest.checked_sub(passed)).filter(|rest| !rest.is_zero());
        if let Some(rest) = rest {
            return Err(rest.as_secs() + u64::from(rest.subsec_nanos() > 0));
        }
        self.last.insert(channel.to_owned(), now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_message_a_second_a_channel() {
        let mut pace = Pace::new(Some(Duration::from_secs(1)));
        let start = Instant::now();
        let table = [
            ("a", 0, Ok(())),
            ("b", 0, Ok(())),
            ("a", 1, Err(1)),
            ("a", 999, Err(1)),
            ("a", 1000, Ok(())),
            ("a", 1999, Err(1)),
            ("b", 1999, Ok(())),
        ];
        for (channel, milliseconds, expected) in table {
            let now = start + Duration::from_millis(milliseconds);
            assert_eq!(pace.admit(channel, now), expected, "{channel} after {milliseconds} ms");
        }
    }

    #[test]
    fn the_seconds_to_wait_are_rounded_up_and_there_may_be_no_limit() {
        let start = Instant::now();
        let mut slow = Pace::new(Some(Duration::from_millis(2500)));
        assert_eq!([slow.admit("a", start), slow.admit("a", start)], [Ok(()), Err(3)]);
        let mut unlimited = Pace::new(None);
        assert_eq!([unlimited.admit("a", start), unlimited.admit("a", start)], [Ok(()), Ok(())]);
    }
}
