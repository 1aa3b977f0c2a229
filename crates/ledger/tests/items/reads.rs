//! What is read is what was written last: a moment ago is too old to decide who sends.

use ledger::{MessageKey, Stage};

use crate::execution;
use crate::standin::Standin;

#[tokio::test]
async fn every_read_is_consistent() {
    let standin = Standin::start().await;
    let ledger = standin.ledger();
    let e1 = execution("e1");
    ledger.said(&MessageKey::failure(&e1, "Staging", 1)).await.unwrap();
    ledger.thread(&e1, "#alerts").await.unwrap();
    ledger.stage(&Stage { pipeline: "storefront".to_owned(), name: "Staging".to_owned() }).await.unwrap();
    ledger.failure_said(&e1).await.unwrap();
    let calls = standin.calls();
    let operations: Vec<_> = calls.iter().map(|call| call.operation.as_str()).collect();
    assert_eq!(operations, ["GetItem", "GetItem", "GetItem", "Query"]);
    for call in calls {
        assert_eq!(call.request["ConsistentRead"], true, "{call:?}");
    }
}
