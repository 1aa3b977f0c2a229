//! Output artifacts.

use std::io::{Cursor, Read};

use pipeline_job::{Failure, FailureKind, JobOutcome, OutputFile, Success};
use serde_json::{Value, json};

use crate::standin::{Standin, s3_refusal};
use crate::{data, job_event, result_of};

fn event_with_output(key: Value) -> Value {
    let mut event = job_event();
    data(&mut event)["outputArtifacts"] = json!([{
        "name": "Report", "location": {"type": "S3", "s3Location": {"bucketName": "bucket", "objectKey": "report/1 a"}}
    }]);
    data(&mut event)["encryptionKey"] = key;
    event
}

fn files() -> Vec<OutputFile> {
    vec![OutputFile { path: "report.json".to_owned(), content: "{}".into() }]
}

fn succeeded() -> Result<JobOutcome, Failure> {
    Ok(JobOutcome::Succeeded(Success { files: files(), ..Success::default() }))
}

fn failed() -> Result<JobOutcome, Failure> {
    Err(Failure { files: files(), ..Failure::new(FailureKind::JobFailed, "no") })
}

#[tokio::test]
async fn files_are_stored_before_the_result_whichever_it_is() {
    let arn = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let table = [
        (succeeded(), json!({"id": arn, "type": "KMS"}), Some(arn)),
        (failed(), json!({"id": "alias/artifacts", "type": "KMS"}), Some("alias/artifacts")),
        (succeeded(), json!(null), None),
        (failed(), json!({"id": ""}), None),
    ];
    for (end, key, expected) in table {
        let standin = Standin::start("").await;
        result_of(&standin, &event_with_output(key), async |_| end).await;
        let stored = standin.stored();
        let [(path, headers, content)] = stored.as_slice() else { panic!("{stored:?}") };
        assert_eq!(path, "bucket/report/1 a");
        let algorithm = headers.get("x-amz-server-side-encryption").map(|algorithm| algorithm.to_str().unwrap());
        assert_eq!(algorithm, expected.map(|_| "aws:kms"));
        let key = headers.get("x-amz-server-side-encryption-aws-kms-key-id").map(|key| key.to_str().unwrap());
        assert_eq!(key, expected);
        let mut archive = zip::ZipArchive::new(Cursor::new(content)).unwrap();
        let mut report = String::new();
        archive.by_name("report.json").unwrap().read_to_string(&mut report).unwrap();
        assert_eq!(report, "{}");
        assert_eq!(standin.authorizations(), ["ASIAJOB"]);
    }
}

#[tokio::test]
async fn nothing_is_stored_where_no_artifact_is_declared() {
    let standin = Standin::start("").await;
    let (operation, _) = result_of(&standin, &job_event(), async |_| succeeded()).await;
    assert_eq!((operation.as_str(), standin.stored().len()), ("PutJobSuccessResult", 0));
}

#[tokio::test]
async fn an_artifact_that_cannot_be_stored_fails_a_success() {
    let standin = Standin::start("").await;
    standin.refuse_objects([s3_refusal(403, "AccessDenied")]);
    let (operation, input) = result_of(&standin, &event_with_output(json!(null)), async |_| succeeded()).await;
    assert_eq!(operation, "PutJobFailureResult");
    assert_eq!(input["failureDetails"]["type"], "PermissionError");
    let message = input["failureDetails"]["message"].as_str().unwrap();
    assert!(message.contains("cannot be written") && message.contains("s3:PutObject"), "{message}");
}

#[tokio::test]
async fn an_artifact_that_cannot_be_stored_leaves_a_failure_what_it_is() {
    let standin = Standin::start("").await;
    standin.refuse_objects([s3_refusal(403, "AccessDenied")]);
    let (_, input) = result_of(&standin, &event_with_output(json!(null)), async |_| failed()).await;
    assert_eq!(input["failureDetails"]["type"], "JobFailed");
    let message = input["failureDetails"]["message"].as_str().unwrap();
    assert!(message.starts_with("no (also, the artifact s3://bucket/report/1 a cannot be written"), "{message}");
}
