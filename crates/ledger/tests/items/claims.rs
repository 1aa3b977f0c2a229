//! Who gets a message.

use std::sync::Arc;

use ledger::{Claim, Delivery, MessageKey, Outlet, Posted};

use crate::standin::Standin;
use crate::{at, execution, until};

const BOTH: [Outlet; 2] = [Outlet::Sns, Outlet::Slack];

fn failure() -> MessageKey {
    MessageKey::failure(&execution("e1"), "Staging", 1)
}

fn sent(second: i64) -> Delivery {
    Delivery::Sent { at: at(second), posted: None }
}

fn posted(second: i64) -> Delivery {
    let posted = Posted { channel: "C0123456789".to_owned(), ts: "1764000000.000100".to_owned() };
    Delivery::Sent { at: at(second), posted: Some(posted) }
}

/// What a claim comes to, in short: `mine` with what has been sent, `theirs` with the lease, or `done`.
fn short(claim: &Claim) -> String {
    match claim {
        Claim::Mine(said) => {
            let sent: Vec<_> = BOTH.into_iter().filter(|outlet| said.by(*outlet).is_some()).collect();
            format!("mine {sent:?}")
        }
        Claim::Theirs { until } => format!("theirs until {}", until.as_second() - at(0).as_second()),
        Claim::Done => "done".to_owned(),
    }
}

#[tokio::test]
async fn of_many_at_once_one_gets_it() {
    let standin = Standin::start().await;
    let ledger = Arc::new(standin.ledger());
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..60 {
        let ledger = Arc::clone(&ledger);
        tasks.spawn(async move {
            let owner = until(&format!("r-{number}"), 30);
            short(&ledger.claim(&failure(), &owner, &BOTH, at(0)).await.unwrap())
        });
    }
    let mut claims = tasks.join_all().await;
    claims.sort();
    assert_eq!(claims[0], "mine []");
    assert!(claims[1..].iter().all(|claim| claim == "theirs until 30"), "{claims:?}");
}

#[tokio::test]
async fn of_many_who_would_take_over_one_gets_it() {
    let standin = Standin::start().await;
    let ledger = Arc::new(standin.ledger());
    ledger.claim(&failure(), &until("crashed", 30), &BOTH, at(0)).await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..60 {
        let ledger = Arc::clone(&ledger);
        tasks.spawn(async move {
            let owner = until(&format!("r-{number}"), 70);
            short(&ledger.claim(&failure(), &owner, &BOTH, at(40)).await.unwrap())
        });
    }
    let mut claims = tasks.join_all().await;
    claims.sort();
    assert_eq!(claims[0], "mine []");
    assert!(claims[1..].iter().all(|claim| claim == "theirs until 70"), "{claims:?}");
}

#[tokio::test]
async fn a_message_goes_to_its_owner_or_after_the_lease_to_whoever_comes() {
    // What had come of it for r-1, whose lease ends at second 30; who asks when for what; what comes of that.
    let table: &[(&str, &str, i64, &[Outlet], &str)] = &[
        ("", "r-1", 5, &BOTH, "mine []"),
        ("", "r-1", 95, &BOTH, "mine []"),
        ("", "r-2", 5, &BOTH, "theirs until 30"),
        ("", "r-2", 30, &BOTH, "theirs until 30"),
        ("", "r-2", 31, &BOTH, "mine []"),
        ("sns", "r-1", 5, &BOTH, "mine [Sns]"),
        ("sns", "r-2", 5, &BOTH, "theirs until 30"),
        ("sns", "r-2", 31, &BOTH, "mine [Sns]"),
        ("sns", "r-2", 31, &[Outlet::Sns], "done"),
        ("slack", "r-2", 31, &BOTH, "mine [Slack]"),
        ("sns slack", "r-1", 5, &BOTH, "done"),
        ("sns slack", "r-2", 5, &BOTH, "done"),
        ("sns refused", "r-2", 31, &BOTH, "done"),
        ("refused", "r-2", 31, &BOTH, "mine [Slack]"),
        ("sns", "r-2", 5, &[Outlet::Sns], "done"),
        ("", "r-2", 31, &[], "done"),
        ("", "r-2", 31, &[Outlet::Slack], "mine []"),
    ];
    for (noted, owner, second, wanted, expected) in table {
        let standin = Standin::start().await;
        let ledger = standin.ledger();
        ledger.claim(&failure(), &until("r-1", 30), &BOTH, at(0)).await.unwrap();
        for word in noted.split_whitespace() {
            let (outlet, delivery) = match word {
                "sns" => (Outlet::Sns, sent(1)),
                "slack" => (Outlet::Slack, posted(2)),
                refused => (Outlet::Slack, Delivery::Refused { at: at(2), word: refused.to_owned() }),
            };
            assert!(ledger.note(&failure(), "r-1", outlet, &delivery).await.unwrap());
        }
        let claim = ledger.claim(&failure(), &until(owner, second + 30), wanted, at(*second)).await.unwrap();
        assert_eq!(short(&claim), *expected, "{noted:?}, {owner} at {second} for {wanted:?}");
    }
}

#[tokio::test]
async fn who_was_relieved_notes_nothing_and_stays_silent() {
    let standin = Standin::start().await;
    let ledger = standin.ledger();
    ledger.claim(&failure(), &until("r-1", 30), &BOTH, at(0)).await.unwrap();
    let taken = ledger.claim(&failure(), &until("r-2", 70), &BOTH, at(40)).await.unwrap();
    assert_eq!(short(&taken), "mine []");
    assert!(!ledger.note(&failure(), "r-1", Outlet::Sns, &sent(41)).await.unwrap());
    assert_eq!(ledger.said(&failure()).await.unwrap().unwrap().sns, None);
    let again = ledger.claim(&failure(), &until("r-1", 90), &BOTH, at(60)).await.unwrap();
    assert_eq!(short(&again), "theirs until 70");
    assert!(ledger.note(&failure(), "r-2", Outlet::Sns, &sent(62)).await.unwrap());
}

#[tokio::test]
async fn what_is_noted_is_read_again() {
    let standin = Standin::start().await;
    let ledger = standin.ledger();
    assert_eq!(ledger.said(&failure()).await.unwrap(), None);
    assert!(!ledger.note(&failure(), "r-1", Outlet::Sns, &sent(1)).await.unwrap(), "nobody claimed it");
    ledger.claim(&failure(), &until("r-1", 30), &BOTH, at(0)).await.unwrap();
    let refused = Delivery::Refused { at: at(3), word: "is_archived".to_owned() };
    for (delivery, is_posted) in [(sent(1), false), (posted(2), true), (refused, false)] {
        ledger.note(&failure(), "r-1", Outlet::Slack, &delivery).await.unwrap();
        let said = ledger.said(&failure()).await.unwrap().unwrap();
        assert_eq!((said.owner.as_str(), said.lease), ("r-1", at(30)));
        assert_eq!((said.slack.as_ref(), said.posted().is_some()), (Some(&delivery), is_posted));
    }
}

#[tokio::test]
async fn messages_do_not_know_each_other() {
    let standin = Standin::start().await;
    let ledger = standin.ledger();
    let (one, other) = (execution("e1"), execution("e2"));
    let keys = [
        MessageKey::failure(&one, "Staging", 1),
        MessageKey::failure(&one, "Staging", 2),
        MessageKey::failure(&one, "Production", 1),
        MessageKey::failure(&other, "Staging", 1),
        MessageKey::recovery(&one, "Staging"),
        MessageKey::approval("storefront", "e1", "Staging", "Approve"),
        MessageKey::execution(&one, "STOPPED"),
        MessageKey::about(&["deployment", "d-1"], &["FAILURE"]),
    ];
    for (number, key) in keys.iter().enumerate() {
        let claim = ledger.claim(key, &until(&format!("r-{number}"), 30), &BOTH, at(0)).await.unwrap();
        assert_eq!(short(&claim), "mine []", "{key:?}");
    }
    assert_eq!(standin.items().len(), keys.len());
}

#[tokio::test]
async fn a_failure_of_an_execution_is_known_without_its_stage() {
    let standin = Standin::start().await;
    let ledger = standin.ledger();
    let failed = execution("e1");
    for message in [MessageKey::recovery(&failed, "Staging"), MessageKey::failure(&execution("e2"), "Staging", 1)] {
        ledger.claim(&message, &until("r-1", 30), &BOTH, at(0)).await.unwrap();
        assert!(!ledger.failure_said(&failed).await.unwrap());
    }
    ledger.claim(&MessageKey::failure(&failed, "Production", 3), &until("r-1", 30), &BOTH, at(0)).await.unwrap();
    assert!(ledger.failure_said(&failed).await.unwrap());
}
