//! A Lambda invoke action: jobs for a function, until one has a result without a continuation token.
//!
//! The event is written from AWS's documentation, field by field, and shares no type with the functions that read it.

use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, timeout_at};
use uuid::Uuid;

use super::{Failure, Success, Task};
use crate::emulator::client::{ClientError, RoleSession};
use crate::engine::clock::Clock;
use crate::engine::event::EventKind;
use crate::engine::jobs::{Details, JobResult};
use crate::engine::record::{Artifact, JobRecord, JobStatus};

pub(super) async fn run(task: &Task) -> Result<Success, Failure> {
    let clock = task.context.clock();
    let started = Instant::now();
    let mut last_reply = started;
    let mut token: Option<String> = None;
    loop {
        let id = Uuid::new_v4().to_string();
        let session = task.session(task.role(), "codepipeline.amazonaws.com").await?;
        let data = job_data(task, &session, token.as_deref());
        let result = task.context.state().jobs.open(&id, task.place.clone(), job_details(task, &id, &data));
        begin(task, &id, token.is_some());
        let event = json!({ "CodePipeline.job": { "id": id, "accountId": task.pipeline.account, "data": data } });
        let caller = task.caller(&session);
        let invoked = task.emulated()?.services.invoke_event(&caller, task.configured("FunctionName"), &event).await;
        if let Err(error) = invoked {
            end(task, &id, JobStatus::TimedOut);
            return Err(not_invoked(task, &error));
        }
        let (deadline, limit) = deadline(clock, started, last_reply);
        let Ok(Ok(answer)) = timeout_at(deadline, result).await else {
            end(task, &id, JobStatus::TimedOut);
            return Err(match limit {
                Limit::Silence => silent(task),
                Limit::Total => overdue(),
            });
        };
        last_reply = Instant::now();
        end(task, &id, answer.status());
        match answer {
            JobResult::Succeeded { details, output_variables } => {
                note(task, &details);
                return Ok(Success {
                    summary: details.summary,
                    external_execution_id: details.external_execution_id,
                    output_variables,
                    artifacts: task.outputs.clone(),
                });
            }
            JobResult::Failed { code, message, external_execution_id } => {
                return Err(Failure { code, message, external_execution_id });
            }
            JobResult::Continued { token: next, details } => {
                note(task, &details);
                token = Some(next);
                sleep(clock.continuation_interval()).await;
            }
        }
    }
}

/// Which of AWS's two limits ends the wait for a reply.
#[derive(Debug, PartialEq, Eq)]
enum Limit {
    Silence,
    Total,
}

/// Each reply restarts the silence and none restarts the total time.
fn deadline(clock: Clock, started: Instant, last_reply: Instant) -> (Instant, Limit) {
    let (silence, total) = (last_reply + clock.silence_limit(), started + clock.total_limit());
    if total < silence { (total, Limit::Total) } else { (silence, Limit::Silence) }
}

/// What `GetJobDetails` answers for the job.
fn job_details(task: &Task, id: &str, data: &Value) -> Value {
    let (category, owner, provider) = task.action.provider.action_type();
    let mut data = data.clone();
    data["actionTypeId"] = json!({ "category": category, "owner": owner, "provider": provider, "version": "1" });
    data["pipelineContext"] = json!({
        "pipelineName": task.place.pipeline,
        "stage": { "name": task.place.stage },
        "action": { "name": task.place.action, "actionExecutionId": task.action_execution_id },
        "pipelineArn": task.pipeline.arn(),
        "pipelineExecutionId": task.place.execution,
    });
    json!({ "id": id, "data": data, "accountId": task.pipeline.account })
}

fn job_data(task: &Task, session: &RoleSession, token: Option<&str>) -> Value {
    let artifact = |artifact: &Artifact| {
        json!({
            "location": {
                "s3Location": { "bucketName": artifact.bucket, "objectKey": artifact.key },
                "type": "S3",
            },
            "revision": artifact.revision,
            "name": artifact.name,
        })
    };
    let mut data = json!({
        "actionConfiguration": { "configuration": task.configuration },
        "inputArtifacts": task.inputs.iter().map(artifact).collect::<Vec<_>>(),
        "outputArtifacts": task.outputs.iter().map(artifact).collect::<Vec<_>>(),
        "artifactCredentials": {
            "accessKeyId": session.access_key_id,
            "secretAccessKey": session.secret_access_key,
            "sessionToken": session.session_token,
            "expirationTime": session.expires.as_millisecond(),
        },
    });
    if let Some(token) = token {
        data["continuationToken"] = token.into();
    }
    if let Some(key) = &task.pipeline.artifact_store.kms_key {
        data["encryptionKey"] = json!({ "id": key, "type": "KMS" });
    }
    data
}

fn begin(task: &Task, id: &str, continued: bool) {
    task.update(|record| {
        record.jobs.push(JobRecord {
            id: id.to_owned(),
            continued,
            status: JobStatus::InProgress,
            started: Timestamp::now(),
            ended: None,
        });
    });
    task.context.emit(EventKind::JobStarted { place: task.place.clone(), job: id.to_owned(), continued });
}

fn end(task: &Task, id: &str, status: JobStatus) {
    task.context.state().jobs.close(id);
    task.update(|record| {
        if let Some(job) = record.jobs.iter_mut().find(|job| job.id == id) {
            job.status = status;
            job.ended = Some(Timestamp::now());
        }
    });
    task.context.emit(EventKind::JobEnded { place: task.place.clone(), job: id.to_owned(), status });
}

fn note(task: &Task, details: &Details) {
    task.update(|record| {
        record.summary.clone_from(&details.summary);
        record.external_execution_id.clone_from(&details.external_execution_id);
        record.percent_complete = details.percent_complete;
        if details.revision.is_some() {
            record.current_revision.clone_from(&details.revision);
        }
    });
}

fn not_invoked(task: &Task, error: &ClientError) -> Failure {
    let mut failure = task.client_failure(task.role(), error);
    if error.is_access_denied() {
        let text = "The provided role does not have the lambda:InvokeFunction permission. Underlying error: ";
        failure.message = format!("{text}{error}");
    }
    failure
}

fn overdue() -> Failure {
    Failure::new("JobFailed", "The action did not end within 24 hours, the most that a Lambda invoke action takes.")
}

/// AWS's words for a function that never answered, and what was refused meanwhile, because a refused result looks like
/// silence from here.
fn silent(task: &Task) -> Failure {
    let mut message = format!(
        "The AWS Lambda function {} failed to return a result. Check the function to verify that it has permission to \
         call the PutJobSuccessResult action and that it made a call to PutJobSuccessResult.",
        task.configured("FunctionName")
    );
    task.update(|record| {
        if let Some(denial) = record.denials.last() {
            message = format!("{message} Its last call was refused: {denial}");
        }
    });
    Failure::new("JobFailed", message)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn silence_counts_from_the_last_reply_and_the_total_from_the_start() {
        let started = Instant::now();
        let minutes = Duration::from_mins;
        let table = [
            (1.0, minutes(0), minutes(20), Limit::Silence),
            (1.0, minutes(300), minutes(320), Limit::Silence),
            (1.0, minutes(1420), minutes(1440), Limit::Silence),
            (1.0, minutes(1421), minutes(1440), Limit::Total),
            (1.0, minutes(1500), minutes(1440), Limit::Total),
            (60.0, Duration::from_secs(1439), minutes(24), Limit::Total),
            // A function has two minutes at any speed.
            (60.0, minutes(0), minutes(2), Limit::Silence),
            (6000.0, minutes(0), minutes(2), Limit::Silence),
        ];
        for (speed, replied, expected, limit) in table {
            let found = deadline(Clock::at(speed), started, started + replied);
            assert_eq!(found, (started + expected, limit), "{replied:?}");
        }
    }
}
