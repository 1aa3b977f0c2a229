//! Trying again until it passes or the time for that is over.

use tokio::time::{Instant, sleep};

use super::unmet::Unmet;
use super::{Progress, Run};
use crate::suite::{Check, Pace};

/// The tries of one step.
pub(super) struct Tries<'c> {
    check: &'c Check,
    step: usize,
    pace: Pace,
    start: Instant,
    pub(super) count: u32,
}

impl<'c> Tries<'c> {
    /// Before the first try.
    pub(super) fn new(check: &'c Check, step: usize, pace: Pace) -> Self {
        Self { check, step, pace, start: Instant::now(), count: 0 }
    }

    /// Waits for the next try; `false` when there is none, because there are no retries, their time is over, or the run
    /// ends before.
    pub(super) async fn again<P: Fn(Progress<'_>)>(&self, run: &Run<'_, P>, unmet: &mut Unmet) -> bool {
        let Some(retry) = self.pace.retry else { return false };
        let next = Instant::now() + retry.every;
        if next > self.start + retry.within {
            return false;
        }
        if next >= run.settings.deadline {
            unmet.note = Some("not tried again: the run's deadline comes first");
            return false;
        }
        (run.progress)(Progress::Retrying {
            check: &self.check.name,
            step: self.step,
            tries: self.count,
            message: &unmet.message(&run.redactor),
        });
        sleep(retry.every).await;
        true
    }
}
