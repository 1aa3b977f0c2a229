//! AWS's waiting times, as long or as short as a run wants them.

use std::time::Duration;

/// How long CodePipeline waits before it invokes a function again that answered with a continuation token. AWS says
/// "periodically"; half a minute is an assumption.
const CONTINUATION_INTERVAL: Duration = Duration::from_secs(30);

/// A function that sent no reply for so long has timed out (CodePipeline user guide, "AWS Lambda invoke action").
const SILENCE_LIMIT: Duration = Duration::from_mins(20);

/// The longest that a Lambda invoke action takes in total (CodePipeline quotas).
const TOTAL_LIMIT: Duration = Duration::from_hours(24);

/// A deployment fails when a hook's function reported nothing for so long (CodeDeploy user guide, "Troubleshoot Amazon ECS
/// deployment issues").
const HOOK_LIMIT: Duration = Duration::from_hours(1);

/// A deployment fails when its replacement task set is not healthy after so long (CodeDeploy user guide, "Troubleshoot
/// Amazon ECS deployment issues").
const REPLACEMENT_LIMIT: Duration = Duration::from_hours(1);

/// How often CodeDeploy looks at alarms is not documented; ten seconds is the shortest period of an alarm.
const ALARM_INTERVAL: Duration = Duration::from_secs(10);

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

    /// The longest wait for the status of a lifecycle event hook.
    #[must_use]
    pub fn hook_limit(self) -> Duration {
        self.scaled(HOOK_LIMIT)
    }

    /// The longest wait for a replacement task set to become healthy.
    #[must_use]
    pub fn replacement_limit(self) -> Duration {
        self.scaled(REPLACEMENT_LIMIT)
    }

    /// The time between two looks at a deployment's alarms.
    #[must_use]
    pub fn alarm_interval(self) -> Duration {
        self.scaled(ALARM_INTERVAL)
    }

    /// A wait that somebody configured.
    #[must_use]
    pub fn configured(self, duration: Duration) -> Duration {
        self.scaled(duration)
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
            (1.0, [30_000_u32, 1_200_000, 86_400_000, 3_600_000, 3_600_000, 10_000, 300_000]),
            (60.0, [500, 20_000, 1_440_000, 60_000, 60_000, 167, 5_000]),
            (0.5, [60_000, 2_400_000, 172_800_000, 7_200_000, 7_200_000, 20_000, 600_000]),
        ];
        for (speed, expected) in table {
            let clock = Clock { speed };
            let times = [
                clock.continuation_interval(),
                clock.silence_limit(),
                clock.total_limit(),
                clock.hook_limit(),
                clock.replacement_limit(),
                clock.alarm_interval(),
                clock.configured(Duration::from_mins(5)),
            ];
            let milliseconds = times.map(|time| (time + Duration::from_micros(500)).as_millis());
            assert_eq!(milliseconds, expected.map(u128::from), "{speed}");
        }
    }

    #[test]
    fn a_speed_that_is_none_leaves_the_times_alone() {
        for speed in [0.0, -1.0, f64::NAN] {
            assert_eq!(Clock { speed }.continuation_interval(), CONTINUATION_INTERVAL, "{speed}");
        }
    }
}
