//! Results that are given in a dead function's place.

use pipeline_job::{Closed, Failure, FailureKind};
use serde_json::json;

use crate::standin::{Standin, json_refusal};
use crate::{ID, SECRET_KEY, job_event, soon};

#[tokio::test]
async fn a_job_is_failed_with_a_reason_that_keeps_its_secrets() {
    for kind in [FailureKind::JobFailed, FailureKind::SystemUnavailable] {
        let standin = Standin::start("").await;
        let failure = Failure::new(kind, format!("it crashed with {SECRET_KEY}"));
        let closed = standin.jobs().close(&job_event(), &failure, soon()).await.unwrap();
        let details = json!({"type": format!("{kind:?}"), "message": "it crashed with [redacted]"});
        let expected = ("PutJobFailureResult".to_owned(), json!({"jobId": ID, "failureDetails": details}));
        assert_eq!((closed, standin.results()), (Closed::Answered, vec![expected]));
    }
}

#[tokio::test]
async fn nobody_is_answered_twice() {
    for code in ["InvalidJobStateException", "JobNotFoundException"] {
        let standin = Standin::start("").await;
        standin.refuse_results([json_refusal(400, code)]);
        let failure = Failure::new(FailureKind::JobFailed, "it crashed");
        let closed = standin.jobs().close(&job_event(), &failure, soon()).await.unwrap();
        assert_eq!((closed, standin.results().len()), (Closed::NobodyWaits, 0), "{code}");
    }
}

#[tokio::test]
async fn what_cannot_be_reported_is_an_error() {
    let standin = Standin::start("").await;
    standin.refuse_results([json_refusal(400, "AccessDeniedException")]);
    let failure = Failure::new(FailureKind::JobFailed, "it crashed");
    let error = standin.jobs().close(&job_event(), &failure, soon()).await.unwrap_err().to_string();
    assert_eq!(error, format!("the result of job {ID} could not be reported: AccessDeniedException: because"));
    let error = standin.jobs().close(&json!({}), &failure, soon()).await.unwrap_err().to_string();
    assert!(error.starts_with("the event is not a CodePipeline job"), "{error}");
}
