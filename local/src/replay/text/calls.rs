//! The calls that a function made.

use std::io::{self, Write};

use super::bytes;
use crate::slack::Call as SlackCall;
use crate::standin::aws::{Call, Service, Signer};

/// Each call in order. Nothing of a call is secret: headers, where the credentials travel, are not kept.
pub(super) fn write(out: &mut impl Write, calls: &[Call]) -> io::Result<()> {
    writeln!(out, "\nCalls")?;
    let width = calls.iter().map(|call| call.operation.len()).max().unwrap_or_default();
    for (index, call) in calls.iter().enumerate() {
        let status = call.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        let error = call.error.as_deref().map(|error| format!(" {error}")).unwrap_or_default();
        writeln!(
            out,
            "  {:>2}  {:<16} {:<width$} {}  -> {status}{error}{}, signed by {}",
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

/// Slack keeps an order of its own: its calls are listed apart.
pub(super) fn to_slack(out: &mut impl Write, calls: &[SlackCall]) -> io::Result<()> {
    for call in calls {
        let status = call.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        let error = call.error.as_deref().map(|error| format!(" {error}")).unwrap_or_default();
        writeln!(out, "      {:<16} {}  -> {status}{error}", "Slack", call.method)?;
    }
    Ok(())
}

fn facts(call: &Call) -> String {
    let request = &call.request;
    let text = |name: &str| request[name].as_str().unwrap_or_default().to_owned();
    match call.service {
        Service::CodePipeline if request["jobId"].is_string() => format!("job {}", text("jobId")),
        // GetPipelineState alone calls the pipeline's name `name`.
        Service::CodePipeline => {
            let execution = request["filter"]["pipelineExecutionId"].as_str().unwrap_or_default().to_owned();
            named([text("pipelineName"), text("name"), text("pipelineExecutionId"), execution])
        }
        Service::CodeDeploy => named([text("deploymentId"), text("applicationName"), text("targetId"), text("status")]),
        Service::Ecs => {
            let revision = request["serviceRevisionArns"][0].as_str().unwrap_or_default();
            format!("{}{revision}", text("taskDefinition"))
        }
        Service::Lambda => format!("{}:{}", text("FunctionName"), text("Qualifier")),
        Service::SecretsManager => text("SecretId"),
        Service::CodeBuild => request["ids"][0].as_str().unwrap_or_default().to_owned(),
        Service::Logs => format!("{} {}", text("logGroupName"), text("logStreamName")),
        Service::DynamoDb => {
            let key = |name: &str| request["Key"][name]["S"].as_str().unwrap_or_default();
            format!("{} {} / {}", text("TableName"), key("pk"), key("sk"))
        }
        Service::Sns => format!("{} {:?}", text("TopicArn"), text("Subject")),
        Service::Sqs => text("QueueUrl"),
        Service::S3 | Service::Unknown => {
            let range = text("range");
            let place = format!("{}/{}", text("bucket"), text("key"));
            if range.is_empty() { place } else { format!("{place} {range}") }
        }
    }
}

/// Those that a request names.
fn named(texts: [String; 4]) -> String {
    texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What an artifact cost to read or write.
fn size(call: &Call) -> String {
    match (call.service, call.sent_bytes + call.received_bytes) {
        (Service::S3, count @ 1..) => format!(", {}", bytes(count)),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

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
        write(&mut out, &[call]).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("b/k bytes=-9  -> 403 AccessDenied, 12 kB, signed by the job's credentials"), "{text}");
    }

    #[test]
    fn a_refusal_of_slack_shows_its_word() {
        let call = SlackCall {
            method: "chat.postMessage".to_owned(),
            status: Some(200),
            error: Some("channel_not_found".to_owned()),
        };
        let mut out = Vec::new();
        to_slack(&mut out, &[call]).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, "      Slack            chat.postMessage  -> 200 channel_not_found\n");
    }

    #[test]
    fn a_call_to_codedeploy_shows_what_it_named() {
        let call = Call {
            service: Service::CodeDeploy,
            operation: "PutLifecycleEventHookExecutionStatus".to_owned(),
            signer: Signer::Function,
            request: json!({ "deploymentId": "d-1", "lifecycleEventHookExecutionId": "x", "status": "Failed" }),
            status: Some(200),
            error: None,
            received_bytes: 10,
            sent_bytes: 10,
        };
        let mut out = Vec::new();
        write(&mut out, &[call]).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("d-1 Failed  -> 200, signed by the function's role"), "{text}");
    }
}
