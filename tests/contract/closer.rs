//! Jobs and hooks whose function died are answered by the closer, from the record that Lambda makes of the failed event.

use std::collections::BTreeMap;
use std::time::Duration;

use launchway::standin::aws::{Aws, Fault, JobResult};
use launchway::standin::{Function, FunctionSettings, Outcome, SiteAnswer, Times, destination_record, expired_record};
use serde_json::json;

use crate::account::function;
use crate::binary::Binary;
use crate::deadlines::{blocked, misbehaving};
use crate::played::Expected::Failure;
use crate::played::{Expected, Played, all_well};
use crate::scene::{JOB, Scene};
use crate::shop::Shop;

/// The closer, against this stand-in.
pub(crate) async fn closer_settings(aws: &Aws) -> FunctionSettings {
    let environment = BTreeMap::from([
        ("AWS_ENDPOINT_URL".to_owned(), aws.url()),
        ("REPORT_LOCATION".to_owned(), "s3://launchway-artifacts/hook-reports".to_owned()),
        ("LOG_LEVEL".to_owned(), "trace".to_owned()),
    ]);
    let settings = function((Binary::JobCloser, "job-closer"), Duration::from_secs(30), environment).await;
    FunctionSettings { memory_megabytes: 128, ..settings }
}

/// How the smoke test ends without an answer.
#[derive(Debug, Clone, Copy)]
enum End {
    /// It is killed as soon as it has sent a request to the site.
    Killed,
    /// It is left alone.
    ItsOwn,
    /// Its event was never taken.
    Expired,
}

/// Plays the scene, then hands the record of its end to the closer, `deliveries` times.
async fn close(scene: Scene, end: End, deliveries: usize) -> Played {
    let mut stage = scene.set_up().await;
    let event = stage.event.clone();
    let record = if let End::Expired = end {
        expired_record(stage.function.settings(), &event)
    } else {
        let invocation = match end {
            End::Killed => stage.kill_during_checks().await,
            _ => stage.function.invoke(&event).await.unwrap(),
        };
        assert_eq!(stage.aws.results(JOB), [], "it was to die without an answer: {invocation:?}");
        destination_record(stage.function.settings(), &event, &invocation, 1).expect("the invocation failed")
    };
    let mut closer = Function::new(closer_settings(&stage.aws).await).await.unwrap();
    let mut invocations = Vec::new();
    for _ in 0..deliveries {
        invocations.push(closer.invoke(record.to_string().as_bytes()).await.unwrap());
    }
    let log = closer.stop().await;
    let mut played = stage.end(invocations).await;
    played.traces.log.push_str(&log);
    played
}

fn hanging() -> Scene {
    Scene::with(|scene| {
        let products = SiteAnswer::json(http::StatusCode::OK, &json!({}));
        scene.shop = Shop::Answers(SiteAnswer::Hang, products);
    })
}

fn denied() -> Scene {
    Scene::with(|scene| {
        let message = "User: arn is not authorized to perform: codepipeline:PutJobSuccessResult".to_owned();
        let fault = Fault::Refuse(http::StatusCode::BAD_REQUEST, "AccessDeniedException", message);
        // The function tries to fail the job then; only the closer's call is taken.
        scene.faults.push(("PutJobSuccessResult", fault.clone(), Times::Always));
        scene.faults.push(("PutJobFailureResult", fault, Times::Count(1)));
    })
}

#[tokio::test]
async fn a_job_whose_function_died_fails_with_the_reason() {
    let cases: [(&str, Scene, End, Expected); 5] = [
        ("killed during the checks", hanging(), End::Killed, Failure("JobFailed", &["smoke-test", "killed"])),
        ("timed out", blocked(), End::ItsOwn, Failure("JobFailed", &["smoke-test", "timed out", "1"])),
        ("ended by itself", misbehaving("exit"), End::ItsOwn, Failure("JobFailed", &["smoke-test", "exit status 1"])),
        ("could not report", denied(), End::ItsOwn, Failure("JobFailed", &["smoke-test", "not authorized"])),
        ("expired", Scene::default(), End::Expired, Failure("SystemUnavailable", &["smoke-test", "expired"])),
    ];
    let mut verdicts = Vec::new();
    for (name, scene, end, expected) in cases {
        verdicts.push((name, close(scene, end, 1).await.verdict(expected)));
    }
    all_well(verdicts);
}

#[tokio::test]
async fn a_record_that_comes_twice_is_no_second_result() {
    let played = close(hanging(), End::Killed, 2).await;
    played.verdict(Failure("JobFailed", &["killed"])).unwrap();
}

#[tokio::test]
async fn a_job_that_was_answered_after_all_keeps_its_result() {
    let mut stage = Scene::default().set_up().await;
    let event = stage.event.clone();
    stage.function.invoke(&event).await.unwrap();
    let record = expired_record(stage.function.settings(), &event);
    let mut closer = Function::new(closer_settings(&stage.aws).await).await.unwrap();
    let invocation = closer.invoke(record.to_string().as_bytes()).await.unwrap();
    let played = stage.end(vec![invocation]).await;
    assert!(matches!(played.aws.results(JOB)[..], [JobResult::Succeeded(_)]), "{:?}", played.aws.results(JOB));
    assert!(matches!(played.invocations[0].outcome, Outcome::Succeeded(_)), "{:?}", played.invocations);
    played.always().unwrap();
}

/// The dead-letter queue is for what the closer cannot read; nothing of it may be repeated in a log.
#[tokio::test]
async fn a_record_of_neither_fails_the_closer_and_is_not_quoted() {
    const MARK: &str = "not-to-be-quoted";
    let stage = Scene::default().set_up().await;
    let mut closer = Function::new(closer_settings(&stage.aws).await).await.unwrap();
    let context = json!({ "requestId": "r", "functionArn": "arn:aws:lambda:eu-central-1:1:function:f:$LATEST",
        "condition": "RetriesExhausted", "approximateInvokeCount": 1 });
    let mut invocations = Vec::new();
    for record in [
        json!({}),
        json!({ "requestContext": context }),
        json!({ "requestContext": context, "requestPayload": { "secret": MARK } }),
        json!({ "requestContext": context, "requestPayload": MARK }),
        json!({ "requestContext": context, "requestPayload": { "CodePipeline.job": { "id": 1, "secret": MARK } } }),
    ] {
        let invocation = closer.invoke(record.to_string().as_bytes()).await.unwrap();
        assert!(matches!(invocation.outcome, Outcome::Failed(_)), "{record}: {invocation:?}");
        invocations.push(invocation);
    }
    let log = closer.stop().await;
    let mut played = stage.end(invocations).await;
    played.traces.log.push_str(&log);
    assert_eq!(played.hides(&[MARK]), Ok(()));
    assert_eq!(played.aws.calls().len(), 0);
}

#[tokio::test]
async fn the_closers_own_answer_outlives_a_bad_day() {
    for (fault, times) in [(Fault::Throttle, 5), (Fault::InternalError, 3), (Fault::Close, 2)] {
        let mut scene = misbehaving("exit");
        scene.faults.push(("PutJobFailureResult", fault.clone(), Times::Count(times)));
        let played = close(scene, End::ItsOwn, 1).await;
        assert_eq!(played.verdict(Failure("JobFailed", &["exit status 1"])), Ok(()), "{fault:?}");
    }
}
