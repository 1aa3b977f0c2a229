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

/// What work is given at the least, however fast the clock: the cold start of a function that was built without
/// optimisation, on a machine that does ten other things.
const LEAST_FOR_WORK: Duration = Duration::from_mins(2);

/// A clock that runs `speed` times as fast as the wall's, for the times that AWS lets pass.
///
/// Waits pass at its speed. So do the limits of work, but not below a time of the wall, because work takes the time it
/// takes at any speed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clock {
    /// 1 is AWS's own time; 60 makes a second of a minute. Has to be positive.
    pub speed: f64,
    /// The shortest that a limit of work becomes, in time of the wall.
    pub least_for_work: Duration,
}

impl Default for Clock {
    fn default() -> Self {
        Self::at(1.0)
    }
}

impl Clock {
    /// A clock of this speed that leaves work its time.
    #[must_use]
    pub const fn at(speed: f64) -> Self {
        Self { speed, least_for_work: LEAST_FOR_WORK }
    }

    /// The wait before a continued job is invoked again.
    #[must_use]
    pub fn continuation_interval(self) -> Duration {
        self.scaled(CONTINUATION_INTERVAL)
    }

    /// The longest wait for a reply.
    #[must_use]
    pub fn silence_limit(self) -> Duration {
        self.for_work(SILENCE_LIMIT)
    }

    /// The longest time of a whole Lambda invoke action.
    #[must_use]
    pub fn total_limit(self) -> Duration {
        self.for_work(TOTAL_LIMIT)
    }

    /// The longest wait for the status of a lifecycle event hook.
    #[must_use]
    pub fn hook_limit(self) -> Duration {
        self.for_work(HOOK_LIMIT)
    }

    /// The longest wait for a replacement task set to become healthy.
    #[must_use]
    pub fn replacement_limit(self) -> Duration {
        self.for_work(REPLACEMENT_LIMIT)
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

    /// A limit of AWS's on work.
    fn for_work(self, limit: Duration) -> Duration {
        self.scaled(limit).max(self.least_for_work)
    }

    fn scaled(self, duration: Duration) -> Duration {
        Duration::try_from_secs_f64(duration.as_secs_f64() / self.speed).unwrap_or(duration)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_speed_divides_and_work_keeps_its_time() {
        let (nothing, two_minutes) = (Duration::ZERO, Duration::from_mins(2));
        let table = [
            (1.0, two_minutes, [30_000_u32, 10_000, 300_000, 1_200_000, 86_400_000, 3_600_000, 3_600_000]),
            (0.5, two_minutes, [60_000, 20_000, 600_000, 2_400_000, 172_800_000, 7_200_000, 7_200_000]),
            (20.0, two_minutes, [1_500, 500, 15_000, 120_000, 4_320_000, 180_000, 180_000]),
            (60.0, two_minutes, [500, 167, 5_000, 120_000, 1_440_000, 120_000, 120_000]),
            (6000.0, two_minutes, [5, 2, 50, 120_000, 120_000, 120_000, 120_000]),
            (60.0, nothing, [500, 167, 5_000, 20_000, 1_440_000, 60_000, 60_000]),
        ];
        for (speed, least_for_work, expected) in table {
            let clock = Clock { speed, least_for_work };
            let times = [
                clock.continuation_interval(),
                clock.alarm_interval(),
                clock.configured(Duration::from_mins(5)),
                clock.silence_limit(),
                clock.total_limit(),
                clock.hook_limit(),
                clock.replacement_limit(),
            ];
            let milliseconds = times.map(|time| (time + Duration::from_micros(500)).as_millis());
            assert_eq!(milliseconds, expected.map(u128::from), "{speed} {least_for_work:?}");
        }
        assert_eq!(Clock::at(60.0), Clock { speed: 60.0, least_for_work: two_minutes });
    }

    #[test]
    fn a_speed_that_is_none_leaves_the_times_alone() {
        for speed in [0.0, -1.0, f64::NAN] {
            assert_eq!(Clock::at(speed).continuation_interval(), CONTINUATION_INTERVAL, "{speed}");
        }
    }
}
