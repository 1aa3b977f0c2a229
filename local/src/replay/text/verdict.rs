//! What was answered, and how the invocation ended.

use std::io::{self, Write};

use serde_json::Value;

use super::{bytes, lines};
use crate::replay::{Answer, Verdict};
use crate::standin::Outcome;
use crate::standin::aws::{HookStatus, JobResult};

/// What was answered, and how the invocation ended.
pub(super) fn write(out: &mut impl Write, verdict: &Verdict, log: &str) -> io::Result<()> {
    writeln!(out, "\nResult")?;
    match &verdict.answer {
        Answer::Job(results) => job(out, results)?,
        Answer::CodeDeployHook(statuses) => hook(out, statuses)?,
        Answer::EcsHook(returned) => writeln!(out, "  {returned}")?,
        Answer::Alert(returned) => alert(out, returned)?,
    }
    let invocation = &verdict.invocation;
    let seconds = invocation.duration.as_secs_f64();
    let peak = invocation.usage.map(|usage| format!(", {} at most", bytes(usage.peak_resident_bytes)));
    let peak = peak.unwrap_or_default();
    match &invocation.outcome {
        Outcome::Succeeded(_) => writeln!(out, "\nThe invocation succeeded in {seconds:.2} s{peak}"),
        Outcome::Failed(text) => not_well(out, "failed", seconds, text, log),
        Outcome::TimedOut(text) => not_well(out, "timed out", seconds, text, log),
        Outcome::Crashed(text) => not_well(out, "crashed", seconds, text, log),
        Outcome::OutOfMemory(text) => not_well(out, "ran out of memory", seconds, text, log),
        Outcome::InitFailed(text) => not_well(out, "could not start", seconds, text, log),
    }
}

fn job(out: &mut impl Write, results: &[JobResult]) -> io::Result<()> {
    for result in results {
        match result {
            JobResult::Continued(body) => {
                writeln!(out, "  in progress, to go on with the token {}", body["continuationToken"])?;
                details(out, body)?;
            }
            JobResult::Succeeded(body) => {
                writeln!(out, "  succeeded")?;
                details(out, body)?;
            }
            JobResult::Failed(body) => {
                let failure = &body["failureDetails"];
                writeln!(out, "  failed: {}", failure["type"].as_str().unwrap_or_default())?;
                lines(out, failure["message"].as_str().unwrap_or_default())?;
            }
        }
    }
    match results.len() {
        0 => writeln!(out, "  none: the action would hang until it times out"),
        1 => Ok(()),
        count => writeln!(out, "  {count} results: a job takes one"),
    }
}

fn hook(out: &mut impl Write, statuses: &[HookStatus]) -> io::Result<()> {
    for status in statuses {
        writeln!(out, "  {}: {}", status.event, status.status)?;
    }
    match statuses.len() {
        0 => writeln!(out, "  none: the deployment would hang for an hour"),
        1 => Ok(()),
        count => writeln!(out, "  {count} statuses: a hook has one"),
    }
}

fn alert(out: &mut impl Write, returned: &Value) -> io::Result<()> {
    let text = |name: &str| returned[name].as_str().unwrap_or_default();
    match text("outcome") {
        "said" => writeln!(out, "  said: {}", text("headline")),
        "shown" => writeln!(out, "  an earlier message shows: {}", text("headline")),
        "silent" => writeln!(out, "  nothing is said: {}", text("why")),
        _ if returned.is_null() => writeln!(out, "  none: Lambda would send the event again"),
        _ => writeln!(out, "  {returned}"),
    }
}

fn not_well(out: &mut impl Write, how: &str, seconds: f64, text: &str, log: &str) -> io::Result<()> {
    writeln!(out, "\nThe invocation {how} after {seconds:.2} s")?;
    lines(out, text)?;
    writeln!(out, "\nLog")?;
    lines(out, log)
}

fn details(out: &mut impl Write, body: &Value) -> io::Result<()> {
    lines(out, body["executionDetails"]["summary"].as_str().unwrap_or_default())?;
    for (name, value) in body["outputVariables"].as_object().into_iter().flatten() {
        writeln!(out, "    {name} = {}", value.as_str().unwrap_or_default())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;
    use crate::standin::Invocation;

    fn written(answer: Answer, outcome: Outcome) -> String {
        let invocation =
            Invocation { request_id: "r".to_owned(), outcome, duration: Duration::from_millis(1234), usage: None };
        let mut out = Vec::new();
        write(&mut out, &Verdict { answer, invocation }, "a line of the log").unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_verdict_says_the_result_and_the_invocation() {
        let fine = || Outcome::Succeeded("null".to_owned());
        let success = JobResult::Succeeded(
            json!({ "executionDetails": { "summary": "7 passed" }, "outputVariables": { "passed": "7" } }),
        );
        let failure =
            JobResult::Failed(json!({ "failureDetails": { "type": "JobFailed", "message": "first\nsecond" } }));
        let cases = [
            (vec![success.clone()], fine(), "  succeeded\n    7 passed\n    passed = 7\n"),
            (vec![failure.clone()], fine(), "  failed: JobFailed\n    first\n    second\n"),
            (vec![JobResult::Continued(json!({ "continuationToken": "t" }))], fine(), "in progress"),
            (vec![], fine(), "none: the action would hang"),
            (vec![success, failure], fine(), "2 results: a job takes one"),
            (vec![], Outcome::TimedOut("Task timed out".to_owned()), "timed out after 1.23 s\n    Task timed out"),
            (vec![], Outcome::Crashed("signal 9".to_owned()), "Log\n    a line of the log"),
        ];
        for (results, outcome, part) in cases {
            let text = written(Answer::Job(results), outcome);
            assert!(text.contains(part), "{text}\nshould say {part:?}");
        }
    }

    #[test]
    fn the_verdict_says_who_was_told_or_why_nobody_was() {
        let cases = [
            (json!({ "outcome": "said", "headline": "Prod failed" }), "  said: Prod failed\n\nThe invocation"),
            (json!({ "outcome": "silent", "why": "nobody asked" }), "  nothing is said: nobody asked\n"),
            (json!({ "outcome": "shown", "headline": "Prod" }), "  an earlier message shows: Prod\n"),
            (json!({ "outcome": "new" }), r#"  {"outcome":"new"}"#),
            (json!(null), "none: Lambda would send the event again"),
        ];
        for (returned, part) in cases {
            let text = written(Answer::Alert(returned), Outcome::Succeeded("null".to_owned()));
            assert!(text.contains(part), "{text}\nshould say {part:?}");
        }
    }

    #[test]
    fn the_statuses_of_a_hook_are_counted() {
        let status = HookStatus {
            execution: "x".to_owned(),
            event: "AfterAllowTestTraffic".to_owned(),
            status: "Failed".to_owned(),
        };
        let cases = [
            (vec![], "none: the deployment would hang for an hour"),
            (vec![status.clone()], "  AfterAllowTestTraffic: Failed\n\nThe invocation"),
            (vec![status.clone(), status], "2 statuses: a hook has one"),
        ];
        for (statuses, part) in cases {
            let text = written(Answer::CodeDeployHook(statuses), Outcome::Succeeded("null".to_owned()));
            assert!(text.contains(part), "{text}\nshould say {part:?}");
        }
    }
}
