//! Work that panics, comes late or cannot be stopped.

use std::time::Duration;

use launchway::standin::Outcome;
use serde_json::json;

use crate::binary::Binary;
use crate::pace::PATIENCE;
use crate::played::Expected::Failure;
use crate::played::{all_well, play_all};
use crate::scene::{JOB, Scene};

/// A scene of the function that does this instead of its work.
pub(crate) fn misbehaving(how: &str) -> Scene {
    Scene::with(|scene| {
        scene.binary = Binary::Panicking;
        scene.user_parameters = Some(json!({ "how": how }).to_string());
    })
}

/// One that is ended by Lambda, at its time-out.
pub(crate) fn blocked() -> Scene {
    Scene { timeout: Duration::from_secs(1), ..misbehaving("block the thread") }
}

#[tokio::test]
async fn work_that_panics_or_hangs_is_a_failed_job() {
    let cases = [
        ("panic", Failure("JobFailed", &["panicked", "as it was told to"])),
        ("panic later", Failure("JobFailed", &["panicked", "after a while"])),
        ("panic with the credentials", Failure("JobFailed", &["panicked", "ASIAJOB"])),
        ("hang", Failure("JobFailed", &["was stopped"])),
    ];
    let scenes = cases.map(|(how, expected)| ((how, expected), Scene { timeout: PATIENCE, ..misbehaving(how) }));
    all_well(play_all(scenes).await.into_iter().map(|((how, expected), played)| (how, played.verdict(expected))));
}

#[tokio::test]
async fn a_process_that_panicked_takes_the_next_job() {
    let mut stage = misbehaving("panic").set_up().await;
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
    let blocked = blocked().play().await;
    assert_eq!(blocked.invocations[0].outcome, Outcome::TimedOut("Task timed out after 1.00 seconds".to_owned()));
    let ended = misbehaving("exit").play().await;
    assert!(matches!(ended.invocations[0].outcome, Outcome::Crashed(_)), "{:?}", ended.invocations);
    for played in [blocked, ended] {
        assert_eq!(played.aws.results(JOB), []);
        played.always().unwrap();
    }
}
