//! Work that panics, comes late or cannot be stopped.

use std::time::Duration;

use launchway::standin::Outcome;
use serde_json::json;

use crate::binary::Binary;
use crate::played::Expected::Failure;
use crate::played::{Played, all_well};
use crate::scene::{JOB, Scene};

async fn misbehave(how: &str, timeout: Duration) -> Played {
    Scene::with(|scene| {
        scene.binary = Binary::Panicking;
        scene.user_parameters = Some(json!({ "how": how }).to_string());
        scene.timeout = timeout;
    })
    .play()
    .await
}

#[tokio::test]
async fn work_that_panics_or_hangs_is_a_failed_job() {
    let cases = [
        ("panic", Failure("JobFailed", &["panicked", "as it was told to"])),
        ("panic later", Failure("JobFailed", &["panicked", "after a while"])),
        ("panic with the credentials", Failure("JobFailed", &["panicked", "ASIAJOB"])),
        ("hang", Failure("JobFailed", &["was stopped"])),
    ];
    let mut verdicts = Vec::new();
    for (how, expected) in cases {
        verdicts.push((how, misbehave(how, Duration::from_secs(2)).await.verdict(expected)));
    }
    all_well(verdicts);
}

#[tokio::test]
async fn a_process_that_panicked_takes_the_next_job() {
    let mut stage = Scene::with(|scene| {
        scene.binary = Binary::Panicking;
        scene.user_parameters = Some(json!({ "how": "panic" }).to_string());
    })
    .set_up()
    .await;
    let event = stage.event.clone();
    let other = String::from_utf8(event.clone()).unwrap().replace(JOB, "22222222-abcd-1111-abcd-111111abcdef");
    stage.aws.add_job("22222222-abcd-1111-abcd-111111abcdef");
    let first = stage.function.invoke(&event).await.unwrap();
    let pid = stage.function.process().unwrap().pid();
    let second = stage.function.invoke(other.as_bytes()).await.unwrap();
    assert_eq!(stage.function.process().unwrap().pid(), pid);
    assert_eq!(stage.aws.results("22222222-abcd-1111-abcd-111111abcdef").len(), 1);
    stage.end(vec![first, second]).await.verdict(Failure("JobFailed", &["panicked"])).unwrap();
}

/// The limit that `pipeline-job` documents: a function that Lambda kills cannot answer. Another one has to, from the
/// record that Lambda makes of the failed invocation.
#[tokio::test]
async fn a_killed_function_leaves_its_job_unanswered() {
    let blocked = misbehave("block the thread", Duration::from_secs(1)).await;
    assert_eq!(blocked.invocations[0].outcome, Outcome::TimedOut("Task timed out after 1.00 seconds".to_owned()));
    let ended = misbehave("exit", Duration::from_secs(30)).await;
    assert!(matches!(ended.invocations[0].outcome, Outcome::Crashed(_)), "{:?}", ended.invocations);
    for played in [blocked, ended] {
        assert_eq!(played.aws.results(JOB), []);
        played.always().unwrap();
    }
}
