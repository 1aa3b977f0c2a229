//! Work that ends in time, well or not.

use std::any::Any;
use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::task::Poll;
use std::time::Duration;

use crate::deadline::Deadline;

/// Why work did not come to its own end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stopped {
    /// It panicked, with this text. The text may hold anything the code had at hand.
    #[error("the function panicked: {0}")]
    Panicked(String),
    /// It was not over in the time it had.
    #[error("the work was not over after {:.1} s and was stopped, so that this result comes before Lambda's time-out", .0.as_secs_f64())]
    Late(Duration),
}

/// The work's end, or why it had none: it is stopped at its deadline, and its panics are caught.
///
/// A deadline is noticed only where the work awaits something; work that blocks its thread is not stopped.
pub async fn bounded<T>(deadline: &Deadline, work: impl Future<Output = T>) -> Result<T, Stopped> {
    match tokio::time::timeout_at(deadline.stop_at, without_panic(work)).await {
        Ok(end) => end.map_err(Stopped::Panicked),
        Err(_) => Err(Stopped::Late(deadline.work)),
    }
}

/// The future's output, or the text of the panic in it.
async fn without_panic<T>(future: impl Future<Output = T>) -> Result<T, String> {
    let mut future = Box::pin(future);
    // The future is dropped after a panic and nothing of it is used again.
    poll_fn(|context| match std::panic::catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Err(panic) => Poll::Ready(Err(panic_text(&*panic))),
    })
    .await
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("it did not say why").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn work_ends_by_itself_or_is_ended() {
        let deadline = Deadline::within(Duration::from_secs(20), Duration::from_secs(10));
        assert_eq!(bounded(&deadline, async { 7 }).await, Ok(7));
        let late = bounded(&deadline, std::future::pending::<()>()).await.unwrap_err();
        assert!(late.to_string().starts_with("the work was not over after 10.0 s and was stopped"), "{late}");
    }

    #[tokio::test]
    async fn a_panic_is_an_end_with_a_text() {
        let deadline = Deadline::within(Duration::from_secs(20), Duration::from_secs(10));
        let number = 7;
        assert_eq!(bounded(&deadline, async { panic!("why") }).await, Err::<(), _>(Stopped::Panicked("why".into())));
        let end: Result<(), _> = bounded(&deadline, async { panic!("{number}") }).await;
        assert_eq!(end, Err(Stopped::Panicked("7".into())));
        let end: Result<(), _> = bounded(&deadline, async { std::panic::panic_any(7) }).await;
        assert_eq!(end, Err(Stopped::Panicked("it did not say why".into())));
    }
}
