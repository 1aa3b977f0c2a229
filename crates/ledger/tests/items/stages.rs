//! Since when a stage fails, whatever the order of what is recorded.

use ledger::{Failure, Ledger, Stage, StageHistory, Success};

use crate::at;
use crate::standin::Standin;

fn staging() -> Stage {
    Stage { pipeline: "storefront".to_owned(), name: "Staging".to_owned() }
}

async fn fail(ledger: &Ledger, execution: &str, attempt: u32, second: i64) -> StageHistory {
    let failure = Failure { execution: execution.to_owned(), attempt, at: at(second) };
    ledger.record_failure(&staging(), &failure, at(second)).await.unwrap()
}

async fn succeed(ledger: &Ledger, execution: &str, second: i64) {
    let success = Success { execution: execution.to_owned(), at: at(second) };
    ledger.record_success(&staging(), &success, at(second)).await.unwrap();
}

/// First, last and count of the failures in a row.
fn open(history: &StageHistory) -> Option<(i64, i64, usize)> {
    let second = |failure: &Failure| failure.at.as_second() - at(0).as_second();
    history.open().map(|open| (second(&open.first), second(&open.last), open.count))
}

#[tokio::test]
async fn a_failure_counts_once_and_a_success_ends_it() {
    let standin = Standin::start().await;
    let ledger = standin.ledger();
    assert_eq!(ledger.stage(&staging()).await.unwrap(), StageHistory::default());
    assert_eq!(open(&fail(&ledger, "e1", 1, 10).await), Some((10, 10, 1)));
    assert_eq!(open(&fail(&ledger, "e1", 1, 12).await), Some((10, 10, 1)), "the same failure by another event");
    assert_eq!(open(&fail(&ledger, "e1", 2, 20).await), Some((10, 20, 2)));
    assert_eq!(open(&fail(&ledger, "e2", 1, 30).await), Some((10, 30, 3)));
    let history = ledger.stage(&staging()).await.unwrap();
    let ended = history.ended_by(at(40)).unwrap();
    assert_eq!((ended.first.execution.as_str(), ended.last.execution.as_str()), ("e1", "e2"));
    // Read again after a crash, before the success is recorded: still there to be said.
    assert_eq!(ledger.stage(&staging()).await.unwrap().ended_by(at(40)), Some(ended));
    succeed(&ledger, "e3", 40).await;
    let history = ledger.stage(&staging()).await.unwrap();
    assert_eq!((open(&history), history.ended_by(at(50))), (None, None));
    assert_eq!(open(&fail(&ledger, "e4", 1, 60).await), Some((60, 60, 1)));
}

#[tokio::test]
async fn the_order_of_recording_does_not_matter() {
    // Two failures, a success, a failure; every order of them, each recorded twice.
    let orders = permutations(&[0, 1, 2, 3]);
    assert_eq!(orders.len(), 24);
    for order in orders {
        let standin = Standin::start().await;
        let ledger = standin.ledger();
        for event in order.iter().flat_map(|event| [event, event]) {
            match event {
                0 => drop(fail(&ledger, "e1", 1, 10).await),
                1 => drop(fail(&ledger, "e1", 2, 20).await),
                2 => succeed(&ledger, "e2", 30).await,
                _ => drop(fail(&ledger, "e3", 1, 40).await),
            }
        }
        let history = ledger.stage(&staging()).await.unwrap();
        assert_eq!(open(&history), Some((40, 40, 1)), "{order:?}");
        assert_eq!(history.success, Some(Success { execution: "e2".to_owned(), at: at(30) }), "{order:?}");
    }
}

#[tokio::test]
async fn an_older_success_changes_nothing() {
    let standin = Standin::start().await;
    let ledger = standin.ledger();
    fail(&ledger, "e1", 1, 10).await;
    succeed(&ledger, "e3", 30).await;
    let before = standin.items();
    succeed(&ledger, "e2", 20).await;
    succeed(&ledger, "e3", 30).await;
    assert_eq!(standin.items(), before);
}

#[tokio::test]
async fn a_failure_that_comes_after_its_end_is_known_to_be_over() {
    let standin = Standin::start().await;
    let ledger = standin.ledger();
    succeed(&ledger, "e2", 30).await;
    let history = fail(&ledger, "e1", 1, 10).await;
    assert_eq!(open(&history), None);
    assert_eq!(history.success_after(at(10)).unwrap().execution, "e2");
}

#[tokio::test]
async fn stages_and_pipelines_have_their_own() {
    let standin = Standin::start().await;
    let ledger = standin.ledger();
    fail(&ledger, "e1", 1, 10).await;
    for (pipeline, name) in [("storefront", "Production"), ("backoffice", "Staging")] {
        let other = Stage { pipeline: pipeline.to_owned(), name: name.to_owned() };
        assert_eq!(ledger.stage(&other).await.unwrap(), StageHistory::default());
    }
}

#[tokio::test]
async fn what_is_past_is_cleared_away_in_time() {
    let standin = Standin::start().await;
    let ledger = standin.ledger();
    for number in 0..130 {
        fail(&ledger, &format!("e{number}"), 1, number).await;
    }
    let left = || standin.items().values().next().unwrap().as_object().unwrap().len();
    let others = ["pk", "sk", "expires", "succeeded", "succeeded_in"].len();
    succeed(&ledger, "good", 200).await;
    assert_eq!(left(), 30 + others);
    succeed(&ledger, "better", 300).await;
    assert_eq!(left(), others);
}

fn permutations(events: &[u8]) -> Vec<Vec<u8>> {
    if events.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for (at, event) in events.iter().enumerate() {
        let others = [&events[..at], &events[at + 1..]].concat();
        all.extend(permutations(&others).into_iter().map(|order| [&[*event][..], &order].concat()));
    }
    all
}
