//! The report of a hook: what was tested, where, and what came of it.

use launchway::standin::aws::Fault;
use launchway::standin::{Outcome, Times};

use super::scene::{DEPLOYMENT, REVISION, TASK};
use super::{Answered, HookScene};

#[tokio::test]
async fn it_names_everything_and_lies_beside_the_suites() {
    let played = HookScene::default().play().await;
    assert_eq!(played.verdict(Answered::Succeeded, &["passed"]), Ok(()));
    let names: Vec<_> = played.aws.uploads().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, [format!("launchway-artifacts/hook-reports/{DEPLOYMENT}/AfterAllowTestTraffic.json")]);
    let report = played.report();
    for (field, expected) in [
        ("deployment", DEPLOYMENT),
        ("application", "storefront"),
        ("group", "staging"),
        ("environment", "staging"),
        ("lifecycle_event", "AfterAllowTestTraffic"),
        ("version_under_test", TASK),
        ("revision", REVISION),
    ] {
        assert_eq!(report[field], expected, "{field} of {report}");
    }
    assert_eq!((&report["passed"], &report["gates"]), (&true.into(), &true.into()), "{report}");
}

#[tokio::test]
async fn one_that_cannot_be_stored_costs_no_answer() {
    let played =
        HookScene::with(|scene| scene.faults.push(("PutObject", Fault::InternalError, Times::Always))).play().await;
    let statuses: Vec<_> = played.aws.hook_statuses(DEPLOYMENT).into_iter().map(|status| status.status).collect();
    assert_eq!((statuses, played.requests.len()), (vec!["Succeeded".to_owned()], 2));
    assert!(matches!(played.invocations[0].outcome, Outcome::Succeeded(_)), "{:?}", played.invocations);
    played.always().unwrap();
    assert!(played.log.contains("cannot be stored") || played.log.contains("could not be stored"), "{}", played.log);
}
