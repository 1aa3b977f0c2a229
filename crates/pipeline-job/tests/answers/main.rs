//! Jobs answered over the wire: the real clients against a stand-in for CodePipeline and S3 on this machine.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::unnecessary_wraps, reason = "stand-ins for work return what work returns")]

mod artifacts;
mod closing;
mod events;
mod outputs;
mod results;
mod standin;

use std::time::Duration;

use pipeline_job::{Deadline, Failure, Job, JobError, JobOutcome, Success};
use serde_json::{Value, json};
use standin::Standin;

const ID: &str = "11111111-abcd-1111-abcd-111111abcdef";
const SECRET_KEY: &str = "example-secret-access-key";
const SESSION_TOKEN: &str = "example-session-token";

/// A job with one input artifact, as CodePipeline documents it.
fn job_event() -> Value {
    json!({"CodePipeline.job": {
        "id": ID,
        "accountId": "111111111111",
        "data": {
            "actionConfiguration": {"configuration": {"FunctionName": "smoke", "UserParameters": "{}"}},
            "inputArtifacts": [{
                "name": "BuildOutput",
                "revision": null,
                "location": {"type": "S3", "s3Location": {"bucketName": "bucket", "objectKey": "build/output.zip"}}
            }],
            "outputArtifacts": [],
            "artifactCredentials": {
                "accessKeyId": "ASIAJOB", "secretAccessKey": SECRET_KEY, "sessionToken": SESSION_TOKEN
            }
        }
    }})
}

fn data(event: &mut Value) -> &mut Value {
    &mut event["CodePipeline.job"]["data"]
}

fn soon() -> Deadline {
    Deadline::within(Duration::from_secs(20), Duration::from_secs(10))
}

fn done() -> Result<JobOutcome, Failure> {
    Ok(JobOutcome::Succeeded(Success::default()))
}

/// Answers `event` by `work` and gives the one result that arrived.
async fn result_of<F>(standin: &Standin, event: &Value, work: impl FnOnce(Job) -> F) -> (String, Value)
where
    F: Future<Output = Result<JobOutcome, Failure>>,
{
    standin.jobs().answer(event, soon(), work).await.expect("the result is reported");
    let results = standin.results();
    assert_eq!(results.len(), 1, "{results:?}");
    results.into_iter().next().expect("one result")
}

/// Reads a file of the input artifact inside of a job.
async fn read(standin: &Standin, event: &Value, path: &str, limit: u64) -> Result<Vec<u8>, JobError> {
    let mut read = None;
    let work = async |job: Job| {
        read = Some(job.read_input(None, path, limit).await);
        done()
    };
    standin.jobs().answer(event, soon(), work).await.expect("the result is reported");
    read.expect("the work was done")
}
