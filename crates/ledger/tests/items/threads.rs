//! The Slack thread of an execution.

use std::sync::Arc;

use ledger::{Posted, Thread};

use crate::standin::Standin;
use crate::{at, execution};

fn thread(ts: &str) -> Thread {
    let first = Posted { channel: "C0123456789".to_owned(), ts: ts.to_owned() };
    Thread { first, content: format!("{{\"of\":\"{ts}\"}}") }
}

#[tokio::test]
async fn the_first_thread_stands() {
    let standin = Standin::start().await;
    let ledger = standin.ledger();
    let e1 = execution("e1");
    assert_eq!(ledger.thread(&e1, "#alerts").await.unwrap(), None);
    assert_eq!(ledger.keep_thread(&e1, "#alerts", &thread("1.1"), at(0)).await.unwrap(), thread("1.1"));
    assert_eq!(ledger.keep_thread(&e1, "#alerts", &thread("2.2"), at(1)).await.unwrap(), thread("1.1"));
    assert_eq!(ledger.thread(&e1, "#alerts").await.unwrap(), Some(thread("1.1")));
    // Another channel and another execution have their own.
    assert_eq!(ledger.thread(&e1, "#releases").await.unwrap(), None);
    assert_eq!(ledger.thread(&execution("e2"), "#alerts").await.unwrap(), None);
}

#[tokio::test]
async fn of_many_threads_at_once_everybody_learns_the_same() {
    let standin = Standin::start().await;
    let ledger = Arc::new(standin.ledger());
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..30 {
        let ledger = Arc::clone(&ledger);
        tasks.spawn(async move {
            let mine = thread(&format!("{number}.0"));
            ledger.keep_thread(&execution("e1"), "C1", &mine, at(0)).await.unwrap()
        });
    }
    let threads = tasks.join_all().await;
    assert!(threads.iter().all(|thread| *thread == threads[0]), "{threads:?}");
}

#[tokio::test]
async fn the_first_message_never_goes_back_in_time() {
    let standin = Standin::start().await;
    let ledger = standin.ledger();
    let e1 = execution("e1");
    assert!(!ledger.may_show(&e1, "C1", at(10)).await.unwrap(), "there is no message to edit");
    ledger.keep_thread(&e1, "C1", &thread("1.1"), at(0)).await.unwrap();
    for (second, may) in [(10, true), (30, true), (20, false), (30, true), (31, true), (10, false)] {
        assert_eq!(ledger.may_show(&e1, "C1", at(second)).await.unwrap(), may, "{second}");
    }
    assert_eq!(ledger.thread(&e1, "C1").await.unwrap(), Some(thread("1.1")));
}
