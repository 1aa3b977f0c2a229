//! What Lambda sends to a function's on-failure destination.
//!
//! The record's shape is that of
//! <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html>. The page has one example, an old one, so
//! the words of each end are those that Lambda answers to a caller: `Sandbox.Timedout`, `Runtime.ExitError` and
//! `Runtime.OutOfMemory`.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{FunctionSettings, Invocation, Outcome};

/// The record of an event that failed for the last time, after `attempts`; nothing when the invocation succeeded.
#[must_use]
pub fn destination_record(
    settings: &FunctionSettings,
    event: &[u8],
    invocation: &Invocation,
    attempts: u32,
) -> Option<Value> {
    let id = &invocation.request_id;
    let error =
        |kind: &str, text: &str| json!({ "errorType": kind, "errorMessage": format!("RequestId: {id} Error: {text}") });
    let exited = |text: &str| format!("Runtime exited with error: {text}");
    let response = match &invocation.outcome {
        Outcome::Succeeded(_) => return None,
        // What the function says is handed on; what is no JSON becomes a text.
        Outcome::Failed(body) => serde_json::from_str(body).unwrap_or_else(|_| body.clone().into()),
        Outcome::TimedOut(text) => error("Sandbox.Timedout", text),
        Outcome::Crashed(text) => error("Runtime.ExitError", &exited(text)),
        // Whatever the limit does to the process here, Lambda kills it.
        Outcome::OutOfMemory(_) => error("Runtime.OutOfMemory", &exited("signal: killed")),
        Outcome::InitFailed(text) => error("Runtime.ExitError", text),
    };
    let mut record = envelope(settings, event, id, "RetriesExhausted", attempts);
    record["responseContext"] =
        json!({ "statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled" });
    record["responsePayload"] = response;
    Some(record)
}

/// The record of an event that grew too old before a process took it. Nothing was answered, so that there is no response.
#[must_use]
pub fn expired_record(settings: &FunctionSettings, event: &[u8]) -> Value {
    envelope(settings, event, &uuid::Uuid::new_v4().to_string(), "EventAgeExceeded", 0)
}

fn envelope(settings: &FunctionSettings, event: &[u8], id: &str, condition: &str, attempts: u32) -> Value {
    // Lambda takes no event that is not JSON.
    let payload: Value = serde_json::from_slice(event).unwrap_or_default();
    json!({
        "version": "1.0",
        "timestamp": format!("{:.3}", Timestamp::now()),
        "requestContext": {
            "requestId": id,
            "functionArn": format!("{}:$LATEST", settings.arn()),
            "condition": condition,
            "approximateInvokeCount": attempts,
        },
        "requestPayload": payload,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use super::*;
    use crate::standin::{Credentials, INIT_LIMIT};

    fn settings() -> FunctionSettings {
        FunctionSettings {
            binary: "/bin/true".into(),
            arguments: Vec::new(),
            name: "smoke-test".to_owned(),
            region: "us-east-1".to_owned(),
            memory_megabytes: 128,
            timeout: Duration::from_secs(3),
            slack: Duration::ZERO,
            init_limit: INIT_LIMIT,
            credentials: Credentials::session("ASIAEXAMPLE", "secret", "token"),
            environment: BTreeMap::new(),
        }
    }

    #[test]
    fn each_end_has_its_record() {
        let text = |text: &str| text.to_owned();
        let cases = [
            (Outcome::Succeeded(text("null")), None),
            (Outcome::Failed(text(r#"{"errorType":"E","errorMessage":"m"}"#)), Some(("E", "m"))),
            (
                Outcome::TimedOut(text("Task timed out after 3.00 seconds")),
                Some(("Sandbox.Timedout", "RequestId: r Error: Task timed out after 3.00 seconds")),
            ),
            (
                Outcome::Crashed(text("exit status 1")),
                Some(("Runtime.ExitError", "RequestId: r Error: Runtime exited with error: exit status 1")),
            ),
            (
                Outcome::OutOfMemory(text("signal: aborted")),
                Some(("Runtime.OutOfMemory", "RequestId: r Error: Runtime exited with error: signal: killed")),
            ),
        ];
        for (outcome, expected) in cases {
            let duration = Duration::from_secs(3);
            let invocation = Invocation { request_id: text("r"), outcome: outcome.clone(), duration, usage: None };
            let record = destination_record(&settings(), br#"{"a":1}"#, &invocation, 1);
            let Some((kind, message)) = expected else {
                assert_eq!(record, None, "{outcome:?}");
                continue;
            };
            let record = record.unwrap();
            assert_eq!(record["responsePayload"], json!({ "errorType": kind, "errorMessage": message }), "{outcome:?}");
            assert_eq!(record["requestPayload"], json!({ "a": 1 }));
            assert_eq!(
                record["requestContext"],
                json!({
                    "requestId": "r",
                    "functionArn": "arn:aws:lambda:us-east-1:111111111111:function:smoke-test:$LATEST",
                    "condition": "RetriesExhausted",
                    "approximateInvokeCount": 1,
                })
            );
        }
    }

    #[test]
    fn an_expired_event_was_never_answered() {
        let record = expired_record(&settings(), b"{}");
        assert_eq!(record["requestContext"]["condition"], "EventAgeExceeded");
        assert!(record.get("responsePayload").is_none() && record.get("responseContext").is_none(), "{record}");
    }
}
