//! One invocation: who it is, and how its time is divided.

use std::time::Duration;

use jiff::Timestamp;
use ledger::Owner;
use tokio::time::Instant;

/// The most time for finding out why. An alert with a gap in it now is worth more than a whole one later.
const FOR_SOURCES: Duration = Duration::from_secs(8);

/// One invocation.
///
/// ```text
/// start ..... sources_by .................. send_by ........ end
///       reasons          SNS and Slack, tries     | margin: ledger, queue
/// ```
#[derive(Clone, Debug)]
pub(crate) struct Invocation {
    pub(crate) owner: Owner,
    pub(crate) now: Timestamp,
    /// When the reasons have to be known.
    pub(crate) sources_by: Instant,
    /// When the last call to SNS or Slack has to be over.
    pub(crate) send_by: Instant,
}

impl Invocation {
    /// Divides the time up to `end`, in milliseconds since the epoch. Sources get at most a third of it, and the margin is
    /// at most half of it, so that a function with a short time-out still alerts.
    pub(crate) fn new(request_id: &str, end: u64, margin: Duration) -> Self {
        let now = Timestamp::now();
        let lease = i64::try_from(end).ok().and_then(|end| Timestamp::from_millisecond(end).ok()).unwrap_or(now);
        let time = Duration::try_from(lease.duration_since(now)).unwrap_or_default();
        let start = Instant::now();
        Self {
            owner: Owner { id: request_id.to_owned(), lease },
            now,
            sources_by: start + FOR_SOURCES.min(time / 3),
            send_by: start + time.saturating_sub(margin.min(time / 2)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_time_is_divided() {
        let now = u64::try_from(Timestamp::now().as_millisecond()).unwrap();
        for (seconds, sources, send) in [(60, 8, 50), (12, 4, 6), (0, 0, 0)] {
            let start = Instant::now();
            let invocation = Invocation::new("r-1", now + seconds * 1000, Duration::from_secs(10));
            let within = |moment: Instant, expected: u64| {
                // The wall clock went on meanwhile.
                let left = (moment - start).as_secs_f64();
                let expected = Duration::from_secs(expected).as_secs_f64();
                left <= expected && left >= expected - 2.0
            };
            assert!(within(invocation.sources_by, sources) && within(invocation.send_by, send), "{seconds} s");
        }
        assert_eq!(Invocation::new("r-1", u64::MAX, Duration::ZERO).owner.id, "r-1");
    }
}
