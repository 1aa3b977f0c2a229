//! A manual approval: it waits until somebody answers (CodePipeline user guide, "Manual approval action reference").

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{Failure, Success, Task};
use crate::engine::approvals::Answer;
use crate::engine::event::EventKind;

/// How long an approval waits whose action has no `TimeoutInMinutes` (CodePipeline quotas).
const DEFAULT_TIMEOUT: Duration = Duration::from_hours(7 * 24);

/// A subject has less than 100 characters (Amazon SNS API, `Publish`).
const SUBJECT_LIMIT: usize = 99;

pub(super) async fn run(task: &Task) -> Result<Success, Failure> {
    let within = task.context.clock().configured(task.action.timeout.unwrap_or(DEFAULT_TIMEOUT));
    let (token, answer) = task.context.state().approvals.open(task.place.clone());
    if task.configuration.contains_key("NotificationArn") {
        notify(task, &token, within).await?;
    }
    task.update(|record| record.approval_token = Some(token.clone()));
    task.context.emit(EventKind::ApprovalNeeded { place: task.place.clone(), token });
    let answered = tokio::time::timeout(within, answer).await;
    task.update(|record| record.approval_token = None);
    match answered {
        Ok(Ok(answer)) => decided(task, answer),
        // AWS does not document the code of an approval that nobody answered.
        _ => Err(Failure::new("JobFailed", "Nobody answered the approval in the time it waits.")),
    }
}

fn decided(task: &Task, answer: Answer) -> Result<Success, Failure> {
    let summary = Some(answer.summary).filter(|summary| !summary.is_empty());
    task.update(|record| {
        record.updated_by = Some(answer.by);
        record.summary.clone_from(&summary);
    });
    if answer.approved {
        return Ok(Success { summary, ..Success::default() });
    }
    Err(Failure::new("JobFailed", summary.unwrap_or_else(|| "The approval was rejected.".to_owned())))
}

/// Publishes the request in the pipeline's name.
async fn notify(task: &Task, token: &str, within: Duration) -> Result<(), Failure> {
    let topic = task.configured("NotificationArn");
    let role = task.role();
    let session = task.session(role, "codepipeline.amazonaws.com").await?;
    let place = &task.place;
    let subject = format!("APPROVAL NEEDED: AWS CodePipeline {} for action {}", place.pipeline, place.action);
    let subject: String = subject.chars().take(SUBJECT_LIMIT).collect();
    let message = message(task, token, within).to_string();
    let published = task.emulated()?.services.publish_notice(&task.caller(&session), topic, &subject, &message).await;
    published.map(drop).map_err(|error| {
        let mut failure = task.client_failure(role, &error);
        failure.message = format!("topic {topic} of the approval: {}", failure.message);
        failure
    })
}

/// The message as the user guide has it ("JSON data format for manual approval notifications").
fn message(task: &Task, token: &str, within: Duration) -> Value {
    let (place, region) = (&task.place, &task.pipeline.region);
    let view = format!("https://console.aws.amazon.com/codepipeline/home?region={region}#/view/{}", place.pipeline);
    // Of more years than a calendar has, the last day.
    let expires = SignedDuration::try_from(within).ok().and_then(|within| Timestamp::now().checked_add(within).ok());
    let mut approval = json!({
        "pipelineName": place.pipeline,
        "stageName": place.stage,
        "actionName": place.action,
        "token": token,
        "expires": expires.unwrap_or(Timestamp::MAX).strftime("%Y-%m-%dT%H:%MZ").to_string(),
        "approvalReviewLink": format!("{view}/{}/{}/approve/{token}", place.stage, place.action),
    });
    for (member, key) in [("externalEntityLink", "ExternalEntityLink"), ("customData", "CustomData")] {
        if let Some(value) = task.configuration.get(key) {
            approval[member] = value.as_str().into();
        }
    }
    json!({ "region": region, "consoleLink": view, "approval": approval })
}
