//! The record of a failed asynchronous invocation (Lambda Developer Guide, "Capturing records of Lambda asynchronous
//! invocations"), read leniently: only the payload is needed to answer.

use serde_json::Value;

use crate::error::CloseError;

/// What Lambda says about an invocation that failed for good. It is never printed: the payload holds credentials.
pub(crate) struct Record<'a> {
    /// What the function was invoked with.
    pub(crate) payload: &'a Value,
    /// The id of the invocation, to find it in the log.
    pub(crate) request_id: Option<&'a str>,
    /// The function's name.
    pub(crate) function: &'a str,
    /// Why Lambda gave up: `RetriesExhausted`, `EventAgeExceeded` or `ZeroReservedConcurrency`.
    pub(crate) condition: &'a str,
    /// The error's type, such as `Sandbox.Timedout`, and what it says.
    pub(crate) error_type: &'a str,
    pub(crate) error_message: &'a str,
}

impl<'a> Record<'a> {
    pub(crate) fn read(event: &'a Value) -> Result<Self, CloseError> {
        let payload =
            event.get("requestPayload").filter(|payload| payload.is_object()).ok_or(CloseError::NotARecord)?;
        let context = &event["requestContext"];
        let response = &event["responsePayload"];
        let text = |value: &'a Value| value.as_str().map(str::trim).filter(|text| !text.is_empty());
        Ok(Self {
            payload,
            request_id: text(&context["requestId"]),
            function: text(&context["functionArn"]).map_or("that was invoked", function_name),
            condition: text(&context["condition"]).unwrap_or_default(),
            error_type: text(&response["errorType"]).unwrap_or_default(),
            error_message: text(&response["errorMessage"]).unwrap_or_default(),
        })
    }
}

/// The name in `arn:aws:lambda:region:account:function:name:qualifier`.
fn function_name(arn: &str) -> &str {
    let name = arn.split_once(":function:").map_or(arn, |(_, name)| name);
    name.split(':').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_record_is_read_with_whatever_it_has() {
        let arn = "arn:aws:lambda:eu-central-1:111122223333:function:shop-smoke-test:live";
        for (context, expected) in [
            (json!({"functionArn": arn, "requestId": "r-1"}), ("shop-smoke-test", Some("r-1"))),
            (json!({"functionArn": "shop-smoke-test"}), ("shop-smoke-test", None)),
            (json!({"functionArn": "", "requestId": 7}), ("that was invoked", None)),
            (json!(null), ("that was invoked", None)),
        ] {
            let event = json!({"requestPayload": {}, "requestContext": context, "responsePayload": "text"});
            let record = Record::read(&event).unwrap();
            assert_eq!((record.function, record.request_id), expected, "{event}");
        }
    }

    #[test]
    fn without_a_payload_there_is_no_record() {
        for event in [json!({}), json!(null), json!({"requestPayload": null}), json!({"requestPayload": "text"})] {
            assert!(matches!(Record::read(&event), Err(CloseError::NotARecord)), "{event}");
        }
    }
}
