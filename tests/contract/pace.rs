//! A machine that is busy with everything else bears the tests: nothing in them is measured by its speed.

use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

/// Lambda's time-out where a function is to notice that it comes: long enough for the calls before that moment.
pub(crate) const PATIENCE: Duration = Duration::from_secs(8);

/// How long a process may take to start: a guard against one that never does.
pub(crate) const START: Duration = Duration::from_mins(2);

/// How much later than its deadline a process is ended that uses its time to the last quarter of a second: a guard against one
/// that never ends. That it is in time is held by tests of the crates, on a paused clock.
pub(crate) const SLACK: Duration = Duration::from_secs(20);

/// How many scenes are played at once, whichever tests they are of. Most of a scene is starting processes.
static TURNS: Semaphore = Semaphore::const_new(8);

/// Waits for a scene's turn, which lasts until the permit is dropped.
pub(crate) async fn turn() -> SemaphorePermit<'static> {
    TURNS.acquire().await.expect("the semaphore is never closed")
}
