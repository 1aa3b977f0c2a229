//! Why a function gave no answer, in words.

use crate::record::Record;

/// How a process that was killed ends: 128 and SIGKILL.
const KILLED: &str = "exit status 137";

/// What happened and where to look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reason {
    pub(crate) text: String,
    /// Whether the function never ran, so that nothing is wrong with the release.
    pub(crate) never_ran: bool,
}

/// Says why, and where the log is: its group as configured, where it is known.
pub(crate) fn of(record: &Record<'_>, log_group: Option<&str>) -> Reason {
    let never_ran =
        matches!(record.condition, "EventAgeExceeded" | "ZeroReservedConcurrency") && record.error_type.is_empty();
    let function = record.function;
    let what = match record.condition {
        "ZeroReservedConcurrency" => format!(
            "the function {function} may not run: its reserved concurrency is zero, so Lambda gave the event up"
        ),
        "EventAgeExceeded" if never_ran => format!(
            "the function {function} was not run in time: the event waited in Lambda's queue until it expired, as it \
             does when invocations are throttled"
        ),
        _ => format!("the function {function} {}, and gave no answer", died(record)),
    };
    Reason { text: format!("{what}. {}", log(record, log_group)), never_ran }
}

fn died(record: &Record<'_>) -> String {
    let (kind, message) = (record.error_type, record.error_message);
    if let Some(seconds) = timed_out(message) {
        return format!("timed out after {seconds} s and was ended by Lambda");
    }
    if kind == "Sandbox.Timedout" {
        return "timed out and was ended by Lambda".to_owned();
    }
    if kind == "Runtime.OutOfMemory" {
        return "ran out of memory".to_owned();
    }
    if message.contains("signal: killed") || message.contains(KILLED) {
        return "was killed, as Lambda does with one that runs out of memory".to_owned();
    }
    if let Some(panic) = message.strip_prefix("Lambda panicked") {
        return format!("panicked{panic}");
    }
    if let Some((_, status)) = message.split_once("Runtime exited with error: ") {
        return format!("crashed ({status})");
    }
    if kind == "Runtime.ExitError" || message.starts_with("Runtime exited") {
        return "crashed: its process ended before it answered".to_owned();
    }
    match (kind, message) {
        ("", "") => "failed without saying why".to_owned(),
        (kind, "") => format!("failed with {kind}"),
        (_, message) => format!("failed: {message}"),
    }
}

/// The seconds in `... Task timed out after 300.00 seconds`.
fn timed_out(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("Task timed out after ")?;
    let (seconds, _) = rest.split_once(" seconds")?;
    let whole = seconds.strip_suffix(".00").unwrap_or(seconds);
    whole.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.').then_some(whole)
}

fn log(record: &Record<'_>, log_group: Option<&str>) -> String {
    let place = log_group.map_or_else(|| "its log".to_owned(), |group| format!("the log group {group}"));
    let id = record.request_id.map(|id| format!(", request id {id}")).unwrap_or_default();
    format!("More is in {place}{id}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn reason(condition: &str, kind: &str, message: &str, group: Option<&str>) -> Reason {
        let event = json!({
            "requestContext": {
                "requestId": "r-1",
                "functionArn": "arn:aws:lambda:eu-central-1:111122223333:function:smoke",
                "condition": condition
            },
            "requestPayload": {},
            "responsePayload": {"errorType": kind, "errorMessage": message}
        });
        of(&Record::read(&event).unwrap(), group)
    }

    #[test]
    fn each_way_to_die_has_its_words() {
        let table = [
            ("Sandbox.Timedout", "RequestId: r-1 Error: Task timed out after 300.00 seconds", "timed out after 300 s"),
            ("", "2026-01-01T00:00:00.000Z r-1 Task timed out after 3.05 seconds", "timed out after 3.05 s"),
            ("Sandbox.Timedout", "", "timed out and was ended"),
            (
                "Runtime.OutOfMemory",
                "RequestId: r-1 Error: Runtime exited with error: signal: killed",
                "ran out of memory",
            ),
            ("Runtime.ExitError", "RequestId: r-1 Error: Runtime exited with error: signal: killed", "was killed, as"),
            ("Runtime.ExitError", "RequestId: r-1 Error: Runtime exited with error: exit status 137", "was killed, as"),
            (
                "Runtime.ExitError",
                "RequestId: r-1 Error: Runtime exited with error: exit status 101",
                "crashed (exit status 101)",
            ),
            (
                "Runtime.ExitError",
                "RequestId: r-1 Error: Runtime exited with error: signal: aborted",
                "crashed (signal: aborted)",
            ),
            ("Runtime.ExitError", "Runtime exited before returning a response", "crashed: its process ended"),
            (
                "Runtime.ExitError",
                "RequestId: r-1 Error: Runtime exited without providing a reason",
                "crashed: its process ended",
            ),
            ("alloc::boxed::Box<dyn core::any::Any>", "Lambda panicked: no such thing", "panicked: no such thing, and"),
            (
                "JobError",
                "the result of job 1 could not be reported: throttled",
                "failed: the result of job 1 could not",
            ),
            ("Extension.Crash", "", "failed with Extension.Crash"),
            ("", "", "failed without saying why"),
        ];
        for (kind, message, expected) in table {
            let Reason { text, never_ran } = reason("RetriesExhausted", kind, message, None);
            assert!(text.starts_with(&format!("the function smoke {expected}")), "{kind} {message}: {text}");
            assert!(text.ends_with("and gave no answer. More is in its log, request id r-1"), "{text}");
            assert!(!never_ran);
        }
    }

    #[test]
    fn a_function_that_never_ran_is_not_said_to_have_died() {
        for (condition, kind, expected, never_ran) in [
            ("EventAgeExceeded", "", "was not run in time", true),
            ("ZeroReservedConcurrency", "", "may not run", true),
            ("EventAgeExceeded", "Sandbox.Timedout", "timed out and was ended", false),
            ("SomethingNew", "", "failed without saying why", false),
        ] {
            let reason = reason(condition, kind, "", Some("shop-logs"));
            assert!(reason.text.starts_with(&format!("the function smoke {expected}")), "{}", reason.text);
            assert!(reason.text.ends_with("More is in the log group shop-logs, request id r-1"), "{}", reason.text);
            assert_eq!(reason.never_ran, never_ran, "{condition}");
        }
    }
}
