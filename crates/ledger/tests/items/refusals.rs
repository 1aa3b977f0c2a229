//! A table that refuses, fails or is not there.

use http::StatusCode;
use launchway::standin::aws::Fault;
use launchway::standin::{Site, SiteAnswer};
use ledger::{Claim, Ledger, LedgerError, MessageKey, Outlet, Stage};
use serde_json::json;

use crate::standin::{Standin, ledger_at};
use crate::{at, execution, until};

async fn claim(ledger: &Ledger) -> Result<Claim, LedgerError> {
    let message = MessageKey::failure(&execution("e1"), "Staging", 1);
    ledger.claim(&message, &until("r-1", 30), &[Outlet::Sns], at(0)).await
}

#[tokio::test]
async fn a_refusal_names_the_table_the_operation_and_dynamodbs_words() {
    let denied = r#"{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"not authorized to perform"}"#;
    for (status, body, expected) in [
        (400, denied, "AccessDeniedException: not authorized to perform"),
        (
            400,
            r#"{"__type":"x#ResourceNotFoundException","message":"Requested resource not found"}"#,
            "ResourceNotFoundException: Requested resource not found",
        ),
        (200, "<html>", "answered with status 200 and a body that cannot be read"),
    ] {
        let answer =
            SiteAnswer::Text(StatusCode::from_u16(status).unwrap(), "application/x-amz-json-1.0", body.to_owned());
        let table = Site::start(None, [("POST /", answer)]).await.unwrap();
        let error = claim(&ledger_at(&table.url())).await.unwrap_err().to_string();
        assert!(error.starts_with("the table \"launchway-ledger\" gave no answer to UpdateItem: "), "{error}");
        assert!(error.ends_with(expected), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_busy_table_is_asked_again() {
    let standin = Standin::start().await;
    for fault in [Fault::Throttle, Fault::InternalError] {
        standin.fail("UpdateItem", fault);
    }
    assert!(matches!(claim(&standin.ledger()).await.unwrap(), Claim::Mine(_)));
    let answered: Vec<_> = standin.calls().iter().map(|call| call.status).collect();
    assert_eq!(answered, [Some(400), Some(500), Some(200)]);
}

#[tokio::test(start_paused = true)]
async fn a_table_that_says_nothing_leaves_time_to_send_without_it() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let ledger = ledger_at(&format!("http://{}", listener.local_addr().unwrap()));
    let error = claim(&ledger).await.unwrap_err().to_string();
    assert_eq!(error, "the table \"launchway-ledger\" gave no answer to UpdateItem within 4 s");
}

#[tokio::test]
async fn an_item_that_somebody_else_wrote_is_named() {
    let standin = Standin::start().await;
    let ledger = standin.ledger();
    let name = "execution#storefront#e1 / failure#Staging#1";
    let lease = json!({"N": "1764000000000"});
    for (attributes, attribute) in [
        (json!({"owner": {"N": "1"}, "lease": lease}), "owner"),
        (json!({"owner": {"S": "r-2"}}), "lease"),
        (json!({"owner": {"S": "r-2"}, "lease": lease, "sns": {"M": {}}}), "sns"),
    ] {
        standin.put(name, attributes);
        let error = ledger.said(&MessageKey::failure(&execution("e1"), "Staging", 1)).await.unwrap_err().to_string();
        let expected = format!(
            "the item {name:?} of the table \"launchway-ledger\" has no readable {attribute:?}; delete it to start anew"
        );
        assert_eq!(error, expected);
    }
}

#[tokio::test]
async fn attributes_of_a_stage_that_are_not_ours_do_no_harm() {
    let standin = Standin::start().await;
    standin.put(
        "pipeline#storefront / stage#Staging",
        json!({"failed:e1/1": {"N": "1764000010000"}, "failed:": {"N": "1"}, "failed:e2/1": {"S": "?"}, "note": {"S": "x"}}),
    );
    let stage = Stage { pipeline: "storefront".to_owned(), name: "Staging".to_owned() };
    let open = standin.ledger().stage(&stage).await.unwrap().open().unwrap();
    assert_eq!((open.first.execution.as_str(), open.count), ("e1", 1));
}
