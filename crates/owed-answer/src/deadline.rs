//! How an invocation's time is divided.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// Kept at the very end, for the invocation's own answer to Lambda.
const FOR_LAMBDA: Duration = Duration::from_millis(250);

/// The moments by which each part of an invocation has to be over.
///
/// ```text
/// start ........ ready_by .. stop_at ...... stored_by ...... reported_by . end
///       the work           |     margin: files and reports, answer
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    /// When the work should come to its result by itself.
    pub ready_by: Instant,
    /// When the work is stopped.
    pub stop_at: Instant,
    /// When what goes with the answer has to be stored.
    pub stored_by: Instant,
    /// When the answer has to be given.
    pub reported_by: Instant,
    /// The time from its making to `stop_at`.
    pub work: Duration,
}

impl Deadline {
    /// Divides the time up to Lambda's deadline, given in milliseconds since the epoch as the Runtime API has it.
    ///
    /// `margin` is what is kept for the answer; at most half of the invocation's time, so that a function with a
    /// short time-out still works at all. The work is asked to be ready a tenth, at most half a second, before it is
    /// stopped.
    #[must_use]
    pub fn from_epoch_millis(end: u64, margin: Duration) -> Self {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self::within(Duration::from_millis(end).saturating_sub(since_epoch), margin)
    }

    /// Divides `time`, starting now.
    #[must_use]
    pub fn within(time: Duration, margin: Duration) -> Self {
        let now = Instant::now();
        let margin = margin.min(time / 2);
        let work = time.saturating_sub(margin);
        Self {
            ready_by: now + work.saturating_sub((work / 10).min(Duration::from_millis(500))),
            stop_at: now + work,
            stored_by: now + work + margin / 2,
            reported_by: now + time.saturating_sub(FOR_LAMBDA.min(margin / 4)),
            work,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_time_is_divided() {
        let table: &[(u64, u64, [u64; 4])] = &[
            // time and margin; ready, stopped, stored, reported: milliseconds
            (60_000, 10_000, [49_500, 50_000, 55_000, 59_750]),
            (2_000, 10_000, [900, 1_000, 1_500, 1_750]),
            (400, 10_000, [180, 200, 300, 350]),
            (10_000, 0, [9_500, 10_000, 10_000, 10_000]),
            (0, 10_000, [0, 0, 0, 0]),
        ];
        let now = Instant::now();
        for (time, margin, expected) in table {
            let deadline = Deadline::within(Duration::from_millis(*time), Duration::from_millis(*margin));
            let moments = [deadline.ready_by, deadline.stop_at, deadline.stored_by, deadline.reported_by]
                .map(|moment| u64::try_from((moment - now).as_millis()).unwrap());
            assert_eq!(moments, *expected, "{time} ms, margin {margin} ms");
        }
    }

    #[tokio::test]
    async fn a_deadline_in_the_past_leaves_no_time() {
        assert_eq!(Deadline::from_epoch_millis(1, Duration::from_secs(10)).work, Duration::ZERO);
    }
}
