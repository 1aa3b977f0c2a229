//! A sender that is killed between any two of its steps, and who comes after it.

use ledger::{Claim, Delivery, Ledger, MessageKey, Outlet};

use crate::standin::Standin;
use crate::{at, execution, until};

const BOTH: [Outlet; 2] = [Outlet::Sns, Outlet::Slack];

/// Steps of an invocation that claims and sends by two outlets: claim, send, note, send, note.
const STEPS: usize = 5;

fn failure() -> MessageKey {
    MessageKey::failure(&execution("e1"), "Staging", 1)
}

/// One invocation at `second`, killed after `steps` steps. Counts what it sends by each outlet.
async fn invoke(ledger: &Ledger, owner: &str, second: i64, steps: usize, sent: &mut [usize; 2]) {
    let mut left = steps;
    let mut killed = || {
        let killed = left == 0;
        left = left.saturating_sub(1);
        killed
    };
    if killed() {
        return;
    }
    let claim = ledger.claim(&failure(), &until(owner, second + 30), &BOTH, at(second)).await.unwrap();
    let Claim::Mine(said) = claim else { return };
    for (number, outlet) in BOTH.into_iter().enumerate().filter(|(_, outlet)| said.by(*outlet).is_none()) {
        if killed() {
            return;
        }
        sent[number] += 1;
        if killed() {
            return;
        }
        let delivery = Delivery::Sent { at: at(second), posted: None };
        assert!(ledger.note(&failure(), owner, outlet, &delivery).await.unwrap());
    }
}

#[tokio::test]
async fn whatever_the_moment_nothing_is_lost_and_little_is_said_twice() {
    // Who tries again, and when: Lambda with the same request id within the lease or after it, or a duplicate of the
    // event after it.
    for (retry, second) in [("r-1", 10), ("r-1", 60), ("r-2", 60)] {
        for steps in 0..=STEPS {
            let standin = Standin::start().await;
            let ledger = standin.ledger();
            let mut sent = [0; 2];
            invoke(&ledger, "r-1", 0, steps, &mut sent).await;
            // A duplicate within the lease is silent, unless nobody has claimed the message.
            invoke(&ledger, "r-3", 5, if steps == 0 { 0 } else { STEPS }, &mut sent).await;
            invoke(&ledger, retry, second, STEPS, &mut sent).await;
            invoke(&ledger, "r-4", 300, STEPS, &mut sent).await;
            // Killed after sending and before noting it: nobody can know that it was sent.
            let unnoted = [steps == 2, steps == 4].map(usize::from);
            assert_eq!(sent, [1 + unnoted[0], 1 + unnoted[1]], "killed after {steps}, {retry} at {second}");
        }
    }
}

#[tokio::test]
async fn without_a_crash_everything_is_said_once_in_whatever_order_duplicates_come() {
    for order in [["r-1", "r-1", "r-2", "r-3"], ["r-2", "r-1", "r-2", "r-1"]] {
        let standin = Standin::start().await;
        let ledger = standin.ledger();
        let mut sent = [0; 2];
        for (owner, second) in order.into_iter().zip([0, 3, 40, 41]) {
            invoke(&ledger, owner, second, STEPS, &mut sent).await;
        }
        assert_eq!(sent, [1, 1], "{order:?}");
    }
}
