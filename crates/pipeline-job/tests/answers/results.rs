//! Exactly one result, whatever happens.

use std::time::Duration;

use pipeline_job::{Continuation, Deadline, Failure, FailureKind, JobOutcome, Success};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::standin::{Standin, json_refusal};
use crate::{ID, SECRET_KEY, SESSION_TOKEN, data, done, job_event, result_of, soon};

#[tokio::test]
async fn a_success_carries_what_was_given_and_nothing_empty() {
    let full = Success {
        summary: "7 checks passed".to_owned(),
        variables: vec![("passed".to_owned(), "7".to_owned()), ("empty".to_owned(), String::new())],
        external_execution_id: Some("run-1".to_owned()),
        files: Vec::new(),
    };
    let long =
        Success { summary: "ü".repeat(3000), external_execution_id: Some(" ".to_owned()), ..Success::default() };
    let table = [
        (Success::default(), json!({"jobId": ID})),
        (
            full,
            json!({
                "jobId": ID,
                "outputVariables": {"passed": "7"},
                "executionDetails": {"summary": "7 checks passed", "externalExecutionId": "run-1"}
            }),
        ),
        (long, json!({"jobId": ID, "executionDetails": {"summary": format!("{}…", "ü".repeat(2047))}})),
    ];
    for (success, expected) in table {
        let standin = Standin::start("").await;
        let result = result_of(&standin, &job_event(), async |_| Ok(JobOutcome::Succeeded(success))).await;
        assert_eq!(result, ("PutJobSuccessResult".to_owned(), expected));
    }
}

#[tokio::test]
async fn a_continuation_has_a_token_that_aws_takes() {
    let table = [
        ("again", Some(250), true),
        ("again", None, true),
        ("", None, false),
        (&"x".repeat(2048), None, true),
        (&"x".repeat(2049), None, false),
    ];
    for (token, percent_complete, accepted) in table {
        let standin = Standin::start("").await;
        let continuation = Continuation { token: token.to_owned(), percent_complete, ..Continuation::default() };
        let (operation, input) =
            result_of(&standin, &job_event(), async |_| Ok(JobOutcome::InProgress(continuation))).await;
        assert_eq!(operation == "PutJobSuccessResult", accepted, "{input}");
        if accepted {
            let details = percent_complete.map_or(Value::Null, |_| json!({"percentComplete": 100}));
            assert_eq!(input["executionDetails"], details);
            assert_eq!(input["continuationToken"], token);
        }
    }
}

#[tokio::test]
async fn a_failure_is_reported_in_its_kind_and_within_limits() {
    let table = [
        (FailureKind::JobFailed, "1 of 7 checks failed".to_owned(), "1 of 7 checks failed".to_owned()),
        (FailureKind::ConfigurationError, "€".repeat(6000), format!("{}…", "€".repeat(4999))),
        (FailureKind::PermissionError, " \n".to_owned(), "the job failed without saying why".to_owned()),
        (FailureKind::SystemUnavailable, "padded\n".to_owned(), "padded".to_owned()),
    ];
    for (kind, message, expected) in table {
        let standin = Standin::start("").await;
        let result = result_of(&standin, &job_event(), async |_| Err(Failure::new(kind, message))).await;
        let expected = json!({"jobId": ID, "failureDetails": {"type": format!("{kind:?}"), "message": expected}});
        assert_eq!(result, ("PutJobFailureResult".to_owned(), expected));
    }
}

#[tokio::test]
async fn a_panic_is_a_failure_that_says_so() {
    let standin = Standin::start("").await;
    let (_, input) = result_of(&standin, &job_event(), async |job| {
        job.hide("customers-token");
        assert!(job.id().is_empty(), "with customers-token and {SECRET_KEY} at hand");
        done()
    })
    .await;
    assert_eq!(input["failureDetails"]["type"], "JobFailed");
    assert_eq!(input["failureDetails"]["message"], "the function panicked: with [redacted] and [redacted] at hand");
}

#[tokio::test]
async fn a_panic_before_the_first_await_is_caught_too() {
    let standin = Standin::start("").await;
    let work = |_| -> std::future::Ready<Result<JobOutcome, Failure>> { panic!("at once") };
    let (_, input) = result_of(&standin, &job_event(), work).await;
    assert_eq!(input["failureDetails"]["message"], "the function panicked: at once");
}

#[tokio::test]
async fn secrets_are_taken_out_of_every_text() {
    let said = format!("{SECRET_KEY} and {SESSION_TOKEN}");
    let success =
        Success { summary: said.clone(), variables: vec![("said".to_owned(), said.clone())], ..Success::default() };
    let continuation = Continuation { token: "t".to_owned(), summary: said.clone(), ..Continuation::default() };
    let ends = [
        Ok(JobOutcome::Succeeded(success)),
        Ok(JobOutcome::InProgress(continuation)),
        Err(Failure::new(FailureKind::JobFailed, said)),
    ];
    for end in ends {
        let standin = Standin::start("").await;
        let (_, input) = result_of(&standin, &job_event(), async |_| end).await;
        let input = input.to_string();
        assert!(!input.contains(SECRET_KEY) && !input.contains(SESSION_TOKEN), "{input}");
        assert!(input.contains("[redacted] and [redacted]"), "{input}");
    }
}

#[tokio::test(start_paused = true)]
async fn work_that_does_not_end_is_stopped_before_the_deadline() {
    for (time, margin) in [(300, 100), (300, 10_000), (0, 0), (0, 10_000)] {
        let standin = Standin::start("").await;
        let deadline = Deadline::within(Duration::from_millis(time), Duration::from_millis(margin));
        let end = Instant::now() + Duration::from_millis(time);
        let answer = standin.jobs().answer(&job_event(), deadline, async |_| std::future::pending().await).await;
        assert!(Instant::now() <= end, "Lambda has ended it");
        let results = standin.results();
        if time == 0 {
            assert!(answer.is_err() && results.is_empty(), "no time is left to report in");
            continue;
        }
        answer.unwrap();
        assert_eq!(results.len(), 1);
        let message = results[0].1["failureDetails"]["message"].as_str().unwrap();
        assert!(message.contains("was stopped"), "{message}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_result_is_sent_until_it_is_accepted() {
    let throttled = json_refusal(400, "ThrottlingException");
    let failed = json_refusal(500, "InternalFailure");
    let page = (502, "<html>bad gateway</html>".to_owned());
    let table =
        [vec![throttled.clone(); 5], vec![failed.clone(); 5], vec![page.clone(); 5], vec![throttled, failed, page]];
    for refusals in table {
        let standin = Standin::start("").await;
        standin.refuse_results(refusals);
        let (operation, _) = result_of(&standin, &job_event(), async |_| done()).await;
        assert_eq!(operation, "PutJobSuccessResult");
    }
}

#[tokio::test(start_paused = true)]
async fn a_result_that_nobody_takes_fails_the_invocation() {
    let standin = Standin::start("").await;
    standin.refuse_results(vec![json_refusal(500, "InternalFailure"); 1000]);
    let jobs = standin.jobs();
    let end = Instant::now() + Duration::from_secs(20);
    let error = jobs.answer(&job_event(), soon(), async |_| done()).await.unwrap_err().to_string();
    assert_eq!(error, format!("the result of job {ID} could not be reported: InternalFailure: because"));
    assert!(Instant::now() < end, "Lambda has ended it");
    assert_eq!(standin.results(), []);
}

#[tokio::test]
async fn a_job_that_is_answered_already_is_left_alone() {
    for code in ["InvalidJobStateException", "JobNotFoundException"] {
        for end in [done(), Err(Failure::new(FailureKind::JobFailed, "no"))] {
            let standin = Standin::start("").await;
            standin.refuse_results([json_refusal(400, code)]);
            standin.jobs().answer(&job_event(), soon(), async |_| end).await.unwrap();
            assert_eq!(standin.results(), [], "{code}");
        }
    }
}

#[tokio::test]
async fn a_refused_success_becomes_a_failure() {
    let table = [
        ("ValidationException", "ConfigurationError"),
        ("OutputVariablesSizeExceededException", "ConfigurationError"),
        ("AccessDeniedException", "PermissionError"),
    ];
    for (code, kind) in table {
        let standin = Standin::start("").await;
        standin.refuse_results([json_refusal(400, code)]);
        let (operation, input) = result_of(&standin, &job_event(), async |_| done()).await;
        assert_eq!(operation, "PutJobFailureResult");
        assert_eq!(input["failureDetails"]["type"], kind);
        let message = format!("CodePipeline refused the success result: {code}: because");
        assert_eq!(input["failureDetails"]["message"], message);
    }
}

#[tokio::test]
async fn when_both_results_are_refused_both_reasons_are_said() {
    let standin = Standin::start("").await;
    standin.refuse_results([json_refusal(400, "ValidationException"), json_refusal(400, "AccessDeniedException")]);
    let error = standin.jobs().answer(&job_event(), soon(), async |_| done()).await.unwrap_err().to_string();
    assert!(error.contains("AccessDeniedException: because; the job had failed with: CodePipeline refused the success result: ValidationException: because"), "{error}");
}

#[tokio::test]
async fn a_second_delivery_is_not_done_again() {
    let standin = Standin::start("").await;
    let jobs = standin.jobs();
    let mut done_times = 0;
    for _ in 0..3 {
        let work = async |_| {
            done_times += 1;
            done()
        };
        jobs.answer(&job_event(), soon(), work).await.unwrap();
    }
    let mut other = job_event();
    other["CodePipeline.job"]["id"] = json!("22222222-abcd-1111-abcd-111111abcdef");
    let mut next_turn = job_event();
    data(&mut next_turn)["continuationToken"] = json!("token");
    for event in [other, next_turn] {
        jobs.answer(&event, soon(), async |_| done()).await.unwrap();
    }
    assert_eq!((done_times, standin.results().len()), (1, 3));
}

#[tokio::test]
async fn a_job_whose_result_was_lost_is_done_again() {
    let standin = Standin::start("").await;
    let jobs = standin.jobs();
    standin.refuse_results([json_refusal(400, "ValidationException"), json_refusal(400, "ValidationException")]);
    jobs.answer(&job_event(), soon(), async |_| done()).await.unwrap_err();
    jobs.answer(&job_event(), soon(), async |_| done()).await.unwrap();
    assert_eq!(standin.results().len(), 1);
}
