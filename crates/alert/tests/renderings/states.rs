//! A failure's message as it is edited.

use alert::{Alert, Kind, Severity};

use crate::cases::cases;

fn failed() -> Alert {
    cases().into_iter().find(|(name, _)| *name == "failed-smoke-test").unwrap().1
}

#[test]
fn an_edited_message_keeps_the_reason_and_calls_nobody() {
    let now = "2023-10-26T14:12:30Z".parse().unwrap();
    for (alert, kind, headline) in [
        (failed().become_retrying(None, now), Kind::Retrying, "storefront · Staging is tried again"),
        (failed().become_recovered(now), Kind::Recovered, "storefront · Staging recovered"),
        (failed().become_rolled_back(now), Kind::RollbackFinished, "storefront · Staging was rolled back"),
    ] {
        assert_eq!((alert.kind, alert.headline().as_str()), (kind, headline));
        assert!(alert.severity < Severity::Error);
        let message = alert.slack().to_json().to_string();
        assert!(message.contains("a customer can check out"), "{message}");
        assert!(!message.contains("<!here>") && !message.contains(":point_right:"), "{message}");
        assert!(message.contains("after 1 hour 32 minutes"), "{message}");
    }
}

#[test]
fn recovery_counts_from_the_failure_when_nobody_knows_better() {
    let mut alert = failed();
    alert.since = None;
    let alert = alert.become_recovered("2023-10-26T14:12:30Z".parse().unwrap());
    assert_eq!(alert.since, failed().occurred);
    assert!(alert.sns().text.contains("Since: 2023-10-26 13:51 UTC (21 minutes)"), "{}", alert.sns().text);
}

#[test]
fn the_body_names_state_and_version() {
    for (name, alert) in cases() {
        let body = alert.to_json().unwrap();
        assert_eq!((&body["version"], &body["state"]), (&1.into(), &alert.kind.state().into()), "{name}");
        assert_eq!(body["kind"], body["state"], "{name}");
        assert_eq!(body["severity"], alert.severity.as_str(), "{name}");
        assert_eq!(body["headline"], alert.headline(), "{name}");
    }
}

#[test]
fn an_alert_with_fields_missing_is_read() {
    let alert: Alert = serde_json::from_str(r#"{"kind":"failed","severity":"error","new":1}"#).unwrap();
    assert_eq!(alert, Alert::new(Kind::Failed, alert::Place::default()));
}
