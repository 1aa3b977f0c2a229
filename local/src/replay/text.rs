//! A replay as a person reads it.

use std::io::{self, Write};
use std::path::Path;

use serde_json::Value;

use super::artifact::Bundle;
use super::event::Job;
use super::{Shop, Verdict};
use crate::standin::Outcome;
use crate::standin::aws::{Call, JobResult, Service, Signer};

/// What is about to happen.
pub(super) fn introduce(out: &mut impl Write, path: &Path, job: &Job, shop: &Shop, bundle: &Bundle) -> io::Result<()> {
    writeln!(out, "Event     {}: a CodePipeline job, {}", path.display(), job.id)?;
    writeln!(out, "Site      the example shop at {}, as staging and production", shop.url())?;
    for input in &job.inputs {
        let size = bytes(bundle.object.length());
        writeln!(out, "Artifact  {}/{}: {} files, {size}", input.bucket, input.key, bundle.files)?;
    }
    Ok(())
}

/// Each call in order. Nothing of a call is secret: headers, where the credentials travel, are not kept.
pub(super) fn calls(out: &mut impl Write, calls: &[Call]) -> io::Result<()> {
    writeln!(out, "\nCalls")?;
    for (index, call) in calls.iter().enumerate() {
        let status = call.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        let error = call.error.as_deref().map(|error| format!(" {error}")).unwrap_or_default();
        writeln!(
            out,
            "  {:>2}  {:<16} {:<20} {}  -> {status}{error}{}, signed by {}",
            index + 1,
            call.service.name(),
            call.operation,
            facts(call),
            size(call),
            match call.signer {
                Signer::Function => "the function's role",
                Signer::Job => "the job's credentials",
                Signer::Nobody => "nobody it trusts",
            }
        )?;
    }
    if calls.is_empty() {
        writeln!(out, "  none")?;
    }
    Ok(())
}

/// What the job was answered, and how the invocation ended.
pub(super) fn verdict(out: &mut impl Write, verdict: &Verdict, log: &str) -> io::Result<()> {
    writeln!(out, "\nResult")?;
    for result in &verdict.results {
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
    match verdict.results.len() {
        0 => writeln!(out, "  none: the action would hang until it times out")?,
        1 => {}
        count => writeln!(out, "  {count} results: a job takes one")?,
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

fn lines(out: &mut impl Write, text: &str) -> io::Result<()> {
    text.lines().try_for_each(|line| writeln!(out, "    {line}"))
}

fn facts(call: &Call) -> String {
    let request = &call.request;
    let text = |name: &str| request[name].as_str().unwrap_or_default().to_owned();
    match call.service {
        Service::CodePipeline => format!("job {}", text("jobId")),
        Service::CodeDeploy => [text("deploymentId"), text("applicationName"), text("targetId"), text("status")]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join(" "),
        Service::Ecs => {
            let revision = request["serviceRevisionArns"][0].as_str().unwrap_or_default();
            format!("{}{revision}", text("taskDefinition"))
        }
        Service::Lambda => format!("{}:{}", text("FunctionName"), text("Qualifier")),
        Service::SecretsManager => text("SecretId"),
        Service::S3 | Service::Unknown => {
            let range = text("range");
            let place = format!("{}/{}", text("bucket"), text("key"));
            if range.is_empty() { place } else { format!("{place} {range}") }
        }
    }
}

/// What an artifact cost to read or write.
fn size(call: &Call) -> String {
    match (call.service, call.sent_bytes + call.received_bytes) {
        (Service::S3, count @ 1..) => format!(", {}", bytes(count)),
        _ => String::new(),
    }
}

/// A size as a person says it.
fn bytes(count: u64) -> String {
    match count {
        0..10_000 => format!("{count} B"),
        10_000..10_000_000 => format!("{} kB", count / 1000),
        _ => format!("{} MB", count / 1_000_000),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;
    use crate::standin::Invocation;

    fn written(results: Vec<JobResult>, outcome: Outcome) -> String {
        let invocation =
            Invocation { request_id: "r".to_owned(), outcome, duration: Duration::from_millis(1234), usage: None };
        let mut out = Vec::new();
        verdict(&mut out, &Verdict { results, invocation }, "a line of the log").unwrap();
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
            let text = written(results, outcome);
            assert!(text.contains(part), "{text}\nshould say {part:?}");
        }
    }

    #[test]
    fn a_call_shows_what_it_was_about() {
        let call = Call {
            service: Service::S3,
            operation: "GetObject".to_owned(),
            signer: Signer::Job,
            request: json!({ "bucket": "b", "key": "k", "range": "bytes=-9" }),
            status: Some(403),
            error: Some("AccessDenied".to_owned()),
            received_bytes: 0,
            sent_bytes: 12_345,
        };
        let mut out = Vec::new();
        calls(&mut out, &[call]).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("b/k bytes=-9  -> 403 AccessDenied, 12 kB, signed by the job's credentials"), "{text}");
    }

    #[test]
    fn sizes() {
        for (count, expected) in [(0, "0 B"), (9999, "9999 B"), (12_345, "12 kB"), (300_000_000, "300 MB")] {
            assert_eq!(bytes(count), expected);
        }
    }
}
