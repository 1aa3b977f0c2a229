//! The call that reports the result meets a bad day.

use std::time::Duration;

use http::StatusCode;
use launchway::standin::aws::Fault;
use launchway::standin::{Outcome, Times};

use crate::pace::SLACK;
use crate::played::Expected::{Failure, Success};
use crate::played::{all_well, play_all};
use crate::scene::{JOB, Scene};
use crate::shop::Shop;

const SUCCESS: &str = "PutJobSuccessResult";
const FAILURE: &str = "PutJobFailureResult";

#[tokio::test]
async fn faults_that_pass_are_outlived() {
    let refuse = |code| Fault::Refuse(StatusCode::BAD_REQUEST, code, "try again".to_owned());
    let cases = [
        ("throttled", Fault::Throttle, 5, 6),
        ("throttled in other words", refuse("RequestThrottledException"), 2, 3),
        ("timing out inside", refuse("RequestTimeoutException"), 2, 3),
        ("failing inside", Fault::InternalError, 5, 6),
        ("closing connections", Fault::Close, 2, 3),
        ("not answering", Fault::Hang, 1, 2),
    ];
    let mut scenes = Vec::new();
    for (name, fault, times, calls) in cases {
        let faults = |operation| vec![(operation, fault.clone(), Times::Count(times))];
        let success = Scene::with(|scene| scene.faults = faults(SUCCESS));
        let failure = Scene::with(|scene| {
            scene.faults = faults(FAILURE);
            scene.shop = Shop::Down;
        });
        scenes.push(((name, SUCCESS, calls, Success(&["passed"])), success));
        scenes.push(((name, FAILURE, calls, Failure("JobFailed", &["refused"])), failure));
    }
    let played = play_all(scenes).await.into_iter();
    all_well(played.map(|((name, operation, calls, expected), played)| {
        let verdict = played.verdict(expected).and_then(|()| match played.calls_of(operation) {
            made if made == calls => Ok(()),
            made => Err(format!("{operation} was called {made} times, expected {calls}")),
        });
        (name, verdict)
    }));
}

#[tokio::test]
async fn a_result_whose_answer_was_lost_is_not_given_twice() {
    let played = Scene::with(|scene| scene.faults.push((SUCCESS, Fault::LoseAnswer, Times::Count(1)))).play().await;
    all_well([("a lost answer", played.verdict(Success(&["passed"])))]);
    let errors: Vec<_> = played.aws.calls().into_iter().filter_map(|call| call.error).collect();
    assert_eq!(errors, ["InvalidJobStateException"]);
}

#[tokio::test]
async fn a_job_that_waits_for_nothing_is_left_alone() {
    let played = Scene::with(|scene| scene.job_waits = false).play().await;
    played.always().unwrap();
    assert!(matches!(played.invocations[0].outcome, Outcome::Succeeded(_)), "{:?}", played.invocations);
    assert_eq!((played.aws.results(JOB), played.calls_of(SUCCESS), played.calls_of(FAILURE)), (Vec::new(), 1, 0));
}

/// Lambda invokes the function again when the invocation fails: the last chance of an answer.
#[tokio::test]
async fn a_result_that_nobody_takes_fails_the_invocation() {
    let denied = || {
        let message = "User: arn is not authorized to perform: codepipeline:PutJobSuccessResult";
        Fault::Refuse(StatusCode::BAD_REQUEST, "AccessDeniedException", message.to_owned())
    };
    let cases = [
        ("denied", denied(), Duration::from_secs(30), "not authorized"),
        ("throttled for ever", Fault::Throttle, Duration::from_secs(3), "Rate exceeded"),
        ("failing for ever", Fault::InternalError, Duration::from_secs(3), "InternalFailure"),
    ];
    let scenes = cases.map(|(name, fault, timeout, part)| {
        let scene = Scene::with(|scene| {
            // It is tried until little is left of the time.
            (scene.timeout, scene.slack) = (timeout, SLACK);
            scene.faults = [SUCCESS, FAILURE].map(|operation| (operation, fault.clone(), Times::Always)).to_vec();
        });
        ((name, part), scene)
    });
    all_well(play_all(scenes).await.into_iter().map(|((name, part), played)| {
        let verdict = match &played.invocations[0].outcome {
            Outcome::Failed(text) if text.contains(part) && text.contains(JOB) => played.always(),
            outcome => Err(format!("the invocation should fail and say {part:?}, got {outcome:?}")),
        };
        (name, verdict)
    }));
}
