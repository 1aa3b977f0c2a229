//! AWS's waiting times, as long or as short as a run wants them.

use std::time::Duration;

/// How long CodePipeline waits before it invokes a function again that answered with a continuation token. AWS says
/// "periodically"; half a minute is an assumption.
const CONTINUATION_INTERVAL: Duration = Duration::from_secs(30);

/// A function that sent no reply for so long has timed out (CodePipeline user guide, "AWS Lambda invoke action").
const SILENCE_LIMIT: Duration = Duration::from_mins(20);

/// The longest that a Lambda invoke action takes in total (CodePipeline quotas).
const TOTAL_LIMIT: Duration = Duration::from_hours(24);

/// A clock that runs `speed` times as fast as the wall's, for the times that AWS lets pass.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clock {
    /// 1 is AWS's own time; 60 makes a second of a minute. Has to be positive.
    pub speed: f64,
}

impl Default for Clock {
    fn default() -> Self {
        Self { speed: 1.0 }
    }
}

impl Clock {
    /// The wait before a continued job is invoked again.
    #[must_use]
    pub fn continuation_interval(self) -> Duration {
        self.scaled(CONTINUATION_INTERVAL)
    }

    /// The longest wait for a reply.
    #[must_use]
    pub fn silence_limit(self) -> Duration {
        self.scaled(SILENCE_LIMIT)
    }

    /// The longest time of a whole Lambda invoke action.
    #[must_use]
    pub fn total_limit(self) -> Duration {
        self.scaled(TOTAL_LIMIT)
    }

    fn scaled(self, duration: Duration) -> Duration {
        Duration::try_from_secs_f64(duration.as_secs_f64() / self.speed).unwrap_or(duration)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_speed_divides() {
        let table = [
            (1.0, [30_000, 1_200_000, 86_400_000]),
            (60.0, [500, 20_000, 1_440_000]),
            (0.5, [60_000, 2_400_000, 172_800_000]),
        ];
        for (speed, expected) in table {
            let clock = Clock { speed };
            let times = [clock.continuation_interval(), clock.silence_limit(), clock.total_limit()];
            assert_eq!(times, expected.map(Duration::from_millis), "{speed}");
        }
    }

    #[test]
    fn a_speed_that_is_none_leaves_the_times_alone() {
        for speed in [0.0, -1.0, f64::NAN] {
            assert_eq!(Clock { speed }.continuation_interval(), CONTINUATION_INTERVAL, "{speed}");
        }
    }
}
