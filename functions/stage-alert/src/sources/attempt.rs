//! Which attempt of a stage an event is about, and which runs of actions belong to it. Pure.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::sources::actions::{ActionRun, Status};

/// Events name their time to the second only.
const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// A stage at the time of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attempt<'a> {
    /// How often the stage's actions had run, the largest count: the same whichever event comes first.
    pub(crate) number: u32,
    /// The last run of each action that failed.
    pub(crate) failed: Vec<&'a ActionRun>,
    /// The last run of each action.
    pub(crate) last: Vec<&'a ActionRun>,
}

/// The attempt of `stage` that ended at `at`. A stage of which no action ran (its entry condition failed) is in its first.
pub(crate) fn of<'a>(runs: &'a [ActionRun], stage: &str, at: Timestamp) -> Attempt<'a> {
    let mut by_action: BTreeMap<&str, Vec<&ActionRun>> = BTreeMap::new();
    for run in runs.iter().filter(|run| run.stage == stage && had_run(run, at)) {
        by_action.entry(&run.action).or_default().push(run);
    }
    let number = by_action.values().map(Vec::len).max().unwrap_or_default();
    let mut last: Vec<&ActionRun> =
        by_action.values().filter_map(|runs| runs.iter().copied().max_by_key(|run| run.started)).collect();
    last.sort_by_key(|run| run.started);
    let failed = last.iter().copied().filter(|run| run.status == Status::Failed).collect();
    Attempt { number: u32::try_from(number).unwrap_or(u32::MAX).max(1), failed, last }
}

/// The stage in which an action was the last to fail by `at`.
pub(crate) fn failed_stage(runs: &[ActionRun], at: Timestamp) -> Option<&str> {
    let failed = runs.iter().filter(|run| run.status == Status::Failed && had_run(run, at));
    failed.max_by_key(|run| run.started).map(|run| run.stage.as_str())
}

/// Whether the run had begun when the event happened. The list may lag, so that a run that ended may still be shown as
/// running; and it may be ahead, so that it shows the next attempt. One that began within the event's own second
/// belongs to the event if it has ended.
fn had_run(run: &ActionRun, at: Timestamp) -> bool {
    let Some(started) = run.started else { return true };
    started <= at || (started < at.saturating_add(SECOND).unwrap_or(at) && run.status != Status::Running)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `stage/action` started at this many milliseconds.
    fn run(name: &str, started: i64, status: Status) -> ActionRun {
        let (stage, action) = name.split_once('/').unwrap();
        let started = Some(Timestamp::from_millisecond(started).unwrap());
        ActionRun { stage: stage.to_owned(), action: action.to_owned(), status, started, ..ActionRun::default() }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn attempts_are_counted_by_the_runs_before_the_event() {
        use Status::{Failed, Running, Succeeded};
        let first = [run("Test/A", 1_000, Succeeded), run("Test/B", 2_000, Failed), run("Build/A", 500, Succeeded)];
        let retried = [first.as_slice(), &[run("Test/B", 9_000, Failed)]].concat();
        let lagging = [first.as_slice(), &[run("Test/B", 9_000, Running)]].concat();
        let ahead = [first.as_slice(), &[run("Test/B", 4_500, Running)]].concat();
        let next = [retried.as_slice(), &[run("Test/B", 12_000, Succeeded), run("Test/C", 13_000, Failed)]].concat();
        for (runs, second, number, failed) in [
            (&first[..], 4, 1, "B"),
            (&retried, 10, 2, "B"),
            // The event of the first attempt comes after the second has run.
            (&retried, 4, 1, "B"),
            // The list shows the failed run as running still; the event says that it is over.
            (&lagging, 10, 2, ""),
            // The next attempt began within the event's second, and runs.
            (&ahead, 4, 1, "B"),
            (&next, 14, 3, "C"),
            (&[], 4, 1, ""),
        ] {
            let attempt = of(runs, "Test", at(second));
            let names: Vec<&str> = attempt.failed.iter().map(|run| run.action.as_str()).collect();
            assert_eq!((attempt.number, names.join(",")), (number, failed.to_owned()), "{second}: {runs:?}");
        }
    }

    #[test]
    fn the_failed_stage_is_where_an_action_failed_last() {
        use Status::{Failed, Succeeded};
        let runs = [run("Build/A", 1_000, Failed), run("Build/A", 3_000, Succeeded), run("Test/A", 5_000, Failed)];
        for (second, expected) in [(2, Some("Build")), (6, Some("Test")), (0, None)] {
            assert_eq!(failed_stage(&runs, at(second)), expected, "{second}");
        }
    }
}
